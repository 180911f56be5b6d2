import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { changesLease, expectLeases } from '../support/killed-leases.ts';
import { COMMANDS, expectWhole, makeScene, type Scene, WORKER } from '../support/killed-scene.ts';
import { report } from '../support/report.ts';
import { seeded } from '../support/seeded.ts';
import { PROVE, size } from '../support/size.ts';
import {
  compileStopShim,
  isCommit,
  nameOfPoint,
  type Point,
  pointsOf,
  readCalls,
  withShim,
} from '../support/stop-shim.ts';

// Real processes, killed. At every system call where there is a C compiler to make the shim with; at random moments
// anywhere.

const SEED = 20_260_103;
const shim = compileStopShim();
afterAll(() => shim?.remove());

// A journal that goes on; one whose next commit prunes it (after 64); none at all, as in a fresh clone.
const JOURNALS = { 'goes on': 1, 'is pruned': 63, 'is new': 0 } as const;
const CASES = [
  ...Object.keys(COMMANDS).map((command) => ({ command, journal: 'goes on' as const })),
  { command: 'update', journal: 'is pruned' as const },
  { command: 'create', journal: 'is new' as const },
];

/** Runs the command to its end: the events it appends, the points at which it can be stopped, and how long it takes. */
async function rehearse({ scratch, start, reset }: Scene, args: readonly string[], index?: 'never') {
  reset();
  const log = join(scratch.beside, 'calls');
  rmSync(log, { force: true });
  const use = index === undefined ? {} : { JIT_INDEX: index };
  const env = { ...WORKER, ...use, ...shim?.counting(scratch, log) };
  const begun = performance.now();
  await scratch.ok(args, { env });
  const milliseconds = performance.now() - begun;
  const events = await scratch.json<{ events: { event: string }[] }>(['events', 'query']);
  const whole = events.events.slice(start.events.length).map(({ event }) => event);
  expect(whole.length).toBeGreaterThan(0);
  const calls = readCalls(log);
  return { whole, calls, points: pointsOf(calls), milliseconds };
}

test.skipIf(shim === null).each(CASES)(
  withShim(
    '$command is killed before, in the middle of and after its system calls, the journal $journal',
    shim,
  ),
  async ({ command, journal }) => {
    const args = COMMANDS[command]!;
    const scene = await makeScene(JOURNALS[journal]);
    const { whole, calls, points } = await rehearse(scene, args);
    // A shim that sees nothing proves nothing.
    const named = points.map(({ name, path }) => `${name} ${path.replace(/^.*\.jit\//, '')}`).join('\n');
    for (const call of [
      /^link local\/journal\//m,
      /^rename issues\//m,
      /^write events\.jsonl/m,
      /^fsync issues/m,
      ...(changesLease(command) ? [/^link .*\/leases\//m, /^create .*\/leases\//m] : []),
    ])
      expect(named).toMatch(call);
    const tried = PROVE ? points : sample(points);
    let committed = 0;
    for (const point of tried) {
      scene.reset();
      const where = nameOfPoint(point);
      const env = { ...WORKER, ...shim!.stopping(scene.scratch, point, 'SIGKILL') };
      const ran = await scene.scratch.jit(args, { env });
      expect(ran.signal, where).toBe('SIGKILL');
      const whether = await expectWhole(scene, ran, whole, where);
      await expectLeases(scene, command, { ran, committed: whether, where });
      if (whether) committed += 1;
    }
    // Both sides of the commit point were met.
    expect([committed > 0, committed < tried.length]).toEqual([true, true]);
    report(`killed at system calls: ${command}, the journal ${journal}`, {
      way: 'LD_PRELOAD',
      calls: calls.length,
      points: points.length,
      tried: tried.length,
      'committed at the kill': committed,
    });
  },
  1_800_000,
);

test.skipIf(shim === null)(
  withShim('the points around the commit are found whatever the index does before them', shim),
  async () => {
    const args = COMMANDS['gate pass, which completes']!;
    const scene = await makeScene(1);
    const { whole, points } = await rehearse(scene, args, 'never');
    const around = points.filter(isCommit);
    const committed = [];
    for (const point of around) {
      scene.reset();
      const env = { ...WORKER, JIT_INDEX: 'always', ...shim!.stopping(scene.scratch, point, 'SIGKILL') };
      const ran = await scene.scratch.jit(args, { env });
      expect(ran.signal).toBe('SIGKILL');
      expect(existsSync(join(scene.scratch.store, 'local', 'cache'))).toBe(true);
      committed.push([point.when, await expectWhole(scene, ran, whole, nameOfPoint(point))]);
    }
    expect(committed).toEqual([
      ['before', false],
      ['after', true],
    ]);
  },
);

// In small only some of them: the system calls are tried for each.
const RANDOM = size(
  CASES.filter(({ command }) => /^(create|claim-next|complete)/.test(command)),
  CASES,
);

test.each(RANDOM)(
  '$command is killed at random moments, the journal $journal',
  async ({ command, journal }) => {
    const args = COMMANDS[command]!;
    const scene = await makeScene(JOURNALS[journal]);
    const { whole, milliseconds } = await rehearse(scene, args);
    const random = seeded(SEED);
    // A busy machine may be slower or faster than at the rehearsal: tried until so many were really killed.
    const wanted = size(1, 20);
    let lasts = milliseconds;
    const ends = { tried: 0, killed: 0, committed: 0, acknowledged: 0 };
    while (ends.killed < wanted && ends.tried < 20 * wanted) {
      ends.tried += 1;
      scene.reset();
      // From a little before it comes to the store until it has ended.
      const after = Math.round((0.4 + 0.7 * random()) * lasts);
      const begun = performance.now();
      const ran = await scene.scratch.jit(args, {
        env: WORKER,
        started: (pid) => setTimeout(() => endIfRunning(pid), after),
      });
      if (ran.signal === 'SIGKILL') ends.killed += 1;
      else {
        ends.acknowledged += 1;
        lasts = performance.now() - begun;
      }
      const where = `killed after ${after} ms`;
      const committed = await expectWhole(scene, ran, whole, where);
      await expectLeases(scene, command, { ran, committed, where });
      if (committed) ends.committed += 1;
    }
    expect(ends.killed).toBe(wanted);
    report(`killed at random moments: ${command}, the journal ${journal}`, { seed: SEED, ...ends });
  },
  1_800_000,
);

function endIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The two around the commit point, one after each change of a lease, and where there is none one more. */
function sample(points: readonly Point[]): readonly Point[] {
  const commits = points.filter(isCommit);
  const leases = points.filter(
    ({ name, place, when }) => name === 'link' && place.includes('/leases/') && when === 'after',
  );
  const other = points[Math.floor(seeded(SEED + points.length)() * points.length)]!;
  return [...new Set([...commits.slice(0, 2), ...(leases.length > 0 ? leases : [other])])];
}
