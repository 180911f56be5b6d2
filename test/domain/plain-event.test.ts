import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatEvent } from '../../src/domain/canonical-json.ts';
import { checkEvent } from '../../src/domain/generated/checks/event.js';
import type { Event } from '../../src/domain/issue.ts';
import { readPlainEvent } from '../../src/domain/plain-event.ts';
import { parseText } from '../../src/store/files/parse-json.ts';
import { scanJson } from '../../src/store/files/scan-json.ts';
import { BEFORE, idOf, issueWith, NOW } from '../support/issues.ts';
import { arbitraryMutations, mutate } from '../support/mutations.ts';
import { size } from '../support/size.ts';

// What is taken for plain is looked at by nothing else: it must be an event with which nothing at all is wrong.

const eventWith = (fields: Partial<Event>): Event => ({
  ts: NOW,
  event: 'issue.updated',
  id: idOf(1),
  eid: idOf(2),
  prev: idOf(3),
  by: 'agent:a',
  changes: { title: ['a', 'b'] },
  ...fields,
});

const status = { status: 'passed', updated_by: 'ci:x', updated_at: BEFORE } as const;
const created = issueWith(1, {
  title: 'A "title" \\ with \u{1f600}\nand é',
  labels: ['a', 'b'],
  links: [{ type: 'relates', target: idOf(4) }],
  hold: { reason: 'later', until: NOW },
});
const PLAIN: readonly Event[] = [
  eventWith({
    event: 'issue.created',
    prev: null,
    title: created.title,
    changes: Object.fromEntries(Object.entries(created).map(([key, value]) => [key, [null, value]])),
  }),
  eventWith({
    via: 'git',
    title: 'x',
    assignee: 'agent:b',
    gate: 'review',
    dependency: idOf(5),
    reason: 'why',
    forced: true,
    changes: {
      state: ['ready', 'in_progress'],
      claim_epoch: [null, 12],
      'labels.x': [false, true],
      'gates_status.review': [null, { ...status, commit: 'c', run: 'r', reason: 'ok', override: true }],
      [`comments.${idOf(6)}`]: [
        null,
        { id: idOf(6), author: 'agent:b', at: NOW, body: 'text: [1]', kind: 'k' },
      ],
      description: [{ $sha256: 'ab12', $length: 100_000 }, 'short'],
      updated_at: [BEFORE, NOW],
    },
  }),
  eventWith({ id: null, prev: null, event: 'gate.defined', changes: {} }),
];

/** Whatever is taken for plain is what a close look finds to be without fault. */
function expectTruth(text: string): boolean {
  const event = readPlainEvent(text);
  if (event === null) return false;
  const { value, problems } = parseText(text, null);
  expect(problems, text).toEqual([]);
  expect(checkEvent(value), text).toBe(true);
  expect(scanJson(text), text).toEqual({ duplicateKeys: [], inexactNumbers: [] });
  expect(JSON.stringify(event)).toBe(text);
  return true;
}

test('events as jit writes them are plain', () => {
  for (const event of PLAIN) expect(expectTruth(formatEvent(event)), formatEvent(event)).toBe(true);
});

test('what is plain is without fault, whatever became of its bytes', () => {
  let [plain, other] = [0, 0];
  fc.assert(
    fc.property(fc.constantFrom(...PLAIN), arbitraryMutations, (event, mutations) => {
      const mutated = mutations
        .slice(0, 2)
        .reduce(mutate, Buffer.from(formatEvent(event)))
        .toString('utf8');
      // Some mutations write the text anew, over several lines.
      const texts = [mutated];
      try {
        texts.push(JSON.stringify(JSON.parse(mutated)));
      } catch {
        // It is no JSON any more.
      }
      for (const text of texts) {
        if (expectTruth(text)) plain += 1;
        else other += 1;
      }
    }),
    { numRuns: size(3000, 100_000), seed: 20_260_124 },
  );
  expect(plain).toBeGreaterThan(100);
  expect(other).toBeGreaterThan(100);
});

test('a key that is there twice, a number that does not survive, and what the schema refuses are not plain', () => {
  const [, text] = PLAIN.map(formatEvent);
  const not = (from: string, to: string): void => {
    expect(text).toContain(from);
    expect(readPlainEvent(text!.replace(from, to)), to).toBeNull();
  };
  not('"changes":{', '"changes":{"state":["a","b"],');
  not('"changes":{', '"changes":{"labels.x":[false,false],');
  not('"commit":"c"', '"commit":"c","commit":"c"');
  not('"kind":"k"', '"kind":"k","data":{"a":1,"a":2}');
  not('"forced":true', '"forced":true,"forced":true');
  not('[null,12]', '[null,12345678901234567890]');
  not('[null,12]', '[null,1.50]');
  not('[null,12]', '[null,-0]');
  not('[null,12]', '[null,1e2]');
  not('[null,12]', '[null]');
  not('[null,12]', '[null,1,2]');
  not('[null,12]', '[null,{"a":{"b":1}}]');
  not('"by":"agent:a"', '"by":"nobody"');
  not('"by":"agent:a"', `"by":"agent:${'x'.repeat(200)}"`);
  not('"event":"issue.updated"', '"event":"updated"');
  not(`"eid":"${idOf(2)}"`, '"eid":"x"');
  not('"ts":', '"ts": ');
  not('"reason":"why"', '"reason":"\\ud800"');
  not('"reason":"why"', '"reason":"\\u0041"');
  not('"reason":"why"', '"reason":1');
  not('"via":"git"', '"via":"git","more":1');
  expect(readPlainEvent(`\ufeff${text}`)).toBeNull();
  expect(readPlainEvent(`${text}\r`)).toBeNull();
});

test('what only looks like a change in a text is looked at closely, and no fault', () => {
  const event = eventWith({ reason: 'as in "a":[1]' });
  expect(readPlainEvent(formatEvent(event))).toBeNull();
});

test('a line that is far longer than jit writes them is looked at closely, however many escapes it has', () => {
  const long = formatEvent(eventWith({ reason: '\n'.repeat(20_000_000) }));
  expect(readPlainEvent(long)).toBeNull();
  expect(readPlainEvent(formatEvent(eventWith({ reason: '\n'.repeat(1000) })))).not.toBeNull();
});
