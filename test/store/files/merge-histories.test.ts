import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { arbitraryCommand, arbitraryCommands, type Command } from '../../support/commands-model.ts';
import { report } from '../../support/report.ts';
import { size } from '../../support/size.ts';
import {
  Clone,
  type Commit,
  checkLog,
  eventsIn,
  firstCommit,
  mergeCommits,
  mergeFiles,
  sameFiles,
} from './clones.ts';

vi.setConfig({ testTimeout: 3_600_000 });

const SEED = 20_260_107;
const RUNS = size(40, 2_000);

function checkedMerge(ours: Commit, theirs: Commit): Commit {
  const merged = mergeCommits(ours, theirs);
  expect(new Map(mergeCommits(theirs, ours).files)).toEqual(new Map(merged.files));
  checkLog(merged.files);
  return merged;
}

const work = fc.array(arbitraryCommand, { maxLength: 12, size: 'max' });

test('after a merge of two clones the log says what the files say', async () => {
  let both = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryCommands(20),
      fc.tuple(work, work),
      fc.constantFrom(0, -40, 1000),
      async (start, [a, b], skew) => {
        const first = new Clone(0, firstCommit(), 0);
        await first.work(start);
        const clones = [new Clone(1, first.head, 500), new Clone(2, first.head, 500 + skew)] as const;
        await clones[0].work(a);
        await clones[1].work(b);
        const merged = checkedMerge(clones[0].head, clones[1].head);
        if (eventsIn(merged.files.get('events.jsonl')!).some(({ by }) => by === 'jit:merge')) both += 1;
        const again = mergeFiles(first.head.files, merged.files, merged.files, false);
        expect(sameFiles(again, merged.files)).toBe(true);
        expect(
          sameFiles(mergeFiles(first.head.files, first.head.files, merged.files, false), merged.files),
        ).toBe(true);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(both).toBeGreaterThan(RUNS / 10);
  report('log after a merge of two clones', { runs: RUNS, 'with events of the merge': both, seed: SEED });
});

type Act =
  | { readonly who: number; readonly commands: Command[] }
  | { readonly who: number; readonly from: number };

test('three clones merge in any order, also criss-cross', async () => {
  const who = fc.nat({ max: 2 });
  const act = fc.oneof<fc.Arbitrary<Act>[]>(
    fc.record({ who, commands: fc.array(arbitraryCommand, { maxLength: 6 }) }),
    fc.record({ who, from: who }),
  );
  let bases = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryCommands(12),
      fc.array(act, { maxLength: 20, size: 'max' }),
      async (start, acts) => {
        const first = new Clone(0, firstCommit(), 0);
        await first.work(start);
        const clones = [1, 2, 3].map((number) => new Clone(number, first.head, 500 + number * 3));
        for (const one of acts) {
          const clone = clones[one.who]!;
          if ('commands' in one) await clone.work(one.commands);
          else {
            clone.head = checkedMerge(clone.head, clones[one.from]!.head);
            bases += 1;
          }
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  report('logs of three clones that merge each other', { runs: RUNS, merges: bases, seed: SEED });
});
