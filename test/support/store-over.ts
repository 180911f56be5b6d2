import type { Store } from '../../src/store/store.ts';

/** A store of which some methods are others, within its turns, too. */
export const storeOver = (store: Store, change: (store: Store) => Partial<Store>): Store => ({
  ...store,
  ...change(store),
  inTurn: (work) => store.inTurn((within) => work(storeOver(within, change))),
});
