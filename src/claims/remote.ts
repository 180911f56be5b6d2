import type { Cell, Cells } from './cells.ts';
import type { Sightings } from './machine.ts';

/** What was last seen of one record of a remote. */
export interface Recalled {
  readonly cell: Cell;
  /** Whether it was read for just this purpose, so that a decision may rest on it. */
  readonly fresh: boolean;
}

/**
 * Cells on a remote, where each reading costs a contact. Records are therefore remembered. What is remembered may be old: a
 * swap that rests on it is refused then, and the record read anew.
 */
export interface RemoteCells extends Cells {
  /** The record of an issue as it was last seen; where none was, it is taken that there is none. After a swap that was refused it is fresh, once. */
  recall(id: string): Recalled;
  /** The records that were last seen, of these issues or of all; without those that could not be understood. */
  recallAll(ids?: readonly string[]): readonly Cell[];
  readonly sightings: Sightings;
}
