import type { Lease } from '../domain/lease.ts';

/** The record of one issue, as it was read. */
export interface Cell {
  readonly id: string;
  /** What a swap must name to replace this record; null: there is none yet. */
  readonly version: string | null;
  readonly lease: Lease | null;
}

/** Records that are replaced by compare-and-swap, one per issue: the one thing that an adapter of leases must provide. */
export interface Cells {
  /** The latest records of these issues; with `ids` absent, of every issue that has one. */
  read(ids?: readonly string[]): Promise<readonly Cell[]>;
  /**
   * Puts `next` in the place of the record that was read as `version`. False: another record was put there first, and nothing was
   * changed. With `durable` the record outlives a power cut.
   */
  swap(id: string, version: string | null, next: Lease, durable: boolean): Promise<boolean>;
}
