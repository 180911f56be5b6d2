/** Whether the proofs run at the size that the project promises (`npm run prove`), or at one that suits every `npm test`. */
export const PROVE = process.env.JIT_PROVE === '1';

/** The size of a proof: the only place that decides between the two. */
export const size = <T>(small: T, full: T): T => (PROVE ? full : small);
