import type { Clock } from '../../domain/clock.ts';
import { explained } from '../../domain/violations.ts';
import { readBoot } from '../../system/boot.ts';
import { type Disk, systemDisk } from '../../system/disk.ts';
import { describeOsError } from '../../system/os-errors.ts';
import type { Owner } from '../../system/process-owner.ts';
import type { Store } from '../store.ts';
import { CommittedError } from './committed-error.ts';
import type { FilesChanges } from './files-changes.ts';
import { IssueIndex } from './index/issue-index.ts';
import { Journal } from './journal.ts';
import { layoutOf } from './layout.ts';
import type { Patience, Waiting } from './lock.ts';
import { readStable, type StoreGround } from './read-stable.ts';
import { checkStore } from './store-files.ts';
import type { Turn } from './turn.ts';

/** `auto`: of stores that are large enough. */
export type IndexUse = 'auto' | 'always' | 'never';

/** How a files store is opened; what is optional is for tests, and for those who know better. */
export interface FilesStoreOptions {
  /** The directory that holds `.jit`: files are named relative to it. Absolute. */
  readonly root: string;
  /** The `.jit` directory itself. Absolute. */
  readonly dir: string;
  readonly clock: Clock;
  /** Absent: what config.json says; `full` where it says nothing. */
  readonly durability?: 'full' | 'fast';
  readonly disk?: Disk;
  /** Makes names of letters and digits that never come again. */
  readonly newId?: () => string;
  readonly owner?: Owner;
  /** Whether writers queue. Without it they only race, which is as safe, and slower. */
  readonly lock?: boolean;
  readonly patience?: Patience;
  readonly waiting?: Waiting;
  /** Whether what was read of the issues is kept in `.jit/local/cache`; `always`: also of few; default `never`. */
  readonly index?: IndexUse;
  /** What stands for the present start of the machine; null: not known. Absent: it is looked up. */
  readonly boot?: string | null;
  /** Numbers after which the journal goes on in a new directory. */
  readonly pruneAt?: number;
}

/** Fewer files than these are read as fast as an index of them. */
export const LEAST_INDEXED = 32;

const PATIENCE: Patience = { stall: 5_000, total: 30_000 };

const WAITING: Waiting = {
  // `performance` would load eleven modules of Node.
  elapsed: () => Number(process.hrtime.bigint()) / 1e6,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

const randomName = (): string =>
  Array.from({ length: 3 }, () => Math.floor(Math.random() * 2 ** 40).toString(36)).join('');

/**
 * The store on files: `.jit` in a repository. Opening it touches nothing; a store that is not there is NOT_INITIALIZED
 * when it is first used.
 */
export function openFilesStore(options: FilesStoreOptions): Store {
  const ground = groundOf(options);
  const { disk, layout, journal } = ground;
  let changes: FilesChanges | undefined;
  const loadChanges = async (): Promise<FilesChanges> => {
    if (changes === undefined) {
      const { FilesChanges } = await import('./files-changes.ts');
      const { durability, owner, lock = true, pruneAt } = options;
      changes ??= new FilesChanges(ground, { durability, owner, lock, pruneAt });
    }
    return changes;
  };
  /** Errors of the system get their names, and problems their reasons. */
  const named = async <T>(use: () => Promise<T>): Promise<T> => {
    try {
      return await explained(use);
    } catch (error) {
      const committed = error instanceof CommittedError;
      throw describeOsError(committed ? error.cause : error, layout.nameOf, committed);
    }
  };
  /** Works on a store that this jit may touch. */
  const work = <T>(use: () => Promise<T>): Promise<T> =>
    named(() => {
      checkStore(disk, layout);
      return use();
    });
  let turns: readonly Turn[] = [];
  const store: Store = {
    // In the middle of a turn there is nothing newer to be seen than what the turn has.
    read: (use) => {
      const turn = turns.at(-1);
      return turn === undefined ? work(() => readStable(ground, use)) : named(() => turn.read(use));
    },
    transact: (decide) => work(async () => (await loadChanges()).transact(decide)),
    inTurn: async (use) => {
      const turn = await work(async () => (await loadChanges()).takeTurn());
      const within: Store = {
        ...store,
        read: (read) => named(() => turn.read(read)),
        transact: (decide) => named(() => turn.transact(decide)),
        inTurn: (nested) => nested(within),
      };
      turns = [...turns, turn];
      try {
        return await use(within);
      } finally {
        turns = turns.filter((other) => other !== turn);
        turn.end();
      }
    },
    inspect: (use) => work(async () => (await loadChanges()).inspect(use)),
    repair: (apply) => work(async () => (await loadChanges()).repair(apply)),
    sweep: () => work(async () => (await loadChanges()).sweep()),
    watch: (onChange) =>
      work(async () => (await import('./watch.ts')).watchStore(disk, layout, journal, onChange)),
  };
  return store;
}

const bootOf = ({ boot }: FilesStoreOptions): string | null => (boot === undefined ? readBoot() : boot);

function groundOf(options: FilesStoreOptions): StoreGround {
  const { root, dir, clock, newId, disk = systemDisk, patience = PATIENCE, waiting = WAITING } = options;
  const layout = layoutOf(root, dir);
  const newName = newId === undefined ? randomName : () => newId().toLowerCase();
  const journal = new Journal(disk, layout, newName);
  const { index: use = 'never' } = options;
  const least = use === 'always' ? 0 : LEAST_INDEXED;
  const index =
    use === 'never' ? null : new IssueIndex({ disk, layout, newName, clock, boot: bootOf(options), least });
  return { disk, layout, journal, clock, patience, waiting, newName, index };
}
