import { type IssueHead, PRIORITIES, STATES } from '../../../domain/issue.ts';
import type { Stamp } from '../../../system/disk.ts';
import type { Change } from './change.ts';
import { compareId, findNode, ID_BYTES, readId, writeId } from './ids.ts';
import {
  dependenciesOf,
  flagsOf,
  MISSING,
  PLACE_NUMBERS,
  STAMP_NUMBERS,
  type Table,
  TOMBSTONE,
} from './table.ts';

/** The table after some files changed, by id. */
export function weave(table: Table, changes: ReadonlyMap<string, Change>): Table {
  if (changes.size === 0) return table;
  const sorted = [...changes].sort(([a], [b]) => compareId(a, b));
  const { rows, size } = plan(table, sorted);
  const woven = copyRows(table, rows, size);
  for (const { row, change } of rows) if (change !== null) writeRow(woven, row, change.stamp, change.head);
  for (const { row, id, change } of rows) if (change !== null) writeId(woven.ids, row, id);
  const fresh = new Map(table.fresh);
  for (const [id, change] of sorted) {
    if (change === null || change.head === null) fresh.delete(id);
    else fresh.set(id, change.head);
  }
  return { ...woven, size, fresh, ...weaveEdges(table, woven.ids, size, rows) };
}

/** One changed row: `old` -1 where it is new; `row` where it, or what comes after it when it is gone, will be. */
interface Placed {
  readonly id: string;
  readonly old: number;
  /** The old row before which a new one stands; `old` itself else. */
  readonly before: number;
  readonly row: number;
  readonly change: Change;
}

function plan(table: Table, sorted: readonly (readonly [string, Change])[]) {
  const rows: Placed[] = [];
  let shift = 0;
  for (const [id, change] of sorted) {
    const found = findNode(table.ids, table.size, id);
    const before = found < 0 ? -found - 1 : found;
    if (found < 0 && change === null) continue;
    rows.push({ id, old: found < 0 ? -1 : found, before, row: before + shift, change });
    if (found < 0) shift += 1;
    else if (change === null) shift -= 1;
  }
  return { rows, size: table.size + shift };
}

type Columns = Pick<Table, 'ids' | 'states' | 'priorities' | 'flags' | 'stamps' | 'places'>;

/** The columns with room for the changed rows. */
function copyRows(table: Table, rows: readonly Placed[], size: number): Columns {
  const columns: Columns = {
    ids: Buffer.allocUnsafeSlow(size * ID_BYTES),
    states: new Uint8Array(size),
    priorities: new Uint8Array(size),
    flags: new Uint8Array(size),
    stamps: new Float64Array(size * STAMP_NUMBERS),
    places: new Uint32Array(size * PLACE_NUMBERS),
  };
  for (const { from, to, length } of runs(table.size, rows)) {
    const copy = <T extends Uint8Array | Float64Array | Uint32Array>(into: T, of: T, width: number): void =>
      into.set(of.subarray(from * width, (from + length) * width), to * width);
    copy(columns.ids, table.ids, ID_BYTES);
    copy(columns.states, table.states, 1);
    copy(columns.priorities, table.priorities, 1);
    copy(columns.flags, table.flags, 1);
    copy(columns.stamps, table.stamps, STAMP_NUMBERS);
    copy(columns.places, table.places, PLACE_NUMBERS);
  }
  return columns;
}

/** Old rows that stay as they are, in runs. */
function* runs(size: number, rows: readonly Placed[]) {
  let from = 0;
  let to = 0;
  for (const { old, before, change } of rows) {
    yield { from, to, length: before - from };
    to += before - from + (change === null ? 0 : 1);
    from = old === -1 ? before : old + 1;
  }
  yield { from, to, length: size - from };
}

function writeRow(columns: Columns, row: number, stamp: Stamp, head: IssueHead | null): void {
  columns.states[row] = head === null ? TOMBSTONE : STATES.indexOf(head.state);
  columns.priorities[row] = head === null ? 0 : PRIORITIES.indexOf(head.priority);
  columns.flags[row] = head === null ? 0 : flagsOf(head);
  columns.stamps.set([stamp.ino, stamp.size, stamp.mtime, stamp.ctime], row * STAMP_NUMBERS);
  columns.places.set([0, 0, 0], row * PLACE_NUMBERS);
}

function weaveEdges(
  table: Table,
  ids: Buffer,
  size: number,
  rows: readonly Placed[],
): Pick<Table, 'offsets' | 'targets' | 'missing'> {
  const moved = rows.some(({ old, change }) => old === -1 || change === null);
  const sameEdges = ({ old, change }: Placed): boolean =>
    old !== -1 && change !== null && sameIds(dependenciesOf(table, old), change.head?.dependencies ?? []);
  if (!moved && rows.every(sameEdges))
    return { offsets: table.offsets, targets: table.targets, missing: table.missing };
  return new EdgeWeaver(table, ids, size, rows).weave();
}

const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

class EdgeWeaver {
  readonly #table: Table;
  readonly #ids: Buffer;
  readonly #size: number;
  readonly #rows: readonly Placed[];
  readonly #missing: string[] = [];
  readonly #places = new Map<string, number>();
  /** Old row to new; MISSING where it is gone. */
  readonly #map: Uint32Array;

  constructor(table: Table, ids: Buffer, size: number, rows: readonly Placed[]) {
    this.#table = table;
    this.#ids = ids;
    this.#size = size;
    this.#rows = rows;
    this.#map = new Uint32Array(table.size).fill(MISSING);
    for (const { from, to, length } of runs(table.size, rows))
      for (let at = 0; at < length; at += 1) this.#map[from + at] = to + at;
    for (const { old, row, change } of rows) if (old !== -1 && change !== null) this.#map[old] = row;
  }

  weave(): Pick<Table, 'offsets' | 'targets' | 'missing'> {
    const { offsets, targets } = this.#table;
    const added = this.#rows.reduce((sum, { change }) => sum + (change?.head?.dependencies.length ?? 0), 0);
    const newOffsets = new Uint32Array(this.#size + 1);
    const newTargets = new Uint32Array(targets.length + added);
    const changed = new Map(
      this.#rows.flatMap(({ row, change }) => (change === null ? [] : [[row, change]])),
    );
    const source = new Int32Array(this.#size).fill(-1);
    for (let old = 0; old < this.#table.size; old += 1) {
      const row = this.#map[old]!;
      if (row !== MISSING && !changed.has(row)) source[row] = old;
    }
    let edge = 0;
    for (let row = 0; row < this.#size; row += 1) {
      newOffsets[row] = edge;
      const old = source[row]!;
      if (old === -1) {
        for (const id of changed.get(row)?.head?.dependencies ?? []) newTargets[edge++] = this.#find(id);
      } else {
        for (let at = offsets[old]!; at < offsets[old + 1]!; at += 1)
          newTargets[edge++] = this.#moved(targets[at]!);
      }
    }
    newOffsets[this.#size] = edge;
    return { offsets: newOffsets, targets: newTargets.slice(0, edge), missing: this.#missing };
  }

  #moved(target: number): number {
    if (target >= MISSING) return this.#find(this.#table.missing[target - MISSING]!);
    const row = this.#map[target]!;
    return row === MISSING ? this.#find(readId(this.#table.ids, target)) : row;
  }

  #find(id: string): number {
    const row = findNode(this.#ids, this.#size, id);
    if (row >= 0) return row;
    const known = this.#places.get(id);
    if (known !== undefined) return MISSING + known;
    this.#places.set(id, this.#missing.length);
    return MISSING + this.#missing.push(id) - 1;
  }
}
