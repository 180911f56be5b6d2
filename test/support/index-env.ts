import type { IndexUse } from '../../src/store/files/files-store.ts';

// Everything is tested with an index of every store (`JIT_INDEX=always`), without (`never`), and as people have it (neither).

/** What tells jit whether to keep an index: for the environment of everything that may start it. */
export const indexEnv = (): Readonly<Record<string, string>> =>
  process.env.JIT_INDEX === undefined ? {} : { JIT_INDEX: process.env.JIT_INDEX };

/** The same for a store that a test opens by itself. */
export const testedIndex = (): IndexUse => {
  const { JIT_INDEX: use = '' } = process.env;
  if (use === 'always' || use === 'never') return use;
  if (use === 'auto' || use === '') return 'auto';
  throw new Error(`JIT_INDEX cannot be ${use}`);
};
