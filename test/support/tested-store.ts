import {
  formatConfig,
  formatEvent,
  formatIssue,
  formatTombstone,
  isTombstone,
} from '../../src/domain/canonical-json.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { openFilesStore } from '../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../src/store/files/initialize.ts';
import { createMemoryStore, type MemoryContent } from '../../src/store/memory/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { SimDisk } from '../store/faults/sim-disk.ts';
import { testedIndex } from './index-env.ts';

const ROOT = '/store';
const DIR = `${ROOT}/.jit`;

/**
 * The store of a test to which it makes no difference which: in memory. Where `JIT_INDEX` is `always` or `never` it is one of files on
 * a disk in memory, with an index or without.
 */
export function openTestedStore(options: { readonly clock: Clock; readonly initial: MemoryContent }): Store {
  return testedIndex() === 'auto' ? createMemoryStore(options) : openFilesInMemory(options);
}

function openFilesInMemory({
  clock,
  initial: { issues = [], gates = {}, config = {}, events = [] },
}: {
  readonly clock: Clock;
  readonly initial: MemoryContent;
}): Store {
  const disk = new SimDisk();
  disk.patience = Number.POSITIVE_INFINITY;
  disk.makeDirectory(ROOT);
  initializeFilesStore({ root: ROOT, dir: DIR, gates, disk });
  for (const image of issues)
    disk.replace(
      `${DIR}/issues/${image.id}.json`,
      isTombstone(image) ? formatTombstone(image) : formatIssue(image),
    );
  disk.replace(`${DIR}/config.json`, formatConfig(config));
  disk.replace(`${DIR}/events.jsonl`, events.map((event) => `${formatEvent(event)}\n`).join(''));
  const files = openFilesStore({
    root: ROOT,
    dir: DIR,
    clock,
    disk,
    durability: 'fast',
    index: testedIndex(),
  });
  return withNotices(files);
}

/** The system tells nothing of a disk in memory: whoever watches is called after each change through this store. */
function withNotices(inner: Store): Store {
  const watchers = new Set<() => void>();
  const tell = <T>(result: T): T => {
    for (const onChange of watchers) onChange();
    return result;
  };
  const around = (store: Store): Store => ({
    ...store,
    transact: async (decide) => tell(await store.transact(decide)),
    repair: async (apply) => tell(await store.repair(apply)),
    inTurn: (use) => store.inTurn((within) => use(around(within))),
    async watch(onChange) {
      const watcher = (): void => onChange();
      watchers.add(watcher);
      return async () => {
        watchers.delete(watcher);
      };
    },
  });
  return around(inner);
}
