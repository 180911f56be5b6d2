import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalIssue, isOrderedIssue } from '../../src/domain/canonical-json.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { arbitraryIssue } from '../support/arbitrary-issue.ts';
import { idOf, issueWith, NOW } from '../support/issues.ts';

const textOf = (value: unknown): string => JSON.stringify(value, null, 2);

/** The same with the entries of one object or list in another order, and maybe one of them twice. */
const shuffled = (issue: Issue): fc.Arbitrary<Issue> => {
  const fields = Object.entries(issue);
  const lists = fields.filter(([, value]) => value !== null && typeof value === 'object');
  return fc
    .record({
      order: fc.shuffledSubarray(fields, { minLength: fields.length }),
      at: fc.nat(),
      twice: fc.boolean(),
      swap: fc.boolean(),
    })
    .map(({ order, at, twice, swap }) => {
      const [key, value] = lists[at % lists.length]!;
      const items = Array.isArray(value) ? [...value] : Object.entries(value as object);
      if (twice) items.push(...items.slice(0, 1));
      const other = Array.isArray(value) ? items.reverse() : Object.fromEntries(items.reverse());
      return { ...Object.fromEntries(swap ? order : fields), [key]: other } as unknown as Issue;
    });
};

test('an issue that is called ordered is as its canonical form', () => {
  let ordered = 0;
  const check = (issue: Issue): void => {
    if (!isOrderedIssue(issue)) return;
    ordered += 1;
    expect(textOf(canonicalIssue(issue))).toBe(textOf(issue));
  };
  fc.assert(
    fc.property(
      arbitraryIssue.chain((issue) => fc.tuple(fc.constant(issue), shuffled(issue))),
      ([issue, other]) => {
        check(issue);
        check(other);
      },
    ),
    { numRuns: 500 },
  );
  expect(ordered).toBeGreaterThan(100);
});

const full = canonicalIssue(
  issueWith(1, {
    hold: { reason: 'r', until: NOW },
    labels: ['a', 'b'],
    dependencies: [idOf(2), idOf(3)],
    gates_required: ['g', 'h'],
    links: [
      { type: 'parent', target: idOf(2) },
      { type: 'relates', target: idOf(2) },
    ],
    context: { a: '1', b: '2' },
    gates_status: { g: { status: 'passed', updated_by: null, updated_at: NOW } },
    comments: [{ id: idOf(4), author: 'agent:a', at: NOW, body: 'b' }],
  }),
);

test('one that jit wrote is called ordered', () => expect(isOrderedIssue(full)).toBe(true));

test.each<[string, Partial<Record<keyof Issue | 'later', unknown>>]>([
  ['a hold', { hold: { until: NOW, reason: 'r' } }],
  ['labels', { labels: ['b', 'a'] }],
  ['labels twice', { labels: ['a', 'a'] }],
  ['dependencies', { dependencies: [idOf(3), idOf(2)] }],
  ['gates', { gates_required: ['h', 'g'] }],
  ['links', { links: [...full.links].reverse() }],
  ['a link', { links: [{ target: idOf(2), type: 'parent' }] }],
  ['context', { context: { b: '2', a: '1' } }],
  ['a status', { gates_status: { g: { updated_by: null, status: 'passed', updated_at: NOW } } }],
  ['progress', { progress: { stage: 's', fraction: 0.5 } }],
  ['comments', { comments: [{ ...full.comments[0]!, id: idOf(5) }, full.comments[0]!] }],
  ['a comment', { comments: [{ body: 'b', id: idOf(4), author: 'agent:a', at: NOW }] }],
  ['sync', { sync: { b: { id: '1' }, a: { id: '2' } } }],
  ['a sync record', { sync: { a: { url: 'u', id: '2' } } }],
])('%s out of order is seen', (_, fields) => {
  expect(isOrderedIssue({ ...full, ...fields } as Issue)).toBe(false);
});

test('a known key behind an unknown one is seen', () => {
  const { title, ...rest } = full;
  expect(isOrderedIssue({ ...rest, later: 1 } as unknown as Issue)).toBe(true);
  expect(isOrderedIssue({ ...rest, later: 1, title } as unknown as Issue)).toBe(false);
});
