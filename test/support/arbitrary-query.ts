import fc from 'fast-check';
import { PRIORITIES, STATES } from '../../src/domain/issue.ts';
import type { Filter, Query, SortKey } from '../../src/domain/query.ts';

const some = <T>(of: readonly T[]): fc.Arbitrary<T[]> => fc.array(fc.constantFrom(...of), { maxLength: 3 });

const anyLeaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.constant({ op: 'all' } as const),
  some(STATES).map((states) => ({ op: 'state', in: states }) as const),
  some(PRIORITIES).map((priorities) => ({ op: 'priority', in: priorities }) as const),
  some([null, 'agent:a', 'human:b', 'b', 'nobody']).map((names) => ({ op: 'assignee', in: names }) as const),
  some(['__proto__', 'constructor', 'a.b', '.', '']).map((labels) => ({ op: 'label', in: labels }) as const),
  some([null, '', 'm']).map((milestones) => ({ op: 'milestone', in: milestones }) as const),
  some(['__proto__', 'constructor', 'a.b', 'x']).map((gates) => ({ op: 'passed', gates }) as const),
  fc
    .constantFrom('open' as const, 'blocked' as const, 'held' as const)
    .map((what) => ({ op: 'is', what }) as const),
);

const { anyFilter } = fc.letrec<{ anyFilter: Filter }>((tie) => ({
  anyFilter: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    anyLeaf,
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('anyFilter'), { maxLength: 3 }))
      .map(([op, of]): Filter => ({ op, of })),
    tie('anyFilter').map((of): Filter => ({ op: 'not', of })),
  ),
}));

const KEYS: readonly SortKey[] = ['priority', 'id', 'updated_at', 'title', 'state'];
const anyKey = fc
  .tuple(fc.constantFrom(...KEYS), fc.boolean())
  .map(([key, reversed]): SortKey | `-${SortKey}` => (reversed ? `-${key}` : key));

/** Any question that a store may be asked of all issues. */
export const arbitraryQuery: fc.Arbitrary<Query> = fc.record(
  { where: anyFilter, sort: fc.array(anyKey, { maxLength: 3 }), limit: fc.nat({ max: 6 }) },
  { requiredKeys: ['where'] },
);
