import fc from 'fast-check';
import { canonicalIssue } from '../../../src/domain/canonical-json.ts';
import type { GateStatus, Issue, Tombstone } from '../../../src/domain/issue.ts';
import { PRIORITIES, STATES } from '../../../src/domain/issue.ts';
import type { Stored } from '../../../src/domain/merge/merge-issue.ts';
import { idOf } from '../../support/issues.ts';

// Issues that the schema accepts, whether or not jit would ever write them, with so few values for each field that two of
// them often agree, and often contradict each other.

const time = fc.constantFrom(
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.000Z',
  '2026-01-02T00:00:00.000Z',
  '2026-01-03T00:00:00.000Z',
);
const name = fc.constantFrom('agent:a', 'human:b');
const word = fc.constantFrom('x', 'y', 'z');
const key = fc.constantFrom('__proto__', 'toString', 'a.b', '7');
const gate = fc.constantFrom('tests', 'lint');
const text = fc
  .array(fc.constantFrom('one', 'two', 'three', '', '  four'), { maxLength: 5 })
  .chain((lines) => fc.constantFrom('\n', '\r\n').map((end) => lines.join(end)));

const setOf = (element: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.uniqueArray(element, { maxLength: 3 });
const mapOf = <T>(keys: fc.Arbitrary<string>, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.array(fc.tuple(keys, value), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));

const status: fc.Arbitrary<GateStatus> = fc.record(
  {
    status: fc.constantFrom('pending' as const, 'passed' as const, 'failed' as const),
    updated_by: fc.option(name),
    updated_at: time,
    reason: word,
  },
  { requiredKeys: ['status', 'updated_by', 'updated_at'] },
);

const comment = fc.record(
  {
    id: fc.nat({ max: 3 }).map(idOf),
    author: name,
    at: time,
    body: word,
    kind: fc.constantFrom('note', 'merge-conflict'),
    data: fc.constantFrom({ field: 'title' }, {}),
  },
  { requiredKeys: ['id', 'author', 'at', 'body'] },
);

// What a newer jit might write: flat, nested, a set, a list by id, a list in an order of its own.
const unknown = fc.oneof(
  fc.constantFrom(null, 1, 2, 'x', true, false),
  mapOf(key, fc.oneof(word, mapOf(word, fc.constantFrom(1, 2, null)))),
  setOf(word).map((set) => set.sort()),
  fc.array(word, { maxLength: 3 }),
  fc
    .uniqueArray(fc.record({ id: word, n: fc.constantFrom(1, 2) }), { selector: ({ id }) => id })
    .map((list) => list.sort((a, b) => (a.id < b.id ? -1 : 1))),
);

const always = {
  id: fc.constant(idOf(0)),
  title: word,
  description: text,
  state: fc.constantFrom(...STATES),
  hold: fc.option(fc.record({ reason: word, until: time }, { requiredKeys: ['reason'] })),
  priority: fc.constantFrom(...PRIORITIES),
  assignee: fc.option(name),
  claim_epoch: fc.option(fc.integer({ min: 1, max: 3 })),
  labels: setOf(word),
  milestone: fc.option(word),
  dependencies: setOf(fc.integer({ min: 1, max: 4 }).map(idOf)),
  links: fc.uniqueArray(
    fc.record(
      {
        type: fc.constantFrom('relates' as const, 'parent' as const),
        target: fc.integer({ min: 1, max: 3 }).map(idOf),
        note: word,
      },
      { requiredKeys: ['type', 'target'] },
    ),
    { maxLength: 3, selector: (link) => JSON.stringify([link.type, link.target, link.note]) },
  ),
  gates_required: setOf(gate),
  gates_status: mapOf(gate, status),
  context: mapOf(key, word),
  comments: fc.array(comment, { maxLength: 3 }),
  resolution: fc.option(fc.constantFrom('completed' as const, 'not-planned' as const)),
  created_by: fc.option(name),
  updated_at: time,
  completed_at: fc.option(time),
  sync: mapOf(key, fc.record({ id: word, base: unknown }, { requiredKeys: [] })),
};
const sometimes = {
  progress: fc.record(
    { fraction: fc.constantFrom(0, 0.5), stage: word, checkpoints: fc.array(word, { maxLength: 2 }) },
    { requiredKeys: [] },
  ),
  'labels.x': unknown,
  estimate: unknown,
  toString: unknown,
};

export const arbitraryValid: fc.Arbitrary<Issue> = fc
  .record(
    { ...always, ...sometimes },
    { requiredKeys: Object.keys(always) as (keyof typeof always)[], noNullPrototype: true },
  )
  .map((issue) => canonicalIssue(issue as unknown as Issue));

export const arbitraryGone: fc.Arbitrary<Tombstone> = fc.record(
  { id: fc.constant(idOf(0)), title: word, deleted_by: name, deleted_at: time, why: unknown },
  { requiredKeys: ['id', 'title', 'deleted_by', 'deleted_at'], noNullPrototype: true },
);

const stored: fc.Arbitrary<Stored> = fc.oneof(
  { weight: 20, arbitrary: arbitraryValid },
  { weight: 2, arbitrary: arbitraryGone },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

/** A field here and there of `a` replaced by what `b` has. */
const mixed = (a: Stored, b: Stored, taken: readonly number[]): Stored => {
  if (a === undefined || b === undefined || 'deleted_at' in a || 'deleted_at' in b) return b;
  const fields = Object.keys(always).filter((_, i) => taken.includes(i)) as (keyof Issue)[];
  return canonicalIssue({ ...a, ...Object.fromEntries(fields.map((field) => [field, b[field]])) } as Issue);
};

/** Three versions: unrelated, or sides that differ from the base in a few fields. */
export const arbitraryTriple: fc.Arbitrary<readonly [Stored, Stored, Stored]> = fc.oneof(
  fc.tuple(stored, stored, stored),
  fc
    .tuple(stored, stored, stored, fc.array(fc.nat({ max: 20 })), fc.array(fc.nat({ max: 20 })))
    .map(([base, a, b, first, second]) => [base, mixed(base, a, first), mixed(base, b, second)] as const),
);
