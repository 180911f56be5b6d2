import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { isTombstone } from '../../../src/domain/canonical-json.ts';
import { MERGE_CONFLICT } from '../../../src/domain/merge/keep-lost-text.ts';
import { report } from '../../support/report.ts';
import { size } from '../../support/size.ts';
import { arbitraryEdit, type Edit } from './edits.ts';
import { ancestors, bytesOf, type Commit, firstCommit, mergeCommits, Replica } from './history.ts';
import { contradictions } from './violations.ts';

// Many merges: a busy machine may take its own time.
vi.setConfig({ testTimeout: 900_000 });

const SEED = 20260104;
const RUNS = size(100, 10_000);
/** Exchanges after which the issue, and the log with it, must be the same everywhere. */
const MOST = { issue: 2, log: 3 };

type Act =
  | { readonly who: number; readonly edit: Edit; readonly after: number }
  | { readonly who: number; readonly from: number };

const who = fc.nat({ max: 2 });
const arbitraryHistory: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<Act>[]>(
    {
      weight: 3,
      arbitrary: fc.record({ who, edit: arbitraryEdit, after: fc.constantFrom(0, 1, 1000, 60_000) }),
    },
    { weight: 1, arbitrary: fc.record({ who, from: fc.nat({ max: 1 }) }) },
  ),
  { minLength: 5, maxLength: 30, size: 'max' },
);

/** Merges, and holds the merge to what every merge must be, whichever way round. */
function merge(ours: Commit, theirs: Commit): Commit {
  const { commit } = mergeCommits(ours, theirs);
  const { commit: swapped } = mergeCommits(theirs, ours);
  expect([bytesOf(swapped.stored), swapped.log]).toEqual([bytesOf(commit.stored), commit.log]);
  expect(isTombstone(commit.stored) ? [] : contradictions(commit.stored)).toEqual([]);
  return commit;
}

const others = (replica: number): readonly number[] => [(replica + 1) % 3, (replica + 2) % 3];

/** Each merges what the two others have now, in an order of its own, before anybody sees the result. */
const exchange = (heads: readonly Commit[], reversed: readonly boolean[]): readonly Commit[] =>
  heads.map((head, replica) => {
    const order = reversed[replica] === true ? others(replica).toReversed() : others(replica);
    return order.reduce((merged, other) => merge(merged, heads[other]!), head);
  });

const agreeOn = (heads: readonly Commit[], what: (commit: Commit) => string): boolean =>
  new Set(heads.map(what)).size === 1;

const issueOf = ({ stored }: Commit): string => bytesOf(stored);
const logOf = ({ log }: Commit): string => log;

/** Comments that people wrote. What a merge kept may go again, when its text is the one that stands in the end. */
const commentsOf = ({ stored }: Commit): readonly string[] =>
  isTombstone(stored)
    ? []
    : stored.comments.filter(({ kind }) => kind !== MERGE_CONFLICT).map(({ id }) => id);

/** Titles of which only one replica ever knew, so that nobody can have replaced them. */
function titlesNobodySaw(heads: readonly Commit[]): readonly string[] {
  return heads.flatMap((head, replica) => {
    const seen = others(replica).flatMap((other) =>
      [...ancestors(heads[other]!)].map(({ stored }) => stored.title),
    );
    return seen.includes(head.stored.title) ? [] : [head.stored.title];
  });
}

const hasTitle = ({ stored }: Commit, title: string): boolean =>
  stored.title === title ||
  (!isTombstone(stored) &&
    stored.comments.some(({ kind, body }) => kind === MERGE_CONFLICT && body.includes(title)));

test('three replicas that merge in any order come to the same, byte for byte', () => {
  const issue: number[] = [0, 0, 0];
  const log: number[] = [0, 0, 0, 0];
  let merges = 0;
  const property = fc.property(
    arbitraryHistory,
    fc.tuple(fc.nat({ max: 5000 }), fc.nat({ max: 5000 }), fc.nat({ max: 500_000 })),
    fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    (acts, skews, reversed) => {
      const start = firstCommit();
      const replicas = ['a', 'b', 'c'].map((name, i) => new Replica(name, start, skews[i]!));
      for (const act of acts) {
        const replica = replicas[act.who]!;
        if ('edit' in act) replica.edit(act.edit, act.after);
        else {
          replica.head = merge(replica.head, replicas[others(act.who)[act.from]!]!.head);
          merges += 1;
        }
      }
      let heads: readonly Commit[] = replicas.map(({ head }) => head);
      const deletions = acts.some((act) => 'edit' in act && act.edit.verb === 'delete');
      const said = deletions ? [] : heads.flatMap(commentsOf);
      const titles = deletions ? [] : titlesNobodySaw(heads);
      let agreed = { issue: agreeOn(heads, issueOf) ? 0 : -1, log: agreeOn(heads, logOf) ? 0 : -1 };
      for (let round = 1; round <= MOST.log; round += 1) {
        heads = exchange(heads, reversed.slice(round * 3 - 3, round * 3));
        agreed = {
          issue: agreeOn(heads, issueOf) ? (agreed.issue === -1 ? round : agreed.issue) : -1,
          log: agreeOn(heads, logOf) ? (agreed.log === -1 ? round : agreed.log) : -1,
        };
      }
      expect(agreed.issue).toBeGreaterThan(-1);
      expect(agreed.issue).toBeLessThanOrEqual(MOST.issue);
      expect(agreed.log).toBeGreaterThan(-1);
      expect(said.filter((id) => !commentsOf(heads[0]!).includes(id))).toEqual([]);
      expect(titles.filter((title) => !hasTitle(heads[0]!, title))).toEqual([]);
      issue[agreed.issue]! += 1;
      log[agreed.log]! += 1;
    },
  );
  fc.assert(property, { numRuns: RUNS, seed: SEED });
  report('merge: three replicas, each merging in its own order', {
    seed: SEED,
    histories: RUNS,
    'merges before': merges,
    'issue the same at once': issue[0]!,
    'after one exchange': issue[1]!,
    'after two': issue[2]!,
    'log the same at once': log[0]!,
    'log after one exchange': log[1]!,
    'log after two': log[2]!,
    'log after three': log[3]!,
  });
  expect(issue[2]).toBeGreaterThan(0);
});
