import type { Owner } from '../../system/process-owner.ts';
import { processOwner } from '../../system/process-owner.ts';
import type { Store } from '../store.ts';
import { inspectStore } from './inspect.ts';
import { type Held, takeLock } from './lock.ts';
import type { StoreParts } from './parts.ts';
import { readStable, type StoreGround } from './read-stable.ts';
import { repairStore } from './repair.ts';
import { readConfig } from './store-files.ts';
import { sweepStore } from './sweep-store.ts';
import { Turn } from './turn.ts';
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
    const turn = await this.takeTurn();
    try {
      return await turn.transact<T>(decide);
    } finally {
      turn.end();
    }
  }

  /** Waits for this writer's turn. Throws LOCK_TIMEOUT. */
  async takeTurn(): Promise<Turn> {
    const durable = this.#isDurable();
    return new Turn(this.#ground, this.#parts, durable, await this.#queue());
  }

  inspect(use?: Parameters<Store['inspect']>[0]): ReturnType<Store['inspect']> {
    return readStable(this.#ground, async (view) => {
      await use?.(view);
      return inspectStore(this.#parts, view);
    });
  }

  async repair(apply: boolean): ReturnType<Store['repair']> {
    if (!apply)
      return readStable(this.#ground, async (view) => (await repairStore(this.#parts, view)).problems);
    const turn = await this.takeTurn();
    try {
      let mended: Awaited<ReturnType<Store['repair']>> = [];
      await turn.commit(async (view) => {
        const { problems, drafts } = await repairStore(this.#parts, view);
        mended = problems;
        return drafts;
      });
      return mended;
    } finally {
      turn.end();
    }
  }

  async sweep(): ReturnType<Store['sweep']> {
    const durable = this.#isDurable();
    const lock = await this.#queue();
    try {
      return sweepStore(this.#parts, durable);
    } finally {
      lock.release();
    }
  }

  async #queue(): Promise<Held> {
    const { writer, owner } = this.#parts;
    const { disk, layout, newName, patience, waiting } = this.#ground;
    writer.prepare();
    if (!this.#options.lock) return { release: () => {} };
    return takeLock(disk, layout, owner, newName(), patience, waiting);
  }

  #isDurable(): boolean {
    const { disk, layout } = this.#ground;
    return (this.#options.durability ?? readConfig(disk, layout).value.durability ?? 'full') === 'full';
  }
}
