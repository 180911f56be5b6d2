import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatEvent } from '../../../src/domain/canonical-json.ts';
import type { Event } from '../../../src/domain/issue.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import type { History, View } from '../../../src/store/store.ts';
import { testedIndex } from '../../support/index-env.ts';
import { GATES, idOf, NOW } from '../../support/issues.ts';

let root: string;
let log: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jit-histories-'));
  log = join(root, '.jit', 'events.jsonl');
  initializeFilesStore({ root, dir: join(root, '.jit'), gates: GATES });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = <T>(use: (view: View) => Promise<T>): Promise<T> =>
  openFilesStore({
    root,
    dir: join(root, '.jit'),
    clock: { now: () => NOW, ago: () => NOW },
    index: testedIndex(),
  }).read(use);

/** What `histories` says, and what follows from `events`: each with the problems that were met. */
async function bothWays() {
  const histories = await read(async (view) => {
    const found: History[] = [];
    for await (const history of view.histories()) found.push(history);
    return { found, problems: view.problems() };
  });
  const events = await read(async (view) => {
    const all: Event[] = [];
    for await (const event of view.events({})) all.push(event);
    const ids = [...new Set(all.map(({ id }) => id))].sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
    const found = ids.map((id): History => ({ id, events: all.filter((event) => event.id === id) }));
    return { found, problems: view.problems() };
  });
  return { histories, events };
}

const eventOf = (id: string | null, eid: number, title = 'x'): Event =>
  ({
    ts: NOW,
    event: 'issue.updated',
    id,
    eid: idOf(eid),
    prev: null,
    by: 'agent:a',
    title,
    changes: {},
  }) as Event;

const line = fc
  .record({
    id: fc.option(fc.nat({ max: 4 }).map(idOf), { freq: 5 }),
    eid: fc.nat({ max: 15 }),
    title: fc.constantFrom('x', 'ü', '€ and \u{1f600}', 'y'.repeat(300)),
  })
  .map(({ id, eid, title }) => formatEvent(eventOf(id, eid, title)));

const damaged = line.chain((text) =>
  fc.constantFrom(
    text,
    text,
    text,
    text.slice(0, -20),
    text.replace('"ts":', ' "ts":'),
    text.replace(',"eid"', ', "eid"'),
    text.replace('"by":"agent:a"', '"by":7'),
    text.replace('"changes":{}', `"changes":{},"id":"${idOf(9)}"`),
    text.replace('"changes":{}', `"later":1e999,"changes":{}`),
    text.replace('"id":"01', '"id":"\\u0030' + '1'),
    `\ufeff${text}`,
    `${text}\r`,
    '',
    '<<<<<<< HEAD',
  ),
);

test('histories say what the events say, whatever the log looks like', async () => {
  let [problems, repeated] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(damaged, { maxLength: 40 }), fc.boolean(), async (lines, ended) => {
      writeFileSync(log, `${lines.join('\n')}${ended ? '\n' : ''}`);
      const { histories, events } = await bothWays();
      expect(histories).toEqual(events);
      problems += events.problems.length;
      repeated += lines.length - new Set(lines.map((text) => text.slice(0, 110))).size;
    }),
    { numRuns: 150 },
  );
  expect(problems).toBeGreaterThan(20);
  expect(repeated).toBeGreaterThan(20);
});

test('lines that lie far apart, and lines longer than what is read at once, are found', async () => {
  const long = 'z'.repeat(1_500_000);
  for (const [id, eid, title] of [
    [1, 1, 'a'],
    [2, 2, long],
    [3, 3, 'b'],
    [1, 4, 'c'],
    [3, 5, long],
    [1, 6, 'd'],
  ] as const)
    appendFileSync(log, `${formatEvent({ ...eventOf(idOf(id), eid), later: title } as unknown as Event)}\n`);
  expect(readFileSync(log).length).toBeGreaterThan(3_000_000);
  const { histories, events } = await bothWays();
  expect(histories).toEqual(events);
  expect(histories.found.map((history) => history.events.length)).toEqual([3, 1, 2]);
});
