import type { Owner } from '../../system/process-owner.ts';
import { processOwner } from '../../system/process-owner.ts';
import type { Store } from '../store.ts';
import { FilesView } from './files-view.ts';
import { inspectStore } from './inspect.ts';
import type { Position } from './journal.ts';
import { takeLock } from './lock.ts';
import { NO_OVERLAY } from './overlay.ts';
import type { StoreParts } from './parts.ts';
import { readStable, restless, type StoreGround } from './read-stable.ts';
import { repairStore } from './repair.ts';
import { settled } from './settled.ts';
import { type Drafts, draftPlan, isNothing } from './stage.ts';
import { readConfig } from './store-files.ts';
import { sweepStore } from './sweep-store.ts';
import { PRUNE_AT, Writer } from './writer.ts';

export interface ChangesOptions {
  /** Absent: what config.json says; `full` where it says nothing. */
  readonly durability: 'full' | 'fast' | undefined;
  readonly owner: Owner | undefined;
  /** Whether writers queue. */
  readonly lock: boolean;
  readonly pruneAt: number | undefined;
}

/** What a files store does besides reading: most commands never load this. */
export class FilesChanges {
  readonly #ground: StoreGround;
  readonly #options: ChangesOptions;
  readonly #parts: StoreParts;

  constructor(ground: StoreGround, options: ChangesOptions) {
    const { disk, layout, journal, clock, newName } = ground;
    const owner = options.owner ?? processOwner();
    const writer = new Writer(disk, layout, journal, owner, newName, options.pruneAt ?? PRUNE_AT, clock);
    this.#ground = ground;
    this.#options = options;
    this.#parts = { disk, layout, journal, writer, owner, clock };
  }

  async transact<T>(decide: Parameters<Store['transact']>[0]): Promise<T> {
    const durable = this.#isDurable();
    return (await this.#exclusively(() => this.#decideAndCommit(decide, durable))) as T;
  }

  async #decideAndCommit(decide: Parameters<Store['transact']>[0], durable: boolean): Promise<unknown> {
    const { disk, layout } = this.#ground;
    let result: unknown;
    await this.#commitDrafts(durable, async (view, position) => {
      const outcome = await settled(decide(view));
      if (!this.#ground.journal.isAt(position)) return 'again';
      const plan = outcome.take();
      result = plan.result;
      return draftPlan(disk, layout, view, plan);
    });
    return result;
  }

  /** Commits what `draft` makes of a view; it is asked again when another commit was first. false: there was nothing to do. */
  async #commitDrafts(
    durable: boolean,
    draft: (view: FilesView, position: Position) => Promise<Drafts | 'again'>,
  ): Promise<boolean> {
    const { writer } = this.#parts;
    const { disk, layout, clock, waiting, patience } = this.#ground;
    const start = waiting.elapsed();
    for (;;) {
      const position = writer.settle(durable);
      const view = new FilesView(disk, layout, clock, NO_OVERLAY);
      const drafts = await draft(view, position);
      if (drafts !== 'again') {
        if (isNothing(drafts)) return false;
        if (writer.commit(position, drafts, durable) === 'committed') return true;
      }
      if (waiting.elapsed() - start > patience.total) throw restless(patience.total);
    }
  }

  inspect(use?: Parameters<Store['inspect']>[0]): ReturnType<Store['inspect']> {
    return readStable(this.#ground, async (view) => {
      await use?.(view);
      return inspectStore(this.#parts, view);
    });
  }

  async repair(apply: boolean): ReturnType<Store['repair']> {
    if (!apply) return readStable(this.#ground, async (view) => repairStore(this.#parts, view).problems);
    const durable = this.#isDurable();
    return this.#exclusively(async () => {
      let mended: Awaited<ReturnType<Store['repair']>> = [];
      await this.#commitDrafts(durable, async (view) => {
        const { problems, drafts } = repairStore(this.#parts, view);
        mended = problems;
        return drafts;
      });
      return mended;
    });
  }

  sweep(): ReturnType<Store['sweep']> {
    const durable = this.#isDurable();
    return this.#exclusively(async () => sweepStore(this.#parts, durable));
  }

  /** Runs a writer's work in its turn. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { writer, owner } = this.#parts;
    const { disk, layout, newName, patience, waiting } = this.#ground;
    writer.prepare();
    if (!this.#options.lock) return work();
    const lock = await takeLock(disk, layout, owner, newName(), patience, waiting);
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  #isDurable(): boolean {
    const { disk, layout } = this.#ground;
    return (this.#options.durability ?? readConfig(disk, layout).value.durability ?? 'full') === 'full';
  }
}
