import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/domain/clock.ts';
import type { Event } from '../../../src/domain/issue.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import { GATES, idOf, issueWith, NOW } from '../../support/issues.ts';
import { changing } from '../faults/scene.ts';

// What a change says that it follows is found in the log as it is, whoever was at it since the last change, and whatever this process knew of it then.

const scratch = mkdtempSync(join(tmpdir(), 'jit-log-changed-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const clock: Clock = { now: () => NOW, ago: () => NOW };
const A = idOf(1);
const B = idOf(2);
const OTHERS = [3, 4, 5, 6, 7, 8];
const ALL = [1, 2, ...OTHERS];

/** A store with a log of several times what is read of it at once, in which the events of A and B stand far from the end. */
async function scene() {
  const root = mkdtempSync(join(scratch, 's-'));
  const dir = join(root, '.jit');
  const log = join(dir, 'events.jsonl');
  initializeFilesStore({ root, dir, gates: GATES });
  const store = openFilesStore({ root, dir, clock, index: 'always', durability: 'fast' });
  let tag = 0;
  const change = (numbers: readonly number[], description = '') => {
    tag += 1;
    const title = `change ${tag}`;
    return store.transact((view) =>
      changing(
        view,
        `T${tag}`,
        numbers.map((number) => issueWith(number, { title, description })),
      ),
    );
  };
  const events = (): readonly Event[] => {
    const lines = readFileSync(log, 'utf8').split('\n');
    return lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Event]));
  };
  await change(ALL);
  await change([1, 2]);
  for (let i = 0; i < 16; i += 1) await change([OTHERS[i % OTHERS.length]!], `${i}${'x'.repeat(20_000)}`);
  return {
    log,
    change,
    events,
    of: (id: string) => events().filter((event) => event.id === id),
    edit: (how: (text: string) => string) => writeFileSync(log, how(readFileSync(log, 'utf8'))),
    /** What the next event of an issue says that it follows; `beside`: how many others are changed with it. */
    next: async (number: number, beside: number) => {
      await change([number, ...OTHERS.slice(0, beside)]);
      return events().findLast((event) => event.id === idOf(number))?.prev;
    },
  };
}

const EID = '01KDYZZZZZZZZZZZZZZZZZZZZZ';

/** An event of an issue as another clone may have made it. */
const foreign = (id: string, prev: string | null): string =>
  `${JSON.stringify({ ts: NOW, event: 'issue.updated', id, eid: EID, prev, by: 'agent:x', changes: {} })}\n`;

describe.each([
  ['one issue', 0],
  ['many issues', 6],
])('of %s', (_, beside) => {
  test('a log that nobody touched tells the last event of each', async () => {
    const { of, next } = await scene();
    expect(await next(1, beside)).toBe(of(A).at(-2)!.eid);
    expect(await next(1, beside)).toBe(of(A).at(-2)!.eid);
    expect(of(A)).toHaveLength(4);
  });

  test('a line was rewritten in place, of the same length, and the time put back', async () => {
    const { log, of, edit, next, change } = await scene();
    await change([1]);
    utimesSync(log, 1e9, 1e9);
    const before = statSync(log);
    const { eid } = of(B).at(-1)!;
    const lineOf = (text: string) => text.split('\n').find((line) => line.includes(`"eid":"${eid}"`))!;
    // The last event of B becomes one of A, behind the last that A had before.
    edit((text) => text.replace(lineOf(text), lineOf(text).replace(B, A).replace(eid, EID)));
    const own = of(A).at(-1)!.eid;
    edit((text) => text.replaceAll(own, EID).replace(EID, own));
    utimesSync(log, 1e9, 1e9);
    expect(statSync(log)).toMatchObject({ size: before.size, ino: before.ino, mtimeMs: before.mtimeMs });
    const last = of(A).at(-1)!.eid;
    expect(last).toBe(EID);
    expect(await next(1, beside)).toBe(EID);
    const [first] = of(B);
    expect(await next(2, beside)).toBe(first!.eid);
  });

  test('the last line of an issue was removed', async () => {
    const { of, edit, next } = await scene();
    const [first, last] = of(A);
    edit((text) => text.replace(/^.*\n/gm, (line) => (line.includes(`"eid":"${last!.eid}"`) ? '' : line)));
    expect(await next(1, beside)).toBe(first!.eid);
  });

  test('a line was added by hand, with its newline and without', async () => {
    const { log, of, next } = await scene();
    appendFileSync(log, foreign(A, of(A).at(-1)!.eid));
    expect(await next(1, beside)).toBe(EID);
    appendFileSync(log, foreign(B, of(B).at(-1)!.eid).trimEnd());
    expect(await next(2, beside)).toBe(EID);
  });

  test('a merge put lines of another clone in the middle, into a new file', async () => {
    const { log, of, next } = await scene();
    const lines = readFileSync(log, 'utf8').split(/(?<=\n)/);
    const middle = lines.length - 8;
    const merged = [...lines.slice(0, middle), foreign(A, of(A).at(-1)!.eid), ...lines.slice(middle)];
    writeFileSync(`${log}.new`, merged.join(''));
    renameSync(`${log}.new`, log);
    expect(await next(1, beside)).toBe(EID);
  });

  test('it was cut off before the last events, or is gone', async () => {
    const { log, of, edit, next } = await scene();
    const [first, last] = of(A);
    edit((text) => text.slice(0, text.lastIndexOf('\n', text.indexOf(`"eid":"${last!.eid}"`)) + 1));
    expect(await next(1, beside)).toBe(first!.eid);
    unlinkSync(log);
    expect(await next(1, beside)).toBeNull();
  });
});
