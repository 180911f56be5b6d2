import type { JitError } from '../domain/errors.ts';
import type { Lease } from '../domain/lease.ts';

/** The record of one issue, as it was read. */
export interface Cell {
  readonly id: string;
  /** What a swap must name to replace this record; null: there is none yet. */
  readonly version: string | null;
  /** Null where there is none, and where it cannot be understood. */
  readonly lease: Lease | null;
  /** Why the record cannot be understood; absent where it can. */
  readonly damage?: Damage;
}

/** A record that is there, and cannot be understood. */
export interface Damage {
  /** CORRUPT_FILE or SCHEMA_TOO_NEW. */
  readonly error: JitError;
  /** No epoch that it may have had is higher; null: it is not to be replaced, because a newer jit wrote it. */
  readonly epoch: number | null;
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
