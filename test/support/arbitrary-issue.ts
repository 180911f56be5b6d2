import fc from 'fast-check';
import { canonicalIssue } from '../../src/domain/canonical-json.ts';
import type { GateStatus, Issue, Tombstone } from '../../src/domain/issue.ts';
import { newIssue, PRIORITIES, STATES } from '../../src/domain/issue.ts';
import { idOf } from './issues.ts';

/** Keys that trip code which takes an object for a map, or a path for a key. */
const TREACHEROUS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a.b',
  '.',
  '',
  '$sha256',
  '$length',
];

const anyKey = fc.oneof(fc.constantFrom(...TREACHEROUS), fc.string());
const anyId = fc.nat({ max: 30 }).map(idOf);
const anyTime = fc.constantFrom(
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00Z',
  '2027-06-05T04:03:02.001Z',
);
const anyName = fc.constantFrom('agent:a', 'human:b', 'ci:c');

/** A map whose keys are its own, whatever they are called. */
const mapOf = <T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));

const setOf = (element: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.uniqueArray(element, { maxLength: 4 }).map((set) => set.sort());

const anyStatus: fc.Arbitrary<GateStatus> = fc.record(
  {
    status: fc.constantFrom('pending' as const, 'passed' as const, 'failed' as const),
    updated_by: fc.option(anyName),
    updated_at: anyTime,
    commit: fc.string(),
  },
  { requiredKeys: ['status', 'updated_by', 'updated_at'] },
);

// Any JSON but null at the top: to the log, null and absent are the same.
const anyUnknown = fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null);

// What newIssue makes is what is always there.
const ALWAYS = Object.keys(
  newIssue({ id: idOf(0), title: 'x', created_by: null, now: '' }),
) as (keyof Issue)[];

const known = fc.record(
  {
    id: fc.constant(idOf(0)),
    title: fc.string({ minLength: 1 }),
    description: fc.string(),
    state: fc.constantFrom(...STATES),
    hold: fc.option(fc.record({ reason: fc.string(), until: anyTime }, { requiredKeys: ['reason'] })),
    priority: fc.constantFrom(...PRIORITIES),
    assignee: fc.option(anyName),
    claim_epoch: fc.option(fc.integer({ min: 1 })),
    labels: setOf(anyKey),
    milestone: fc.option(fc.string()),
    dependencies: setOf(anyId),
    links: fc.uniqueArray(fc.record({ type: fc.constant('relates' as const), target: anyId }), {
      maxLength: 3,
      selector: ({ target }) => target,
    }),
    gates_required: setOf(anyKey),
    gates_status: mapOf(anyKey, anyStatus),
    context: mapOf(anyKey, fc.string()),
    progress: fc.record({ fraction: fc.constantFrom(0, 0.5, 1), next: fc.string() }, { requiredKeys: [] }),
    comments: fc
      .uniqueArray(fc.record({ id: anyId, author: anyName, at: anyTime, body: fc.string() }), {
        maxLength: 4,
        selector: ({ id }) => id,
      })
      .map((comments) => comments.sort((a, b) => (a.id < b.id ? -1 : 1))),
    resolution: fc.option(
      fc.constantFrom('completed' as const, 'not-planned' as const, 'duplicate' as const),
    ),
    created_by: fc.option(anyName),
    updated_at: anyTime,
    completed_at: fc.option(anyTime),
    sync: mapOf(anyKey, fc.record({ id: fc.string(), base: anyUnknown }, { requiredKeys: [] })),
  },
  { noNullPrototype: true, requiredKeys: ALWAYS as [] },
);

// Fields of a newer jit, with names that look like paths, too.
const anyUnknownKey = fc.oneof(
  fc.constantFrom('labels.x', 'context.', '.labels', '..', 'comments', 'x.y', 'deleted', ...TREACHEROUS),
  fc.string(),
);

/** Any issue with the id `idOf(0)`, as a store gives it back: in canonical form, with fields that this jit does not know. */
export const arbitraryIssue: fc.Arbitrary<Issue> = fc
  .tuple(known, fc.array(fc.tuple(anyUnknownKey, anyUnknown), { maxLength: 3 }))
  .map(([issue, extra]) => {
    const others = extra.filter(
      ([key]) => key !== 'deleted_at' && !Object.hasOwn(issue, key) && key !== 'progress',
    );
    return canonicalIssue(Object.fromEntries([...others, ...Object.entries(issue)]) as unknown as Issue);
  });

export const arbitraryTombstone: fc.Arbitrary<Tombstone> = fc.record({
  id: fc.constant(idOf(0)),
  title: fc.string(),
  deleted_by: anyName,
  deleted_at: anyTime,
});
