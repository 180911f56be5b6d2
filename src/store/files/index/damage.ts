/** The index says that it has something, and does not have it. */
export class DamagedIndexError extends Error {}
