import type { Beat, Lease, Liveness } from '../domain/lease.ts';

/** The machine and the process as leases see them. */
export interface Machine {
  /** Now, on this machine's clocks. */
  beat(): Beat;
  /** Stands for this process alone; may be part of a file name. */
  readonly token: string;
  liveness(token: string): Liveness;
}

/** Remembers for how long records have been seen unchanged: the only clock that holds for leases of other machines. */
export interface Sightings {
  /** Milliseconds since this very record was first seen from this machine in this boot; null: not seen before. Writes nothing. */
  unchangedFor(lease: Lease, now: Beat): number | null;
  /** Notes that the record is there now, unless that is noted already. */
  note(lease: Lease, now: Beat): void;
}
