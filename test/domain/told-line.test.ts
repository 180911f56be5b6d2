import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatEvent } from '../../src/domain/canonical-json.ts';
import { diffImages } from '../../src/domain/event.ts';
import { checkEvent } from '../../src/domain/generated/checks/event.js';
import type { Event, Issue } from '../../src/domain/issue.ts';
import { parseParts, readToldLine, TOLD, TOLD_FIELDS } from '../../src/domain/told-line.ts';
import { parseText } from '../../src/store/files/parse-json.ts';
import { BEFORE, idOf, issueWith, NOW } from '../support/issues.ts';
import { arbitraryMutations, mutate } from '../support/mutations.ts';
import { size } from '../support/size.ts';

// What is taken for told is parsed by nothing else: it must be an event without fault, and the groups must hold all that it says.

const status = { status: 'passed', updated_by: 'ci:x', updated_at: BEFORE } as const;
const comment = { id: idOf(6), author: 'agent:b', at: NOW, body: 'text: {"a":1}', kind: 'k' };
const FIRST = issueWith(1, {
  title: 'A "title" \\ with \u{1f600}\nand é',
  labels: ['a', 'b'],
  dependencies: [idOf(7), idOf(8)],
  links: [{ type: 'relates', target: idOf(4) }],
  gates_required: ['review'],
  milestone: 'v1',
});
const SECOND: Issue = {
  ...FIRST,
  description: 'text',
  state: 'in_progress',
  hold: { reason: 'later', until: NOW },
  assignee: 'agent:a',
  claim_epoch: 12,
  labels: ['b', 'c'],
  dependencies: [idOf(8), idOf(9)],
  gates_status: { review: { ...status, commit: 'c', run: 'r', reason: 'ok', override: true } },
  context: { branch: 'x', note: 'a "b"' },
  comments: [comment],
  resolution: 'completed',
  completed_at: NOW,
};
const THIRD: Issue = { ...SECOND, hold: null, assignee: null, gates_status: {}, context: { note: 'c' } };

const eventOf = (changes: Event['changes'], fields: Partial<Event> = {}): Event => ({
  ...{ ts: NOW, event: 'issue.updated', id: idOf(1), eid: idOf(2), prev: idOf(3), by: 'agent:a', changes },
  ...fields,
});
const LINES: readonly string[] = [
  eventOf(diffImages(null, FIRST), { event: 'issue.created', prev: null, title: FIRST.title }),
  eventOf(diffImages(FIRST, SECOND), { via: 'git', gate: 'review', reason: 'why', forced: true }),
  eventOf(diffImages(SECOND, THIRD)),
  eventOf({ completed_at: [null, NOW], updated_at: [BEFORE, NOW] }),
  eventOf({}),
].map(formatEvent);

/** Whatever is told is what a close look finds in it. */
function expectTruth(text: string): boolean {
  const told = readToldLine(text);
  if (told === null) return false;
  const { value, problems } = parseText(text, null);
  expect(problems, text).toEqual([]);
  expect(checkEvent(value), text).toBe(true);
  const { id, eid, prev, changes } = value as Event;
  expect([told[TOLD.id], told[TOLD.eid], told[TOLD.prev] ?? null]).toEqual([id, eid, prev]);
  const found: Record<string, unknown> = {};
  for (const { key, whole, early, parts } of TOLD_FIELDS) {
    const after = told[whole] ?? (early === 0 ? undefined : told[early]);
    const isWord = key === 'state' || key === 'priority';
    if (after !== undefined) found[key] = isWord ? after : JSON.parse(after);
    if (parts !== 0 && told[parts] !== '')
      for (const [path, [, element]] of Object.entries(parseParts(told[parts]!))) found[path] = element;
  }
  const afters = Object.entries(changes).map(([path, [, after]]) => [path, after]);
  expect(found).toEqual(Object.fromEntries(afters));
  return true;
}

test('lines as jit writes them are told', () => {
  for (const line of LINES) expect(expectTruth(line), line).toBe(true);
});

test('what is told is without fault, and all of it stands in the groups, whatever became of its bytes', () => {
  let [told, other] = [0, 0];
  fc.assert(
    fc.property(fc.constantFrom(...LINES), arbitraryMutations, (line, mutations) => {
      const mutated = mutations.slice(0, 2).reduce(mutate, Buffer.from(line)).toString('utf8');
      // Some mutations write the text anew, over several lines.
      const texts = [mutated];
      try {
        texts.push(JSON.stringify(JSON.parse(mutated)));
      } catch {
        // It is no JSON any more.
      }
      for (const text of texts) {
        if (expectTruth(text)) told += 1;
        else other += 1;
      }
    }),
    { numRuns: size(3000, 100_000), seed: 20_261_122 },
  );
  expect(told).toBeGreaterThan(100);
  expect(other).toBeGreaterThan(100);
});

test('what is there twice, out of order, hashed, or of no field is not told', () => {
  const [, line] = LINES;
  const not = (from: string, to: string): void => {
    expect(line).toContain(from);
    expect(readToldLine(line!.replace(from, to)), to).toBeNull();
  };
  const labels = '"labels.a":[true,false]';
  expect(readToldLine(line!.replace(labels, `${labels},"labels.x":[false,true]`))).not.toBeNull();
  not(labels, `${labels},${labels}`);
  not('"changes":{', '"changes":{"state":["a","b"],"state":["a","b"],');
  not('"changes":{', '"changes":{"claim_epoch":[null,1],');
  not('"changes":{', '"changes":{"later":[null,1],');
  not('"changes":{', '"changes":{,');
  not('"resolution":', '"completed_at":[null,null],"resolution":');
  not(`,"completed_at":[null,"${NOW}"]`, `,"completed_at":[null,"${NOW}"],`);
  not(
    `,"completed_at":[null,"${NOW}"]`,
    `,"completed_at":[null,"${NOW}"],"updated_at":["a","${NOW}"],"completed_at":["a","b"]`,
  );
  not('[null,12]', '[null,{"$sha256":"ab","$length":3}]');
  not('[null,12]', '[null,012]');
  not('[null,12]', '[null,12.5]');
  not(`"id":"${idOf(1)}"`, '"id":null');
  not('"by":"agent:a"', '"by":"nobody"');
  expect(readToldLine(`${line}\r`)).toBeNull();
});
