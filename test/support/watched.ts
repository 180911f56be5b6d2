import type { Store } from '../../src/store/store.ts';

/** A store that tells when somebody starts to wait for a change of it, so that a test need not guess. */
export interface ObservedStore {
  readonly store: Store;
  /** Ends when the store is watched; a change from then on is not missed. */
  readonly watched: Promise<void>;
}

export function observe(inner: Store): ObservedStore {
  let tell = (): void => {};
  const watched = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const store: Store = {
    read: (use) => inner.read(use),
    transact: (decide) => inner.transact(decide),
    inTurn: (work) => inner.inTurn(work),
    inspect: (use) => inner.inspect(use),
    repair: (apply) => inner.repair(apply),
    sweep: () => inner.sweep(),
    watch: async (onChange) => {
      const stop = await inner.watch(onChange);
      tell();
      return stop;
    },
  };
  return { store, watched };
}
