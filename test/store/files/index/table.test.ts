import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOpen, isSatisfied, PRIORITIES, STATES } from '../../../../src/domain/issue.ts';
import { type Change, headOf, NEVER } from '../../../../src/store/files/index/change.ts';
import { findNode, readId } from '../../../../src/store/files/index/ids.ts';
import { sumOfText } from '../../../../src/store/files/index/sums.ts';
import {
  dependenciesOf,
  EMPTY,
  FLAG,
  isUntouched,
  MISSING,
  PLACE_NUMBERS,
  sumNames,
  type Table,
  TOMBSTONE,
} from '../../../../src/store/files/index/table.ts';
import { weave } from '../../../../src/store/files/index/weave.ts';
import type { Stamp } from '../../../../src/system/disk.ts';
import { arbitraryIssue } from '../../../support/arbitrary-issue.ts';
import { idOf, issueWith } from '../../../support/issues.ts';
import { size } from '../../../support/size.ts';

const NUMBERS = 12;
const RUNS = size(300, 5000);
const SEED = 20_261_121;

const anyStamp: fc.Arbitrary<Stamp> = fc.record({
  plain: fc.constant(true),
  device: fc.constant(1),
  ino: fc.nat(),
  size: fc.nat(),
  mtime: fc.double({ min: 0, max: 2e12, noNaN: true }),
  ctime: fc.double({ min: 0, max: 2e12, noNaN: true }),
});

/** One file that changed: its id, and what became of it. */
const anyChange: fc.Arbitrary<readonly [string, Change]> = fc
  .tuple(
    fc.nat({ max: NUMBERS }),
    anyStamp,
    fc.constantFrom('issue', 'issue', 'issue', 'tombstone', 'gone'),
    arbitraryIssue,
  )
  .map(([number, stamp, what, issue]) => {
    const id = idOf(number);
    if (what === 'gone') return [id, null];
    return [id, { stamp, head: what === 'tombstone' ? null : headOf({ ...issue, id }) }];
  });

const anyChanges = fc.array(fc.uniqueArray(anyChange, { maxLength: 6, selector: ([id]) => id }), {
  maxLength: 8,
});

/** What a table tells, row by row, as anybody may read it. */
function tell(table: Table): readonly unknown[] {
  return Array.from({ length: table.size }, (_, row) => {
    const id = readId(table.ids, row);
    return {
      id,
      state: table.states[row],
      priority: table.priorities[row],
      flags: table.flags[row],
      stamp: [...table.stamps.subarray(row * 4, row * 4 + 4)],
      dependencies: dependenciesOf(table, row),
      // Whether each is there.
      missing: dependenciesOf(table, row).map(
        (_needed, edge) => table.targets[table.offsets[row]! + edge]! >= MISSING,
      ),
      place: [...table.places.subarray(row * PLACE_NUMBERS, (row + 1) * PLACE_NUMBERS)],
      head: table.fresh.get(id) ?? null,
    };
  });
}

/** The same of a model: what is there, by id. */
function expected(model: ReadonlyMap<string, NonNullable<Change>>): readonly unknown[] {
  return [...model]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { stamp, head }]) => ({
      id,
      state: head === null ? TOMBSTONE : STATES.indexOf(head.state),
      priority: head === null ? 0 : PRIORITIES.indexOf(head.priority),
      flags:
        head === null
          ? 0
          : (isSatisfied(head) ? FLAG.satisfied : 0) +
            (isOpen(head) ? FLAG.open : 0) +
            (head.hold !== null ? FLAG.held : 0) +
            (head.assignee !== null ? FLAG.assigned : 0) +
            (head.links.length > 0 ? FLAG.links : 0) +
            (head.gates_required.length > 0 ? FLAG.gates : 0) +
            (Object.keys(head.gates_status).length > 0 ? FLAG.judged : 0),
      stamp: [stamp.ino, stamp.size, stamp.mtime, stamp.ctime],
      dependencies: head?.dependencies ?? [],
      missing: (head?.dependencies ?? []).map((needed) => !model.has(needed)),
      place: [0, 0, 0],
      head,
    }));
}

function lay(model: Map<string, NonNullable<Change>>, changes: Iterable<readonly [string, Change]>): void {
  for (const [id, change] of changes) {
    if (change === null) model.delete(id);
    else model.set(id, change);
  }
}

describe('weave', () => {
  test('changes laid one after another come to what a plain map has, and to the table that is made at once', () => {
    fc.assert(
      fc.property(anyChanges, (steps) => {
        const model = new Map<string, NonNullable<Change>>();
        let table = EMPTY;
        let names = 0;
        for (const changes of steps) {
          const before = tell(table);
          const made = weave(table, new Map(changes));
          names = sumNames(names, table, new Map(changes));
          // A table never changes.
          expect(tell(table)).toEqual(before);
          table = made;
          lay(model, changes);
          expect(tell(table)).toEqual(expected(model));
          expect(table.size).toBe(model.size);
          expect([...table.fresh.keys()].sort()).toEqual(
            [...model].flatMap(([id, { head }]) => (head === null ? [] : [id])).sort(),
          );
        }
        expect(tell(weave(EMPTY, model))).toEqual(tell(table));
        expect(names).toBe([...model.keys()].reduce((sum, id) => (sum + sumOfText(id)) >>> 0, 0));
        for (let number = 0; number <= NUMBERS; number += 1) {
          const ids = [...model.keys()].sort();
          const row = findNode(table.ids, table.size, idOf(number));
          const place = ids.indexOf(idOf(number));
          if (place >= 0) expect(row).toBe(place);
          else expect(-row - 1).toBe(ids.filter((id) => id < idOf(number)).length);
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('a row whose head is in the file keeps its place until it changes', () => {
    const change = (number: number): readonly [string, Change] => [
      idOf(number),
      { stamp: NEVER, head: headOf(issueWith(number)) },
    ];
    const places = Uint32Array.from([100, 40, 1, 140, 44, 2, 184, 48, 3]);
    const stored: Table = { ...weave(EMPTY, new Map([2, 4, 6].map(change))), places, fresh: new Map() };
    const woven = weave(stored, new Map([change(1), change(4), change(5), [idOf(2), null]]));
    expect(tell(woven)).toMatchObject([
      { id: idOf(1), place: [0, 0, 0] },
      { id: idOf(4), place: [0, 0, 0] },
      { id: idOf(5), place: [0, 0, 0] },
      { id: idOf(6), place: [184, 48, 3], head: null },
    ]);
    expect([...woven.fresh.keys()]).toEqual([idOf(1), idOf(4), idOf(5)]);
  });

  test('what is gone becomes a missing target, and comes back as a row', () => {
    const needs = (...numbers: number[]) => ({ dependencies: numbers.map(idOf) });
    const of = (number: number, ...on: number[]): readonly [string, Change] => [
      idOf(number),
      { stamp: NEVER, head: headOf(issueWith(number, needs(...on))) },
    ];
    const table = weave(EMPTY, new Map([of(1, 2, 9), of(2), of(3, 2, 9)]));
    const without = weave(table, new Map([[idOf(2), null]]));
    expect(without.missing).toEqual([idOf(2), idOf(9)]);
    expect(dependenciesOf(without, 1)).toEqual([idOf(2), idOf(9)]);
    const back = weave(without, new Map([of(2), of(9)]));
    expect(back.missing).toEqual([]);
    expect([...back.targets]).toEqual([1, 3, 1, 3]);
  });

  test('where nothing changes it is the same table', () => {
    const table = weave(EMPTY, new Map([[idOf(1), { stamp: NEVER, head: null }]]));
    expect(weave(table, new Map())).toBe(table);
    expect(tell(weave(table, new Map([[idOf(7), null]])))).toEqual(tell(table));
  });
});

test('a file is untouched where inode, size and both times are what they were, and it is a plain file', () => {
  const stamp: Stamp = { plain: true, device: 1, ino: 5, size: 6, mtime: 7.25, ctime: 8.5 };
  const table = weave(EMPTY, new Map([[idOf(1), { stamp, head: null }]]));
  expect(isUntouched(table, 0, stamp)).toBe(true);
  expect(isUntouched(table, 0, undefined)).toBe(false);
  for (const other of [{ plain: false }, { ino: 6 }, { size: 7 }, { mtime: 7.5 }, { ctime: 8.25 }])
    expect(isUntouched(table, 0, { ...stamp, ...other }), JSON.stringify(other)).toBe(false);
});
