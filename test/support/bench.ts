/** Loads a module of scripts/bench, which is plain JavaScript and has no types. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
export const loadBench = (name: string): Promise<any> =>
  import(new URL(`../../scripts/bench/${name}.mjs`, import.meta.url).href);
