import type { Stamp } from '../../../system/disk.ts';
import { fingerprint } from '../entry.ts';
import { issueName } from '../layout.ts';
import { listIssues, type ReadFile, readIssueFile } from '../read-issues.ts';
import { Board } from './board.ts';
import { type Change, headOf, NEVER } from './change.ts';
import { type FirstLook, lookFirst } from './first-look.ts';
import type { Heads } from './heads.ts';
import { readId } from './ids.ts';
import type { Known } from './index-form.ts';
import { appendLine, formatGrowth, formatSeal } from './index-log.ts';
import {
  FORM,
  headsOf,
  type IndexGround,
  indexPath,
  type Kept,
  loadKept,
  logPath,
  type Origin,
} from './kept.ts';
import { isWritten, waitUntilPast } from './moment.ts';
import { quietly } from './quietly.ts';
import { Refresh, type Rows, type Trust } from './refresh.ts';
import { isSameStamp } from './stamp.ts';
import { sumOfTexts } from './sums.ts';
import { withHeads } from './table.ts';
import { gatherHeads, writeIndexFile } from './write-index-file.ts';

/** What an index says of the files as they are now. */
export interface Refreshed {
  readonly board: Board;
  /** Files that are no issues. */
  readonly unreadable: readonly ReadFile[];
}

/** A file that a commit has written. */
export interface Written {
  readonly id: string;
  /** There was none of this name. */
  readonly isNew: boolean;
}

/**
 * A log that is longer than this, and than a share of what it belongs to, is put into a new file: ten changes of one issue take about as long to
 * read as a new file of few issues to write.
 */
const LOG_BYTES = 16 * 1024;
const LOG_SHARE = 0.05;
/** About as many bytes has a head. */
const HEAD_BYTES = 400;

/** Whether a log is too long, or would be with so many changes more. */
const isLong = ({ logBytes, table }: Kept, changes = 0): boolean =>
  logBytes + changes * HEAD_BYTES > Math.max(LOG_BYTES, table.size * HEAD_BYTES * LOG_SHARE);

/**
 * What was read of the issues, kept in `.jit/local/cache`. It may be deleted at any moment, and is never believed: a file counts as
 * read when inode, size, modification and change time are what they were, and the change time was already past when it was read.
 */
export class IssueIndex {
  readonly #ground: IndexGround;
  #kept: Kept | undefined;
  #retired: Origin['file'] = null;

  constructor(ground: IndexGround) {
    this.#ground = ground;
  }

  /**
   * Brings the index up to date, and keeps what was learned. Throws DamagedIndexError, and the system's errors that are not about one file.
   * @param doubtful rows whose files are looked at whatever the trust
   */
  refresh(trust: Trust, doubtful: Rows | null = null): Refreshed {
    const kept = this.#load();
    const first = kept.file === null && kept.table.size === 0 ? lookFirst(this.#ground) : null;
    if (first !== null) return this.#begin(first);
    const refresh = new Refresh(this.#ground, kept, trust, doubtful);
    const next = refresh.run();
    this.#kept = next;
    // What is followed of commits is only added: whoever reads next puts it in order.
    if (refresh.isWorthKeeping || (refresh.mayKeep && isLong(next))) this.#keep(next, refresh.lasting);
    const { file, table } = next;
    return { board: new Board(table, headsOf(file)), unreadable: refresh.unreadable };
  }

  #begin({ kept, heads, unreadable }: FirstLook): Refreshed {
    const { table } = kept;
    const isKept = quietly(() => this.#write(kept, heads, table.places)) === true;
    // Who lives on need not read it all again.
    if (!isKept) this.#kept = { ...kept, table: withHeads(table, heads.read) };
    return { board: new Board(table, heads.read), unreadable };
  }

  /** Ids under which there are files, in their order: looks at the directory only. Throws DamagedIndexError. */
  ids(): readonly string[] {
    const { disk, layout } = this.#ground;
    const kept = this.#load();
    const isKnown = kept.followed === null && this.#isAt(kept.directory) && kept.isWhole;
    if (!isKnown) return listIssues(disk, layout).ids;
    const { table, unreadable } = kept;
    const ids = Array.from({ length: table.size }, (_, row) => readId(table.ids, row));
    return unreadable.length === 0 ? ids : [...ids, ...unreadable].sort();
  }

  /** Whether the directory is now as the index knows it. */
  isCurrent(): boolean {
    return this.#isAt(this.#load().directory);
  }

  /**
   * Takes over what this jit has committed, so that the next command need not look at every file. Only for where the directory is trusted, and
   * `isCurrent` just before the commit. What was read of the index is not needed for it. Never throws: the commit is made, and nobody is to be
   * told that it failed.
   */
  follow(written: readonly Written[]): void {
    quietly(() => this.#takeOver(written));
  }

  #takeOver(written: readonly Written[]): void {
    const { clock, disk, layout } = this.#ground;
    const kept = this.#load();
    const { file } = kept;
    const now = waitUntilPast(disk, layout, () => disk.stamp(layout.issues));
    if (file === null || now === null) return;
    const changes = new Map<string, Change>();
    for (const { id } of written) {
      const change = this.#readCommitted(id, now.moment);
      if (change === null) return;
      changes.set(id, change);
    }
    const added = sumOfTexts(written.filter(({ isNew }) => isNew).map(({ id }) => id));
    const names = (kept.names + added) >>> 0;
    const followed = kept.followed ?? Date.parse(clock.now());
    const known: Known = { directory: now.stamp, followed, unreadable: kept.unreadable, names };
    quietly(() => this.#grow(file.name, formatGrowth({ ...known, after: kept.after, changes }).line));
    this.#kept = undefined;
    this.#retire(file);
  }

  /** Forgets all, here and on the disk: what was read of it makes no sense. */
  discard(): void {
    const { disk, layout } = this.#ground;
    this.#kept = undefined;
    quietly(() => disk.unlink(indexPath(layout)));
  }

  #load(): Kept {
    const { file = null } = this.#kept ?? {};
    // Another process wrote a new one, or a hand was at it.
    if (file !== null && !file.isUntouched()) {
      this.#kept = undefined;
      this.#retire(file);
    }
    this.#kept ??= loadKept(this.#ground);
    return this.#kept;
  }

  #isAt(directory: Stamp | null): boolean {
    const { disk, layout } = this.#ground;
    return directory !== null && isSameStamp(disk.stamp(layout.issues), directory);
  }

  /** null where somebody has put something else there. */
  #readCommitted(id: string, moment: number): Change {
    const { disk, layout } = this.#ground;
    const stamp = disk.stamp(`${layout.dir}/${issueName(id)}`);
    const { stored } = readIssueFile(disk, layout, id);
    if (stored === undefined || stamp?.plain !== true) return null;
    return { stamp: isWritten(stamp, moment) ? stamp : NEVER, head: headOf(stored) };
  }

  /** An index that cannot be written is of no use to others, and no reason to fail. */
  #keep(kept: Kept, changes: ReadonlyMap<string, Change>): void {
    const { file, directory, followed, unreadable, names, after, logBytes } = kept;
    quietly(() => {
      if (file === null || isLong(kept, changes.size)) {
        this.#rewrite(kept);
        return;
      }
      const { line, sum } = formatGrowth({ directory, followed, unreadable, names, after, changes });
      this.#grow(file.name, line);
      this.#kept = { ...kept, after: sum, logBytes: logBytes + line.length + 1 };
    });
  }

  #grow(name: string, line: string): void {
    const { disk, layout } = this.#ground;
    const fd = disk.open(logPath(layout, name), 'append');
    try {
      // What somebody else left of a line ends here.
      appendLine(disk, fd, `\n${line}`);
    } finally {
      disk.close(fd);
    }
  }

  #rewrite(kept: Kept): void {
    const board = new Board(kept.table, headsOf(kept.file));
    const { heads, places } = gatherHeads(kept.table, (row) => board.head(row));
    this.#write(kept, heads, places);
  }

  /** Returns true. Throws the system's errors. */
  #write(kept: Kept, heads: Heads, places: Uint32Array): true {
    const { file, table, directory, followed, unreadable, names } = kept;
    const { boot, disk, layout, newName } = this.#ground;
    const name = newName();
    const prepared = `${layout.cache}/prepared-${name}`;
    try {
      const known: Known = { directory, followed, unreadable, names };
      writeIndexFile(disk, prepared, { form: FORM, boot, name, table, heads, places, ...known });
      disk.rename(prepared, indexPath(layout));
    } catch (error) {
      quietly(() => disk.unlink(prepared));
      throw error;
    }
    if (file !== null) quietly(() => disk.unlink(logPath(layout, file.name)));
    quietly(() => this.#seal(name));
    this.#kept = undefined;
    this.#retire(file);
    return true;
  }

  /** Notes how the file of the index looks, once a change of it would show. */
  #seal(name: string): void {
    const { disk, layout } = this.#ground;
    const path = indexPath(layout);
    if (waitUntilPast(disk, layout, () => disk.stamp(path)) === null) return;
    const stat = disk.stat(path);
    if (stat !== undefined) this.#grow(name, formatSeal(fingerprint(stat)));
  }

  /** A view may still read from the last file, but from none before it. */
  #retire(file: Origin['file']): void {
    const retired = this.#retired;
    quietly(() => retired?.close());
    this.#retired = file;
  }
}
