import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Event } from '../../../src/domain/issue.ts';
import { MERGER } from '../../../src/domain/merge/keep-lost-text.ts';
import { arbitraryCommand, type Command } from '../../support/commands-model.ts';
import { report } from '../../support/report.ts';
import { size } from '../../support/size.ts';
import {
  Clone,
  type Commit,
  checkLog,
  eventsIn,
  type Files,
  firstCommit,
  mergeCommits,
  sameFiles,
} from './clones.ts';

// Several branches do the same work, and several people merge them pairwise, each in an order of their own: then one decision
// is told in several logs, and the logs meet.

vi.setConfig({ testTimeout: 3_600_000 });

const SEED = 20_260_121;
const RUNS = size(20, 2_000);
/** Exchanges after which every file must be the same everywhere. */
const MOST = 4;

const issue = fc.nat({ max: 1 });
const retitle = fc.record({
  verb: fc.constant('edit'),
  who: fc.constantFrom('a', 'b'),
  issue,
  key: fc.constantFrom('title', 'plain'),
  value: fc.constantFrom('x', 'y', 'z'),
  force: fc.constant(true),
}) as fc.Arbitrary<Command>;
const claim = fc.record({
  verb: fc.constant('claim'),
  who: fc.constantFrom('a', 'b'),
  issue,
}) as fc.Arbitrary<Command>;
const work = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: retitle },
    { weight: 1, arbitrary: claim },
    { weight: 3, arbitrary: arbitraryCommand },
  ),
  { minLength: 1, maxLength: 4 },
);
const creation: Command = {
  verb: 'create',
  who: 'a',
  needs: [],
  blocks: [],
  parent: null,
  from: null,
  gates: [],
  hold: null,
  priority: 'normal',
  assignee: null,
};

type Act =
  | { readonly who: number; readonly from: number }
  | { readonly who: number; readonly commands: Command[] };

interface Plan {
  readonly branches: readonly Command[][];
  /** Of each who merges: the branch they start on, and the order in which they merge the others. */
  readonly orders: readonly (readonly number[])[];
  readonly acts: readonly Act[];
  /** Random orders, one for each who exchanges. */
  readonly exchanges: readonly (readonly number[])[];
}

const orderOf = (count: number): fc.Arbitrary<number[]> => {
  const all = Array.from({ length: count }, (_, number) => number);
  return fc.shuffledSubarray(all, { minLength: count });
};

const anyPlan = (count: number): fc.Arbitrary<Plan> => {
  const who = fc.nat({ max: count - 1 });
  const act = fc.oneof<fc.WeightedArbitrary<Act>[]>(
    { weight: 3, arbitrary: fc.record({ who, from: who }) },
    { weight: 1, arbitrary: fc.record({ who, commands: work }) },
  );
  return fc.record({
    branches: fc.array(work, { minLength: count, maxLength: count }),
    orders: fc.array(orderOf(count), { minLength: count, maxLength: count }),
    acts: fc.array(act, { maxLength: 6 }),
    exchanges: fc.array(orderOf(count), { minLength: count * MOST, maxLength: count * MOST }),
  });
};

const mergesIn = (files: Files): readonly Event[] =>
  eventsIn(files.get('events.jsonl')!).filter(({ by }) => by === MERGER);

/** What all the logs of one history have to hold to together. */
class Watch {
  merges = 0;
  told = 0;
  readonly #lines = new Map<string, string>();

  /** Merges, and looks at what comes out. */
  merge(ours: Commit, theirs: Commit): Commit {
    const merged = mergeCommits(ours, theirs);
    expect(new Map(mergeCommits(theirs, ours).files)).toEqual(new Map(merged.files));
    if (merged === ours || merged === theirs) return merged;
    checkLog(merged.files);
    this.look(merged.files);
    const before = new Set([...mergesIn(ours.files), ...mergesIn(theirs.files)].map(({ eid }) => eid));
    const added = mergesIn(merged.files).filter(({ eid }) => !before.has(eid));
    // Where the sides agree there is nothing more to tell, however often they told it.
    if (sameIssues(ours.files, theirs.files)) expect(added).toEqual([]);
    this.merges += 1;
    this.told += added.length;
    return merged;
  }

  /** No eid with two contents, and every event behind the one it follows: no ring, no gap, no second beginning. */
  look(files: Files): void {
    const begun = new Set<string | null>();
    const seen = new Set<string>();
    for (const line of files.get('events.jsonl')!.trimEnd().split('\n')) {
      const { eid, prev, id } = JSON.parse(line) as Event;
      expect(this.#lines.get(eid) ?? line).toBe(line);
      this.#lines.set(eid, line);
      expect(seen.has(eid)).toBe(false);
      if (id !== null && prev !== null) expect(seen.has(prev), line).toBe(true);
      else if (id !== null) expect(begun.has(id), line).toBe(false);
      seen.add(eid);
      begun.add(id);
    }
  }
}

const sameIssues = (a: Files, b: Files): boolean => {
  const issues = (files: Files): Files => new Map([...files].filter(([name]) => name !== 'events.jsonl'));
  return sameFiles(issues(a), issues(b));
};

for (const count of [3, 4]) {
  test(`${count} branches, merged pairwise in any order, have one log in the end`, async () => {
    const after: number[] = Array.from({ length: MOST + 1 }, () => 0);
    const sum = { merges: 0, told: 0, most: 0 };
    await fc.assert(
      fc.asyncProperty(anyPlan(count), async ({ branches, orders, acts, exchanges }) => {
        const watch = new Watch();
        const first = new Clone(0, firstCommit(), 0);
        await first.work([creation, creation]);
        const starts: Commit[] = [];
        const clones = branches.map((_, number) => new Clone(number + 1, first.head, 500 + number * 3));
        for (const [number, commands] of branches.entries()) {
          await clones[number]!.work(commands);
          starts.push(clones[number]!.head);
        }
        for (const [number, order] of orders.entries()) {
          clones[number]!.head = order.map((one) => starts[one]!).reduce((a, b) => watch.merge(a, b));
        }
        for (const one of acts) {
          const clone = clones[one.who]!;
          if ('commands' in one) await clone.work(one.commands);
          else clone.head = watch.merge(clone.head, clones[one.from]!.head);
        }
        let heads: readonly Commit[] = clones.map(({ head }) => head);
        const agree = (): boolean => heads.every(({ files }) => sameFiles(files, heads[0]!.files));
        let round = 0;
        for (; round < MOST && !agree(); round += 1) {
          const before = heads;
          heads = before.map((head, number) => {
            const order = exchanges[round * count + number]!.filter((other) => other !== number);
            return order.map((other) => before[other]!).reduce((a, b) => watch.merge(a, b), head);
          });
        }
        expect(agree()).toBe(true);
        after[round]! += 1;
        sum.merges += watch.merges;
        sum.told += watch.told;
        sum.most = Math.max(sum.most, mergesIn(heads[0]!.files).length);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(sum.told).toBeGreaterThan(RUNS);
    report(`logs of ${count} branches, merged pairwise in any order`, {
      runs: RUNS,
      merges: sum.merges,
      'events of merges': sum.told,
      'at most in one log': sum.most,
      ...Object.fromEntries(after.map((runs, rounds) => [`the same after ${rounds}`, runs])),
      seed: SEED,
    });
  });
}
