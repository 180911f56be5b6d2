import type { Clock } from '../../domain/clock.ts';
import { JitError } from '../../domain/errors.ts';
import { explained } from '../../domain/violations.ts';
import { type Disk, systemDisk } from '../../system/disk.ts';
import { describeOsError } from '../../system/os-errors.ts';
import { type Owner, processOwner } from '../../system/process-owner.ts';
import type { Store, View } from '../store.ts';
import { FilesView } from './files-view.ts';
import { inspectStore } from './inspect.ts';
import { Journal, type Position } from './journal.ts';
import { type Layout, layoutOf } from './layout.ts';
import { type Patience, takeLock, type Waiting } from './lock.ts';
import { NO_OVERLAY, readOverlay } from './overlay.ts';
import type { StoreParts } from './parts.ts';
import { repairStore } from './repair.ts';
import { type Drafts, draftPlan, isNothing } from './stage.ts';
import { checkStore, readConfig } from './store-files.ts';
import { sweepStore } from './sweep-store.ts';
import { watchStore } from './watch.ts';
import { CommittedError, PRUNE_AT, Writer } from './writer.ts';

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
  /** Numbers after which the journal goes on in a new directory. */
  readonly pruneAt?: number;
}

const PATIENCE: Patience = { stall: 5_000, total: 30_000 };

const WAITING: Waiting = {
  elapsed: () => performance.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

const randomName = (): string =>
  Array.from({ length: 3 }, () => Math.floor(Math.random() * 2 ** 40).toString(36)).join('');

/** So often a reader starts again because commits came between, before it reads everything at once. */
const LAZY_READS = 4;

/**
 * The store on files: `.jit` in a repository. Opening it touches nothing; a store that is not there is NOT_INITIALIZED
 * when it is first used.
 */
export function openFilesStore(options: FilesStoreOptions): Store {
  return new FilesStore(options);
}

class FilesStore implements Store {
  readonly #options: FilesStoreOptions;
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #journal: Journal;
  readonly #newName: () => string;
  readonly #patience: Patience;
  readonly #waiting: Waiting;
  #parts: StoreParts | undefined;

  constructor(options: FilesStoreOptions) {
    this.#options = options;
    this.#disk = options.disk ?? systemDisk;
    this.#layout = layoutOf(options.root, options.dir);
    const { newId } = options;
    this.#newName = newId === undefined ? randomName : () => newId().toLowerCase();
    this.#journal = new Journal(this.#disk, this.#layout, this.#newName);
    this.#patience = options.patience ?? PATIENCE;
    this.#waiting = options.waiting ?? WAITING;
  }

  read<T>(use: (view: View) => Promise<T>): Promise<T> {
    return this.#named(() => {
      checkStore(this.#disk, this.#layout);
      return this.#readStable(use);
    });
  }

  async #readStable<T>(use: (view: FilesView) => Promise<T>): Promise<T> {
    for (let look = 0; look < LAZY_READS; look += 1) {
      const { view, position } = this.#openView();
      const outcome = await settled(use(view));
      // What was read in part before and in part after a commit is thrown away, whatever came of it.
      if (this.#journal.isAt(position)) return outcome.take();
    }
    return use(this.#loadStable());
  }

  #openView(): { readonly view: FilesView; readonly position: Position } {
    for (;;) {
      const position = this.#journal.locate();
      const overlay = readOverlay(this.#disk, this.#layout, this.#journal, position);
      if (overlay === undefined) continue;
      return { view: new FilesView(this.#disk, this.#layout, this.#options.clock, overlay), position };
    }
  }

  #loadStable(): FilesView {
    const start = this.#waiting.elapsed();
    for (;;) {
      const { view, position } = this.#openView();
      view.loadEverything();
      if (this.#journal.isAt(position)) return view;
      if (this.#waiting.elapsed() - start > this.#patience.total) throw restless(this.#patience.total);
    }
  }

  transact<T>(decide: Parameters<Store['transact']>[0]): Promise<T> {
    return this.#named(async () => {
      checkStore(this.#disk, this.#layout);
      const durable = this.#isDurable();
      return (await this.#exclusively(() => this.#decideAndCommit(decide, durable))) as T;
    });
  }

  async #decideAndCommit(decide: Parameters<Store['transact']>[0], durable: boolean): Promise<unknown> {
    let result: unknown;
    await this.#commitDrafts(durable, async (view, position) => {
      const outcome = await settled(decide(view));
      if (!this.#journal.isAt(position)) return 'again';
      const plan = outcome.take();
      result = plan.result;
      return draftPlan(this.#disk, this.#layout, view, plan);
    });
    return result;
  }

  /** Commits what `draft` makes of a view; it is asked again when another commit was first. false: there was nothing to do. */
  async #commitDrafts(
    durable: boolean,
    draft: (view: FilesView, position: Position) => Promise<Drafts | 'again'>,
  ): Promise<boolean> {
    const { writer } = this.#partsOf();
    const start = this.#waiting.elapsed();
    for (;;) {
      const position = writer.settle(durable);
      const view = new FilesView(this.#disk, this.#layout, this.#options.clock, NO_OVERLAY);
      const drafts = await draft(view, position);
      if (drafts !== 'again') {
        if (isNothing(drafts)) return false;
        if (writer.commit(position, drafts, durable) === 'committed') return true;
      }
      if (this.#waiting.elapsed() - start > this.#patience.total) throw restless(this.#patience.total);
    }
  }

  inspect(): ReturnType<Store['inspect']> {
    return this.#named(async () => {
      checkStore(this.#disk, this.#layout);
      return this.#readStable((view) => inspectStore(this.#partsOf(), view));
    });
  }

  repair(apply: boolean): ReturnType<Store['repair']> {
    return this.#named(async () => {
      checkStore(this.#disk, this.#layout);
      if (!apply) return this.#readStable(async (view) => repairStore(this.#partsOf(), view).problems);
      const durable = this.#isDurable();
      return this.#exclusively(async () => {
        let mended: Awaited<ReturnType<Store['repair']>> = [];
        await this.#commitDrafts(durable, async (view) => {
          const { problems, drafts } = repairStore(this.#partsOf(), view);
          mended = problems;
          return drafts;
        });
        return mended;
      });
    });
  }

  sweep(): ReturnType<Store['sweep']> {
    return this.#named(async () => {
      checkStore(this.#disk, this.#layout);
      const durable = this.#isDurable();
      return this.#exclusively(async () => sweepStore(this.#partsOf(), durable));
    });
  }

  async watch(onChange: () => void): Promise<() => Promise<void>> {
    return this.#named(() => watchStore(this.#disk, this.#layout, this.#journal, onChange));
  }

  /** Runs a writer's work in its turn. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { writer, owner } = this.#partsOf();
    writer.prepare();
    if (this.#options.lock === false) return work();
    const lock = await takeLock(
      this.#disk,
      this.#layout,
      owner,
      this.#newName(),
      this.#patience,
      this.#waiting,
    );
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  // Readers need none of this; finding out who we are takes three reads.
  #partsOf(): StoreParts {
    if (this.#parts === undefined) {
      const { clock } = this.#options;
      const owner = this.#options.owner ?? processOwner();
      const writer = new Writer(
        this.#disk,
        this.#layout,
        this.#journal,
        owner,
        this.#newName,
        this.#options.pruneAt ?? PRUNE_AT,
        clock,
      );
      this.#parts = { disk: this.#disk, layout: this.#layout, journal: this.#journal, writer, owner, clock };
    }
    return this.#parts;
  }

  #isDurable(): boolean {
    const { durability } = this.#options;
    return (durability ?? readConfig(this.#disk, this.#layout).value.durability ?? 'full') === 'full';
  }

  /** Gives system errors their names, and problems their reasons. */
  async #named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await explained(work);
    } catch (error) {
      const committed = error instanceof CommittedError;
      throw describeOsError(committed ? error.cause : error, this.#layout.nameOf, committed);
    }
  }
}

const restless = (milliseconds: number): JitError =>
  new JitError('LOCK_TIMEOUT', `others kept committing for ${milliseconds} ms`, { hint: 'try again' });

interface Settled<T> {
  /** The value; throws what was thrown. */
  take(): T;
}

async function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    const value = await promise;
    return { take: () => value };
  } catch (error) {
    return {
      take: () => {
        throw error;
      },
    };
  }
}
