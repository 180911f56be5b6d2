import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Event, type Issue, newIssue } from '../../../src/domain/issue.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import { testedIndex } from '../../support/index-env.ts';
import { liveIds } from '../../support/live-ids.ts';
import { report } from '../../support/report.ts';
import { size } from '../../support/size.ts';

// Real processes on a real file system.

const SHARED = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const NOW = '2026-01-02T03:04:05.678Z';
const clock = { now: () => NOW, ago: () => NOW };
const scratch = mkdtempSync(join(tmpdir(), 'jit-processes-'));
const program = join(scratch, 'worker.mjs');

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('worker.ts', import.meta.url)),
    platform: 'node',
  });
  await bundle.write({ file: program, format: 'esm', codeSplitting: false });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function makeStore(root: string) {
  mkdirSync(root, { recursive: true });
  initializeFilesStore({ root, dir: `${root}/.jit`, gates: {} });
  const store = openFilesStore({ root, dir: `${root}/.jit`, clock, index: testedIndex() });
  const shared = newIssue({ id: SHARED, title: 'shared', created_by: null, now: NOW });
  await store.transact(async () => ({ issues: [shared], events: [], result: 0 }));
  return store;
}

const start = (root: string, name: string, rounds: number, lock: boolean): ChildProcess =>
  spawn(process.execPath, [program, root, name, String(rounds), lock ? 'lock' : 'none'], {
    stdio: 'inherit',
  });

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.on('close', (code) => resolve(code));
  });

/** Compares what the workers were told with what the store holds. Returns how many changes there are. */
async function checkAll(root: string, names: readonly string[]): Promise<number> {
  const store = openFilesStore({ root, dir: `${root}/.jit`, clock, index: testedIndex() });
  // The next writing command finishes what was left.
  await store.transact(async (view) => ({
    issues: [{ ...(await view.get(SHARED))!, title: 'settled' }],
    events: [],
    result: 0,
  }));
  expect(await store.inspect()).toEqual([]);
  return store.read(async (view) => {
    const events: Event[] = [];
    for await (const event of view.events({})) events.push(event);
    const shared = (await view.get(SHARED))!;
    const ids = new Set(await liveIds(view));
    for (const name of names) {
      const file = `${root}/acknowledged-${name}`;
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
      for (const line of lines) {
        const [label, id] = line.split(' ') as [string, string];
        expect(shared.labels).toContain(label);
        expect(ids).toContain(id);
      }
    }
    // Whatever was committed was committed whole: the new issue, the label and both events.
    const titles = await Promise.all([...ids].filter((id) => id !== SHARED).map((id) => view.get(id)));
    expect(titles.map((issue) => (issue as Issue).title).sort()).toEqual([...shared.labels].sort());
    expect(events.map(({ eid }) => eid).length).toBe(new Set(events.map(({ eid }) => eid)).size);
    expect(events.length).toBe(2 * shared.labels.length);
    const chain = events.filter(({ id }) => id === SHARED);
    expect(chain.map(({ prev }) => prev)).toEqual([null, ...chain.slice(0, -1).map(({ eid }) => eid)]);
    return shared.labels.length;
  });
}

test.each([true, false])(
  '8 processes write to one issue at once (lock: %s)',
  async (lock) => {
    const root = join(scratch, `race-${lock}`);
    await makeStore(root);
    const rounds = size(10, 80);
    const names = Array.from({ length: 8 }, (_, i) => `w${i}`);
    const codes = await Promise.all(names.map((name) => ended(start(root, name, rounds, lock))));
    expect(codes).toEqual(names.map(() => 0));
    expect(await checkAll(root, names)).toBe(8 * rounds);
    report(`store: real processes at once, ${lock ? 'queuing' : 'without a lock'}`, {
      processes: 8,
      changes: 8 * rounds,
    });
  },
  300_000,
);

test('processes that are killed at any moment lose nothing that was acknowledged', async () => {
  const root = join(scratch, 'killed');
  await makeStore(root);
  const kills = size(12, 200);
  const names: string[] = [];
  let changes = 0;
  for (let round = 0; round < kills; round += 1) {
    const pair = [`k${round}a`, `k${round}b`];
    names.push(...pair);
    const children = pair.map((name) => start(root, name, 1_000, true));
    const closed = children.map(ended);
    // Killed at some moment after the first acknowledgement; which one is left to the machine.
    const first = `${root}/acknowledged-${pair[0]}`;
    while (!existsSync(first)) await new Promise((go) => setTimeout(go, 1));
    await new Promise((go) => setTimeout(go, (round * 7) % 23));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(closed);
    changes = await checkAll(root, round % 10 === 9 || round === kills - 1 ? names : pair);
  }
  expect(changes).toBeGreaterThanOrEqual(kills);
  report('store: real processes killed', { kills: 2 * kills });
}, 600_000);

/** A file system of this many bytes; null with the reason where the machine allows none. */
function mountSmall(path: string, bytes: number): string | null {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0]! : 'unknown';
  }
}

const small = join(scratch, 'small');
const refused = mountSmall(small, 1024 * 1024);
afterAll(() => {
  if (refused === null) execFileSync('umount', [small]);
});

test.skipIf(refused !== null)(
  `a disk of 1 MB that is really full${refused === null ? '' : ` (skipped: ${refused})`}`,
  async () => {
    const store = await makeStore(small);
    const acknowledged: string[] = [];
    let refusals = 0;
    for (let i = 0; i < 60; i += 1) {
      const id = `01ARZ3NDEKTSV4RRFFQ69G${String(i).padStart(4, '0')}`;
      const issue = {
        ...newIssue({ id, title: `t${i}`, created_by: null, now: NOW }),
        description: 'x'.repeat(30_000),
      };
      try {
        await store.transact(async () => ({ issues: [issue], events: [], result: 0 }));
        acknowledged.push(id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'DISK_FULL' });
        refusals += 1;
      }
    }
    expect(refusals).toBeGreaterThan(10);
    const held = await store.read((view) => liveIds(view));
    for (const id of acknowledged) expect(held).toContain(id);
    // Room again, and the next writer leaves everything in order.
    execFileSync('mount', ['-o', 'remount,size=4194304', small]);
    await store.transact(async (view) => ({
      issues: [{ ...(await view.get(SHARED))!, title: 'room' }],
      events: [],
      result: 0,
    }));
    expect(await store.inspect()).toEqual([]);
    report('store: a tmpfs of 1 MB', { acknowledged: acknowledged.length, refused: refusals });
  },
);
