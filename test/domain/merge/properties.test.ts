import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { isTombstone } from '../../../src/domain/canonical-json.ts';
import { RULES } from '../../../src/domain/merge/decision.ts';
import { mergeIssue } from '../../../src/domain/merge/merge-issue.ts';
import { arbitraryIssue } from '../../support/arbitrary-issue.ts';
import { report } from '../../support/report.ts';
import { size } from '../../support/size.ts';
import { arbitraryTriple } from './arbitrary.ts';
import { arbitraryWork } from './edits.ts';
import { digest, firstCommit, Replica } from './history.ts';
import { contradictions, violations } from './violations.ts';

// Many merges: a busy machine may take its own time.
vi.setConfig({ testTimeout: 900_000 });

const SEED = 20260104;
const RUNS = size(300, 10_000);

// Only the limits are out of reach.
const tried = Object.keys(RULES)
  .filter((rule) => rule !== 'limit')
  .sort();

describe('every merge', () => {
  test('of what two people did from one start', () => {
    const rules = new Map<string, number>();
    const property = fc.property(
      arbitraryWork,
      arbitraryWork,
      arbitraryWork,
      fc.nat({ max: 5000 }),
      (before, a, b, skew) => {
        const start = new Replica('o', firstCommit(), -3_600_000);
        start.work(before);
        const [ours, theirs] = [new Replica('a', start.head, 0), new Replica('b', start.head, skew)];
        ours.work(a);
        theirs.work(b);
        const triple = [start.head.stored, ours.head.stored, theirs.head.stored] as const;
        expect(violations(triple)).toEqual([]);
        const { stored, decided } = mergeIssue(...triple, digest);
        expect(isTombstone(stored!) ? [] : contradictions(stored!)).toEqual([]);
        for (const { rule } of decided) rules.set(rule, (rules.get(rule) ?? 0) + 1);
      },
    );
    fc.assert(property, { numRuns: RUNS, seed: SEED });
    report('merge: issues edited on two branches', { seed: SEED, triples: RUNS, ...counted(rules) });
    // A rule that never decides anything was not tried.
    expect([...rules.keys()].sort()).toEqual(tried);
  });

  test('of anything the schema accepts', () => {
    const rules = new Map<string, number>();
    const property = fc.property(arbitraryTriple, (triple) => {
      expect(violations(triple)).toEqual([]);
      for (const { rule } of mergeIssue(...triple, digest).decided)
        rules.set(rule, (rules.get(rule) ?? 0) + 1);
    });
    fc.assert(property, { numRuns: RUNS, seed: SEED });
    report('merge: any three versions', { seed: SEED, triples: RUNS, ...counted(rules) });
    expect([...rules.keys()].sort()).toEqual(tried);
  });

  test('of keys that are not what they seem', () => {
    const property = fc.property(arbitraryIssue, arbitraryIssue, arbitraryIssue, (base, ours, theirs) => {
      const merged = violations([base, ours, theirs]).filter((what) => what !== 'schema');
      expect(merged).toEqual([]);
    });
    fc.assert(property, { numRuns: size(80, 2000), seed: SEED });
  });
});

const counted = (rules: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...rules].sort(([a], [b]) => (a < b ? -1 : 1)));
