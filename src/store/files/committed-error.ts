/** A failure after the point from which a change counts. */
export class CommittedError extends Error {
  constructor(cause: unknown) {
    super('committed, but not carried out', { cause });
  }
}
