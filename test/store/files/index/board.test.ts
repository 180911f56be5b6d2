import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph } from '../../../../src/domain/graph.ts';
import type { Issue } from '../../../../src/domain/issue.ts';
import { Board } from '../../../../src/store/files/index/board.ts';
import { type Change, headOf, NEVER } from '../../../../src/store/files/index/change.ts';
import { DamagedIndexError } from '../../../../src/store/files/index/damage.ts';
import { readId } from '../../../../src/store/files/index/ids.ts';
import { EMPTY } from '../../../../src/store/files/index/table.ts';
import { weave } from '../../../../src/store/files/index/weave.ts';
import { Snapshot } from '../../../../src/store/snapshot-view.ts';
import { arbitraryIssue } from '../../../support/arbitrary-issue.ts';
import { arbitraryQuery } from '../../../support/arbitrary-query.ts';
import { briefsIn, headsIn } from '../../../support/heads.ts';
import { idOf, issueWith, NOW } from '../../../support/issues.ts';
import { size } from '../../../support/size.ts';
import { tellGraph } from './answers.ts';

const NUMBERS = 14;
const RUNS = size(200, 4000);
const SEED = 20_261_122;

/** What lies there: an issue or a tombstone, by number. */
const anyFiles = fc.uniqueArray(
  fc.tuple(fc.nat({ max: NUMBERS }), fc.boolean(), fc.boolean(), arbitraryIssue),
  { maxLength: 12, selector: ([number]) => number },
);

const changeOf = (head: Issue | null): Change => ({
  stamp: NEVER,
  head: head === null ? null : headOf(head),
});

/** A graph as plain data, with what it says of each number. */
const told = (graph: Graph) => ({
  ...tellGraph(graph),
  numbers: Array.from({ length: NUMBERS + 2 }, (_, number) => graph.numberOf(idOf(number))),
});

/** The same board, whose heads lie in a file. */
function fromFile({ table }: Board): Board {
  const texts: string[] = [];
  const places = new Uint32Array(table.size * 3);
  for (let row = 0; row < table.size; row += 1) {
    const head = table.fresh.get(readId(table.ids, row));
    if (head !== undefined) places.set([texts.push(JSON.stringify(head)) - 1, 1, 0], row * 3);
  }
  return new Board({ ...table, places, fresh: new Map() }, (place) => texts[place]);
}

test('a board answers what the issues in memory answer', () => {
  fc.assert(
    fc.property(anyFiles, fc.array(arbitraryQuery, { minLength: 1, maxLength: 4 }), (files, queries) => {
      const issues: Issue[] = [];
      const tombstones: string[] = [];
      // What is there from the start, and what is laid over it.
      const [first, second] = [new Map<string, Change>(), new Map<string, Change>()];
      for (const [number, alive, early, issue] of files) {
        const id = idOf(number);
        if (alive) issues.push({ ...issue, id });
        else tombstones.push(id);
        (early ? first : second).set(id, changeOf(alive ? { ...issue, id } : null));
      }
      const board = new Board(weave(EMPTY, first), () => undefined).with(second);
      const inFile = fromFile(board);
      const snapshot = new Snapshot(issues);
      expect(board.ids()).toEqual([...issues.map(({ id }) => id), ...tombstones].sort());
      expect(board.tombstones()).toEqual(tombstones.sort());
      for (const query of queries) {
        const answer = board.select(query, NOW);
        expect(answer).toEqual(headsIn(snapshot.select(query, NOW)));
        // Plain data: it goes to others as it is.
        expect(structuredClone(answer)).toEqual(answer);
        for (const from of [board, inFile]) {
          const list = from.readBriefs(from.choose(query, NOW), NOW);
          expect(briefsIn(list)).toEqual(briefsIn(snapshot.select(query, NOW)));
          expect(structuredClone(list)).toEqual(list);
        }
      }
      for (let number = 0; number <= NUMBERS + 1; number += 1)
        expect(board.dependents(idOf(number)), idOf(number)).toEqual(snapshot.dependents(idOf(number)));
      expect(told(board.graph())).toEqual(told(snapshot.graph()));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test('a head that is not where the table says, or is that of another issue, is damage', () => {
  const table = weave(EMPTY, new Map([[idOf(1), changeOf(issueWith(1))]]));
  const stored = { ...table, fresh: new Map(), places: Uint32Array.from([64, 40, 7]) };
  const query = { where: { op: 'all' } } as const;
  const boardOf = (head: Issue | undefined) =>
    new Board(stored, () => (head === undefined ? undefined : JSON.stringify(headOf(head))));
  expect(() => boardOf(undefined).select(query, NOW)).toThrow(DamagedIndexError);
  expect(() => boardOf(issueWith(2)).select(query, NOW)).toThrow(DamagedIndexError);
  const listOf = (board: Board) => board.readBriefs(board.choose(query, NOW), NOW);
  for (const head of [undefined, issueWith(2)])
    expect(() => listOf(boardOf(head))).toThrow(DamagedIndexError);
  expect(listOf(boardOf(issueWith(1))).total).toBe(1);
  expect(boardOf(issueWith(1)).select(query, NOW).total).toBe(1);
  // Neither in the file nor beside it.
  const lost = new Board({ ...table, fresh: new Map() }, () => JSON.stringify(headOf(issueWith(1))));
  expect(() => lost.select(query, NOW)).toThrow(DamagedIndexError);
});
