import type { Store } from '../store.ts';
import { FilesView } from './files-view.ts';
import type { Written } from './index/issue-index.ts';
import type { Position } from './journal.ts';
import { idOfFile } from './layout.ts';
import type { Held } from './lock.ts';
import { NO_OVERLAY } from './overlay.ts';
import type { StoreParts } from './parts.ts';
import { restless, type StoreGround } from './read-stable.ts';
import { settled } from './settled.ts';
import { type Drafts, draftPlan, isNothing } from './stage.ts';

/** What is read, and where the journal stood. */
interface Picture {
  readonly position: Position;
  readonly view: FilesView;
}

/**
 * The turn of one writer. What it has read serves its next step as well, as long as nobody commits. The lock keeps
 * others from that only as far as they queue, so each step finds out for itself, at its end.
 */
export class Turn {
  readonly #ground: StoreGround;
  readonly #parts: StoreParts;
  readonly #durable: boolean;
  readonly #lock: Held;
  #seen: Picture | undefined;

  constructor(ground: StoreGround, parts: StoreParts, durable: boolean, lock: Held) {
    this.#ground = ground;
    this.#parts = parts;
    this.#durable = durable;
    this.#lock = lock;
  }

  /** As `readStable`, of a store in which nothing is pending. */
  async read<T>(use: (view: FilesView) => Promise<T>): Promise<T> {
    const giveUp = this.#patience();
    for (;;) {
      const { position, view } = this.#look();
      const outcome = await settled(use(view));
      if (this.#ground.journal.isAt(position)) return outcome.take();
      this.#seen = undefined;
      giveUp();
    }
  }

  async transact<T>(decide: Parameters<Store['transact']>[0]): Promise<T> {
    const { disk, layout } = this.#ground;
    let result: unknown;
    await this.commit(async (view) => {
      const plan = await decide(view);
      result = plan.result;
      return draftPlan(disk, layout, view, plan);
    });
    return result as T;
  }

  /** Commits what `draft` makes of a view; it is asked again when another commit was first. */
  async commit(draft: (view: FilesView) => Promise<Drafts>): Promise<void> {
    const { journal } = this.#ground;
    const giveUp = this.#patience();
    for (;;) {
      const { position, view } = this.#look();
      const outcome = await settled(draft(view));
      if (!outcome.failed && !isNothing(outcome.take())) {
        // Whatever comes of it: a file that was changed by hand is no reason for the journal to move on.
        this.#seen = undefined;
        // Only one gets the next number: nobody has committed since the look.
        if (this.#commit(view, position, outcome.take())) return;
      } else if (journal.isAt(position)) {
        outcome.take();
        return;
      }
      this.#seen = undefined;
      giveUp();
    }
  }

  #commit(view: FilesView, position: Position, drafts: Drafts): boolean {
    const index = view.trustsDirectory() ? this.#ground.index : null;
    const isCurrent = index?.isCurrent() === true;
    if (this.#parts.writer.commit(position, drafts, this.#durable) !== 'committed') return false;
    // Somebody who comes between these two looks at the directory is noticed a minute later: whoever trusts it has chosen that.
    if (isCurrent && drafts.removed.length === 0) index.follow(writtenBy(drafts));
    return true;
  }

  end(): void {
    this.#lock.release();
  }

  /** Whether what it shows is still so is found out when it has been used. */
  #look(): Picture {
    const { disk, layout, clock, index } = this.#ground;
    if (this.#seen !== undefined) return this.#seen;
    const position = this.#parts.writer.settle(this.#durable);
    this.#seen = { position, view: new FilesView(disk, layout, clock, NO_OVERLAY, index) };
    return this.#seen;
  }

  /** Throws LOCK_TIMEOUT when others have kept committing for too long since it was made. */
  #patience(): () => void {
    const { waiting, patience } = this.#ground;
    const start = waiting.elapsed();
    return () => {
      if (waiting.elapsed() - start > patience.total) throw restless(patience.total);
    };
  }
}

/** The files of issues that a commit has written. */
const writtenBy = ({ files }: Drafts): readonly Written[] =>
  files.flatMap(({ name, replaces }) => {
    const id = idOfFile(name.slice('issues/'.length));
    return id === null ? [] : [{ id, isNew: replaces === null }];
  });
