import type { JitError } from '../domain/errors.ts';
import type { Answer, Change, Lease, Request, Standing, Workplace } from '../domain/lease.ts';

/**
 * Decides who may work on an issue. An adapter passes test/conformance/leases.ts.
 *
 * Every change of a lease replaces one whole record by compare-and-swap: of two that meet, one is first, and the other
 * decides anew on what that one left. Nothing here is ordered by a lock, or judged by a wall clock.
 *
 * Everything throws IO, DISK_FULL where the records cannot be read or written, CORRUPT_FILE and SCHEMA_TOO_NEW where the one of an
 * issue that is named cannot be understood, and REMOTE where they are kept on a remote that cannot be reached.
 */
export interface Leases {
  /** Asks for the lease of an issue. A grant has an epoch above every earlier one. */
  acquire(request: Omit<Request, 'writer'>): Promise<Answer>;
  /**
   * Changes a lease under its epoch, and renews it. Null when that epoch is no longer the latest, or the lease is
   * over (see `changed` in domain/lease.ts): nothing was changed then.
   */
  renew(id: string, epoch: number, change?: Omit<Change, 'writer'>): Promise<Lease | null>;
  /**
   * Gives a lease back; with `epoch` null whoever has it, and also one that cannot be understood (CORRUPT_FILE). Null when there
   * was nothing to give back under that epoch. `by`: who does, `{type}:{identifier}`, which the record tells.
   */
  release(
    id: string,
    epoch: number | null,
    how?: NonNullable<Lease['ended']>,
    by?: string,
  ): Promise<Lease | null>;
  /**
   * The leases of these issues, or all; an issue without a record is absent. Writes nothing. A record that cannot be understood
   * is told to `onDamage`, and its issue left out; without it that is thrown.
   */
  inspect(ids?: readonly string[], onDamage?: OnDamage): Promise<ReadonlyMap<string, Standing>>;
  /** Gives back what is overdue, and nothing else; of these issues, or of all. Returns those leases, ended. */
  expire(
    here: Pick<Workplace, 'worktree'>,
    ids?: readonly string[],
    onDamage?: OnDamage,
  ): Promise<readonly Lease[]>;
  /**
   * Asks the remote anew about these issues, and gives up here what another clone has taken meanwhile (`settle` tells). What is
   * known of other clones is otherwise as old as the last contact. Nothing happens where no remote is in play, or while it cannot be
   * reached.
   */
  refresh(ids: readonly string[]): Promise<void>;
  /**
   * Brings what was granted without the remote to it. `kept` were first there, `lost` were not, and are given back here. Both
   * are empty where no remote is in play, or while it cannot be reached.
   */
  settle(): Promise<{ readonly kept: readonly Lease[]; readonly lost: readonly Lost[] }>;
}

/** Is told why the record of an issue cannot be understood: CORRUPT_FILE or SCHEMA_TOO_NEW. */
export type OnDamage = (id: string, error: JitError) => void;

/** A lease that another clone got first. */
export interface Lost {
  readonly lease: Lease;
  /** Who has it, as the remote records it. */
  readonly winner: Lease;
}
