import type { Problem, Store, View } from '../store/store.ts';

/** A store that keeps what its views had to pass over, so that every command names it without doing anything for it. */
export interface WatchedStore {
  readonly store: Store;
  /** Each problem once, in the order in which they were met. */
  problems(): readonly Problem[];
}

export function watchStore(inner: Store): WatchedStore {
  const met = new Map<string, Problem>();
  const use = async <T>(view: View, work: (view: View) => Promise<T>): Promise<T> => {
    try {
      return await work(view);
    } finally {
      for (const problem of view.problems()) {
        met.set(JSON.stringify([problem.code, problem.file, problem.path, problem.id]), problem);
      }
    }
  };
  const over = (inner: Store): Store => ({
    read: (work) => inner.read((view) => use(view, work)),
    transact: (decide) => inner.transact((view) => use(view, decide)),
    inTurn: (work) => inner.inTurn((store) => work(over(store))),
    inspect: (work) => inner.inspect(work && ((view) => use(view, work))),
    repair: (apply) => inner.repair(apply),
    sweep: () => inner.sweep(),
    watch: (onChange) => inner.watch(onChange),
  });
  return { store: over(inner), problems: () => [...met.values()] };
}
