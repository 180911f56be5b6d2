/** A note that the remote may lag behind the lease of an issue. */
export interface Debt {
  readonly id: string;
  /** Takes the note back: the remote agrees. */
  paid(): void;
  /** Leaves the note to whoever reaches the remote next. */
  leave(): void;
}

/**
 * Notes of what a remote is owed, beside the local leases. A note is made before the lease changes, so that also a process
 * that is killed in between leaves one. What is owed is not written down: the remote is brought to the lease as it is then.
 */
export interface Debts {
  /** Makes a note. Throws IO, DISK_FULL. */
  owe(id: string): Debt;
  /** The notes that were left, and those of processes that ended. Throws IO. */
  list(): readonly Debt[];
}
