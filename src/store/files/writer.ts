import type { Clock } from '../../domain/clock.ts';
import { JitError } from '../../domain/errors.ts';
import type { Disk } from '../../system/disk.ts';
import { attempt, tryTo } from '../../system/os-errors.ts';
import type { Owner } from '../../system/process-owner.ts';
import { applyEntry } from './apply.ts';
import { CommittedError } from './committed-error.ts';
import { type Entry, isSealEntry } from './entry.ts';
import type { Journal, Position } from './journal.ts';
import type { Layout } from './layout.ts';
import { type Drafts, isUntouched, stage } from './stage.ts';
import { sweepStaged } from './sweep.ts';

/** More numbers than this in one directory, and the journal goes on in a new one. */
export const PRUNE_AT = 64;

/** Each look finishes something, be it another's work: so many in a row are a bug, and must not hang. */
const LOOKS = 1_000;

/** What a commit came to. `taken`: another commit, or an edit by hand, was first; nothing was changed. */
export type Outcome = 'committed' | 'taken';

/**
 * The way of one change to the disk: everything between "decided" and "acknowledged". See docs/store.md for why
 * the steps come in this order.
 */
export class Writer {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #journal: Journal;
  readonly #owner: Owner;
  readonly #newName: () => string;
  readonly #pruneAt: number;
  readonly #clock: Clock;

  constructor(
    disk: Disk,
    layout: Layout,
    journal: Journal,
    owner: Owner,
    newName: () => string,
    pruneAt: number,
    clock: Clock,
  ) {
    this.#disk = disk;
    this.#layout = layout;
    this.#journal = journal;
    this.#owner = owner;
    this.#newName = newName;
    this.#pruneAt = pruneAt;
    this.#clock = clock;
  }

  /** Makes the directories that are never tracked, so that they may be deleted at any quiet moment. */
  prepare(): void {
    for (const path of [this.#layout.local, this.#layout.staged]) {
      if (this.#disk.stat(path) === undefined) attempt(() => this.#disk.makeDirectory(path), 'EEXIST');
    }
  }

  /**
   * Finishes what others have left: a commit that was not applied is, leftovers of the dead are removed.
   * Returns where the journal stands then, with nothing pending.
   */
  settle(durable: boolean): Position {
    // Listed before the journal is looked at: whatever its dead owners committed is then seen there.
    const leftovers = sweepStaged.find(this.#disk, this.#layout, this.#owner, this.#clock);
    for (let look = 0; look < LOOKS; look += 1) {
      const position = this.#journal.locate();
      if (position.directory === null) this.#journal.create(durable);
      else if (position.open) this.#finishPending(position, durable);
      else {
        sweepStaged.remove(this.#disk, leftovers);
        return position;
      }
    }
    throw new Error('the journal could not be settled');
  }

  #finishPending(position: Position, durable: boolean): void {
    const entry = this.#journal.read(position);
    if (entry === undefined) return;
    if (entry !== null && isSealEntry(entry)) {
      this.#journal.follow(position, entry, durable);
      return;
    }
    // The one who linked it may have died before it was on the disk; what follows must not outlive it.
    if (durable && !this.#journal.sync(position)) return;
    const fits = entry !== null && this.#apply(position, entry, durable) === 'applied';
    if (fits) this.#journal.finish(position, 'done');
    else if (!this.#isFinished(position)) {
      this.#journal.setAside(position, durable);
      for (const { staged } of entry?.files ?? []) {
        attempt(() => this.#disk.unlink(`${this.#layout.staged}/${staged}`), 'ENOENT');
      }
    }
  }

  #apply(position: Position, entry: Entry, durable: boolean): 'applied' | 'foreign' {
    return applyEntry(
      this.#disk,
      this.#layout,
      entry,
      durable,
      () => this.#isFinished(position),
      this.#newName,
    );
  }

  /** Somebody else has applied this entry, or set it aside, or even went on from it. */
  #isFinished(position: Position): boolean {
    const now = this.#journal.locate();
    return now.directory !== position.directory || now.number !== position.number || !now.open;
  }

  /**
   * Commits and applies. When this returns 'committed', the change is on the disk and stays. What it throws has
   * `committed` true when the change was recorded, and only carrying it out failed.
   */
  commit(position: Position, drafts: Drafts, durable: boolean): Outcome {
    const made: string[] = [];
    const prefix = `${this.#owner.token}.${this.#newName()}`;
    let entry: Entry;
    try {
      const staged = stage(this.#disk, this.#layout, drafts, prefix, durable, made);
      entry = staged.entry;
      const first =
        isUntouched(this.#disk, this.#layout, drafts) && this.#journal.commit(position, staged.path, durable);
      if (!first) {
        for (const path of made) tryTo(() => this.#disk.unlink(path));
        return 'taken';
      }
    } catch (error) {
      for (const path of made) tryTo(() => this.#disk.unlink(path));
      throw error;
    }
    const own: Position = { directory: position.directory, number: position.number + 1, open: true };
    try {
      this.#carryOut(own, entry, durable);
    } catch (error) {
      throw new CommittedError(error);
    }
    tryTo(() => this.#disk.unlink(made.at(-1)!));
    tryTo(() => this.#tidy({ ...own, open: false }, durable));
    return 'committed';
  }

  #carryOut(own: Position, entry: Entry, durable: boolean): void {
    if (durable) this.#journal.sync(own);
    if (this.#apply(own, entry, durable) === 'applied') {
      tryTo(() => this.#journal.finish(own, 'done'));
      return;
    }
    if (!this.#isFinished(own)) this.#journal.setAside(own, durable);
    // Either git came between, or we were stopped so long that somebody else has finished it and gone on.
    if (this.#disk.stat(this.#journal.asidePath(own)) === undefined) return;
    throw new JitError(
      'IO',
      'the files were changed by git or by hand while this was written: it was set aside',
      {
        details: { file: this.#layout.nameOf(this.#journal.asidePath(own)), committed: false },
        hint: 'look at the issue, and do it again if it is still wanted',
      },
    );
  }

  #tidy(position: Position, durable: boolean): void {
    if (position.number >= this.#pruneAt) this.prune(position, durable);
    else if (this.#journal.isCrowded) this.#journal.sweep(durable);
  }

  /** Lets the journal go on in a new directory, and removes the old one. */
  prune(position: Position, durable: boolean): void {
    const temporary = `${this.#layout.staged}/${this.#owner.token}.${this.#newName()}.seal`;
    this.#journal.prune(position, temporary, durable);
  }
}
