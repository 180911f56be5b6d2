/** What tells jit whether to keep an index: everything can be tested with (`JIT_INDEX=always`), without (`never`), and as people have it. */
export const indexEnv = (): Readonly<Record<string, string>> =>
  process.env.JIT_INDEX === undefined ? {} : { JIT_INDEX: process.env.JIT_INDEX };
