import { type IssueHead, isOpen, isSatisfied } from '../../../domain/issue.ts';
import type { Stamp } from '../../../system/disk.ts';
import type { ReadHead } from './board.ts';
import type { Change } from './change.ts';
import { findNode, readId } from './ids.ts';
import { sumOfText } from './sums.ts';

/**
 * What is known of all files of issues, in flat arrays: row `n` is the n-th in the order of ids. A table never changes: `weave.ts` makes
 * another one.
 */
export interface Table {
  readonly size: number;
  /** `ID_BYTES` a row. */
  readonly ids: Buffer;
  /** Place in STATES as it is stored; TOMBSTONE for what was deleted. */
  readonly states: Uint8Array;
  /** Place in PRIORITIES. */
  readonly priorities: Uint8Array;
  /** Bits of FLAG. */
  readonly flags: Uint8Array;
  /** `STAMP_NUMBERS` a row: inode, size, mtime, ctime. */
  readonly stamps: Float64Array;
  /** Edges of row `n`: `targets[offsets[n]] … targets[offsets[n + 1] - 1]`. */
  readonly offsets: Uint32Array;
  /** The row that is needed; from MISSING on, a place in `missing`. */
  readonly targets: Uint32Array;
  /** Ids that are needed, and are not there. */
  readonly missing: readonly string[];
  /** `PLACE_NUMBERS` a row: where its head lies in the file of the index, how many bytes it has, and their sum; 0 bytes: it is in `fresh`. */
  readonly places: Uint32Array;
  /** Heads that the file of the index does not have, by id. */
  readonly fresh: ReadonlyMap<string, IssueHead>;
}

const NONE: readonly string[] = [];

export const TOMBSTONE = 255;
export const MISSING = 0x80000000;
export const STAMP_NUMBERS = 4;
export const PLACE_NUMBERS = 3;
export const FLAG = {
  satisfied: 1,
  open: 2,
  held: 4,
  assigned: 8,
  links: 16,
  gates: 32,
  judged: 64,
} as const;

export const EMPTY: Table = {
  size: 0,
  ids: Buffer.alloc(0),
  states: new Uint8Array(0),
  priorities: new Uint8Array(0),
  flags: new Uint8Array(0),
  stamps: new Float64Array(0),
  offsets: new Uint32Array(1),
  targets: new Uint32Array(0),
  missing: [],
  places: new Uint32Array(0),
  fresh: new Map(),
};

/** Whether a file looks as it did when the row was made. */
export function isUntouched({ stamps }: Table, row: number, stamp: Stamp | undefined): boolean {
  const at = row * STAMP_NUMBERS;
  return (
    stamp?.plain === true &&
    stamps[at] === stamp.ino &&
    stamps[at + 1] === stamp.size &&
    stamps[at + 2] === stamp.mtime &&
    stamps[at + 3] === stamp.ctime
  );
}

/** The sum of all names after some files changed, from that of the names before: a table that lacks one has another. */
export function sumNames(before: number, { ids, size }: Table, changes: ReadonlyMap<string, Change>): number {
  let sum = before;
  for (const [id, change] of changes) {
    const isThere = findNode(ids, size, id) >= 0;
    if (change === null && isThere) sum -= sumOfText(id);
    if (change !== null && !isThere) sum += sumOfText(id);
  }
  return sum >>> 0;
}

/** The same table with its heads in memory. */
export function withHeads(table: Table, readHead: ReadHead): Table {
  const { ids, size, states, places } = table;
  const fresh = new Map<string, IssueHead>();
  for (let row = 0; row < size; row += 1) {
    if (states[row] === TOMBSTONE) continue;
    const at = row * PLACE_NUMBERS;
    const head = readHead(places[at]!, places[at + 1]!, places[at + 2]!);
    if (head !== undefined) fresh.set(readId(ids, row), JSON.parse(head));
  }
  return { ...table, fresh, places: new Uint32Array(places.length) };
}

/** The ids that a row needs, in the order in which they are stored. */
export function dependenciesOf({ ids, offsets, targets, missing }: Table, row: number): readonly string[] {
  const found: string[] = [];
  for (let edge = offsets[row]!; edge < offsets[row + 1]!; edge += 1) {
    const target = targets[edge]!;
    found.push(target >= MISSING ? missing[target - MISSING]! : readId(ids, target));
  }
  return found;
}

/** Whether a row needs something that is not done, or not there. */
export function isBlocked({ offsets, targets, flags }: Table, row: number): boolean {
  for (let edge = offsets[row]!; edge < offsets[row + 1]!; edge += 1) {
    const target = targets[edge]!;
    if (target >= MISSING || (flags[target]! & FLAG.satisfied) === 0) return true;
  }
  return false;
}

/** The ids of what a row needs that is not done, or not there, in the order in which they are stored. */
export function blockersOf(table: Table, row: number): readonly string[] {
  if (!isBlocked(table, row)) return NONE;
  const { offsets, targets, flags, ids, missing } = table;
  const found: string[] = [];
  for (let edge = offsets[row]!; edge < offsets[row + 1]!; edge += 1) {
    const target = targets[edge]!;
    if (target >= MISSING) found.push(missing[target - MISSING]!);
    else if ((flags[target]! & FLAG.satisfied) === 0) found.push(readId(ids, target));
  }
  return found;
}

/** The flags of a row that is an issue. */
export const flagsOf = (head: IssueHead): number =>
  (isSatisfied(head) ? FLAG.satisfied : 0) |
  (isOpen(head) ? FLAG.open : 0) |
  (head.hold === null ? 0 : FLAG.held) |
  (head.assignee === null ? 0 : FLAG.assigned) |
  (head.links.length === 0 ? 0 : FLAG.links) |
  (head.gates_required.length === 0 ? 0 : FLAG.gates) |
  (Object.keys(head.gates_status).length === 0 ? 0 : FLAG.judged);
