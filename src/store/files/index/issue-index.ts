import type { Clock } from '../../../domain/clock.ts';
import { EDITION } from '../../../domain/generated/checks/edition.js';
import type { IssueHead } from '../../../domain/issue.ts';
import type { Disk, Stamp } from '../../../system/disk.ts';
import { attempt } from '../../../system/os-errors.ts';
import { issueName, type Layout } from '../layout.ts';
import { listIssues, type ReadFile, readIssueFile } from '../read-issues.ts';
import { Board, DamagedIndexError, type ReadHead } from './board.ts';
import { type Change, headOf, NEVER } from './change.ts';
import { findNode, readId } from './ids.ts';
import { type IndexFile, type Known, openIndexFile, writeIndexFile } from './index-file.ts';
import { appendLine, formatGrowth, readGrowths } from './index-log.ts';
import { isSameStamp } from './stamp.ts';
import { EMPTY, isUntouched, sumNames, type Table, TOMBSTONE, weave } from './table.ts';

/** What an index holds, and by which rules it was checked: one of another form is made anew. */
const FORM = `1 ${EDITION}`;

/** How far an index is trusted: `files`, every file is looked at; `directory`, only whether names came or went. */
export type Trust = 'files' | 'directory';

export interface IndexGround {
  readonly disk: Disk;
  readonly layout: Layout;
  /** Makes names of letters and digits in lower case that never come again. */
  readonly newName: () => string;
  readonly clock: Clock;
  /** Of fewer files no index is made: they are read as fast. */
  readonly least: number;
}

/** What an index says of the files as they are now. */
export interface Refreshed {
  readonly board: Board;
  /** Files that are no issues. */
  readonly unreadable: readonly ReadFile[];
}

interface Kept extends Known {
  readonly table: Table;
  /** Sum of the last line of the log that counts; of the file where there is none. */
  readonly after: string;
  /** The file that it came from; null where there was none. */
  readonly file: IndexFile | null;
  readonly logBytes: number;
}

/** A log that is longer than this, and than a share of what it belongs to, is put into a new file. */
const LOG_BYTES = 64 * 1024;
const LOG_SHARE = 0.05;

/**
 * What was read of the issues, kept in `.jit/local/cache`. It may be deleted at any moment, and is never believed: a file counts as
 * read when inode, size, modification and change time are what they were, and the change time was already past when it was read.
 */
export class IssueIndex {
  readonly #ground: IndexGround;
  #kept: Kept | undefined;
  #retired: IndexFile | null = null;

  constructor(ground: IndexGround) {
    this.#ground = ground;
  }

  /**
   * Brings the index up to date, and keeps what was learned. Throws the system's errors that are not about one file.
   * @param doubtful ids whose files are looked at whatever the trust
   */
  refresh(trust: Trust, doubtful: readonly string[] = []): Refreshed {
    this.#kept ??= this.#load();
    const refresh = new Refresh(this.#ground, this.#kept, trust, doubtful);
    const next = refresh.run();
    this.#kept = next;
    if (refresh.isWorthKeeping) this.#keep(next, refresh.lasting);
    const { file, table } = next;
    return { board: new Board(table, headsOf(file)), unreadable: refresh.unreadable };
  }

  /** Whether the directory is now as the index knows it. */
  isCurrent(): boolean {
    const { disk, layout } = this.#ground;
    const { directory = null } = this.#kept ?? {};
    return directory !== null && isSameStamp(disk.stamp(layout.issues), directory);
  }

  /**
   * Takes over what this jit has committed, so that the next command need not look at every file. Only for where the directory is trusted, and
   * `isCurrent` just before the commit.
   */
  follow(ids: readonly string[]): void {
    if (this.#kept === undefined) return;
    const refresh = new Refresh(this.#ground, this.#kept, 'directory', []);
    const next = refresh.follow(ids);
    if (next === null || refresh.unreadable.length > 0) return;
    this.#kept = next;
    this.#keep(next, refresh.lasting);
  }

  /** Ids under which there are files, in their order: looks at the directory only. */
  ids(): readonly string[] {
    this.#kept ??= this.#load();
    const { disk, layout } = this.#ground;
    const { directory, followed, unreadable, table } = this.#kept;
    const isListed = directory !== null && followed === null;
    if (!isListed || !isSameStamp(disk.stamp(layout.issues), directory)) return listIssues(disk, layout).ids;
    const ids = Array.from({ length: table.size }, (_, row) => readId(table.ids, row));
    return unreadable.length === 0 ? ids : [...ids, ...unreadable].sort();
  }

  /** Forgets all, here and on the disk: what was read of it makes no sense. */
  discard(): void {
    const { disk } = this.#ground;
    this.#kept = undefined;
    quietly(() => disk.unlink(this.#path));
  }

  get #path(): string {
    return `${this.#ground.layout.cache}/issues.index`;
  }

  #logPath(name: string): string {
    return `${this.#ground.layout.cache}/issues-${name}.log`;
  }

  #load(): Kept {
    const { disk } = this.#ground;
    const file = quietly(() => openIndexFile(disk, this.#path, FORM)) ?? null;
    if (file === null) return { ...NOTHING, table: EMPTY, names: 0, after: '', file, logBytes: 0 };
    const log = quietly(() => readGrowths(disk, this.#logPath(file.name), file.name)) ?? NO_LOG;
    const changes = new Map<string, Change>();
    for (const growth of log.growths) for (const [id, change] of growth.changes) changes.set(id, change);
    const { directory, followed, unreadable, names } = log.growths.at(-1) ?? file;
    const after = log.growths.at(-1)?.sum ?? file.name;
    const isWhole = names === sumNames(file.names, file.table, changes);
    const table = weave(file.table, changes);
    const known = isWhole ? { directory, followed } : NOTHING;
    return { ...known, unreadable, table, names, after, file, logBytes: log.bytes };
  }

  /** An index that cannot be written is of no use to others, and no reason to fail. */
  #keep(kept: Kept, changes: ReadonlyMap<string, Change>): void {
    const { file, directory, followed, unreadable, names, after, table } = kept;
    const { line, sum } = formatGrowth({ directory, followed, unreadable, names, after, changes });
    const most = Math.max(LOG_BYTES, table.size * HEAD_BYTES * LOG_SHARE);
    quietly(() => {
      if (file === null || kept.logBytes + line.length > most) this.#rewrite(kept);
      else this.#grow({ ...kept, after: sum }, file, line);
    });
  }

  #grow(kept: Kept, file: IndexFile, line: string): void {
    const { disk } = this.#ground;
    const fd = disk.open(this.#logPath(file.name), 'append');
    try {
      // What somebody else left of a line ends here.
      appendLine(disk, fd, `\n${line}`);
    } finally {
      disk.close(fd);
    }
    this.#kept = { ...kept, logBytes: kept.logBytes + line.length + 1 };
  }

  #rewrite({ file, table, directory, followed, unreadable, names }: Kept): void {
    const { disk, layout, newName } = this.#ground;
    const name = newName();
    const prepared = `${layout.cache}/prepared-${name}`;
    const board = new Board(table, headsOf(file));
    try {
      const readHead = (row: number): IssueHead => board.head(row);
      const known = { directory, followed, unreadable, names };
      writeIndexFile(disk, prepared, { form: FORM, name, table, readHead, ...known });
      disk.rename(prepared, this.#path);
    } catch (error) {
      quietly(() => disk.unlink(prepared));
      throw error;
    }
    if (file !== null) quietly(() => disk.unlink(this.#logPath(file.name)));
    // A view may still read from the last one, but from none before it.
    this.#retired?.close();
    this.#retired = file;
    this.#kept = undefined;
  }
}

const NOTHING: Pick<Known, 'directory' | 'followed' | 'unreadable'> = {
  directory: null,
  followed: null,
  unreadable: [],
};

const NO_LOG: ReturnType<typeof readGrowths> = { growths: [], bytes: 0 };

/** About as many bytes has a head. */
const HEAD_BYTES = 400;

const headsOf = (file: IndexFile | null): ReadHead => {
  if (file !== null) return file.readHead;
  return () => undefined;
};

/** So long (milliseconds) commits of jit are followed before all names are listed again: somebody may have come between two looks. */
const FOLLOWED = 60_000;

/** So many milliseconds a clock may take to its next tick. */
const TICKS = 10;

/** One look at all files. */
class Refresh {
  readonly #ground: IndexGround;
  readonly #kept: Kept;
  readonly #trust: Trust;
  readonly #doubtful: readonly string[];
  readonly unreadable: ReadFile[] = [];
  /** What is worth to be kept. A file that was changed just now may change again without showing it: it is kept as one to be read anew. */
  readonly lasting = new Map<string, Change>();
  readonly #changes = new Map<string, Change>();
  #moment: number | null | undefined;
  #knownAnew = false;

  constructor(ground: IndexGround, kept: Kept, trust: Trust, doubtful: readonly string[]) {
    this.#ground = ground;
    this.#kept = kept;
    this.#trust = trust;
    this.#doubtful = doubtful;
  }

  get isWorthKeeping(): boolean {
    return this.#moment !== null && (this.#knownAnew || this.lasting.size > 0);
  }

  run(): Kept {
    const { disk, layout } = this.#ground;
    const kept = this.#kept;
    const isListed =
      kept.directory !== null &&
      this.#mayFollow(kept) &&
      isSameStamp(disk.stamp(layout.issues), kept.directory);
    const directory = isListed ? kept.directory : this.#list();
    const followed = isListed ? kept.followed : null;
    if (isListed) this.#lookAtKnown();
    // In the order of ids, as they are read without an index: that is the order in which problems are told.
    for (const id of this.#suspects.sort()) this.#read(id);
    const unreadable = this.unreadable.map(({ id }) => id).sort();
    this.#knownAnew = !isSameStamp(directory ?? undefined, kept.directory ?? undefined) && directory !== null;
    if (unreadable.join() !== [...kept.unreadable].sort().join()) this.#knownAnew = true;
    const names = sumNames(kept.names, kept.table, this.#changes);
    return { ...kept, table: weave(kept.table, this.#changes), directory, followed, unreadable, names };
  }

  #mayFollow({ followed }: Kept): boolean {
    if (followed === null) return true;
    return this.#trust === 'directory' && Date.parse(this.#ground.clock.now()) - followed < FOLLOWED;
  }

  /** Takes over what this jit has committed just now, where nobody else has touched the directory. */
  follow(ids: readonly string[]): Kept | null {
    const { clock, disk, layout } = this.#ground;
    const kept = this.#kept;
    const directory = this.#waitUntilPast(() => disk.stamp(layout.issues));
    if (directory === null) return null;
    for (const id of ids) this.#read(id);
    const names = sumNames(kept.names, kept.table, this.#changes);
    const followed = kept.followed ?? Date.parse(clock.now());
    return { ...kept, table: weave(kept.table, this.#changes), directory, followed, names };
  }

  /** Looks until a change that comes later must show: some milliseconds where the clock of the file system is coarse. */
  #waitUntilPast(look: () => Stamp | undefined): Stamp | null {
    for (let tries = 0; tries < TICKS; tries += 1) {
      this.#moment = undefined;
      const moment = this.#now();
      const stamp = look();
      if (moment === null || stamp === undefined) return null;
      if (isPast(stamp, moment)) return stamp;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
    return null;
  }

  readonly #suspects: string[] = [];

  /** Compares the names that are there with those that are known. Returns the directory's stamp; null where it may change without showing it. */
  #list(): Stamp | null {
    const { disk, layout, least } = this.#ground;
    const { table, file } = this.#kept;
    if (file === null && listIssues(disk, layout).ids.length < least) this.#moment = null;
    const moment = this.#now();
    const directory = disk.stamp(layout.issues);
    let row = 0;
    for (const id of listIssues(disk, layout).ids) {
      while (row < table.size && readId(table.ids, row) < id) this.#forget(row++);
      if (row < table.size && readId(table.ids, row) === id) this.#look(row++, id);
      else this.#suspects.push(id);
    }
    while (row < table.size) this.#forget(row++);
    return directory !== undefined && isPast(directory, moment) ? directory : null;
  }

  #lookAtKnown(): void {
    const { table, unreadable } = this.#kept;
    this.#suspects.push(...unreadable);
    if (this.#trust === 'directory') {
      for (const id of this.#doubtful) {
        const row = findNode(table.ids, table.size, id);
        if (row >= 0) this.#look(row, id);
      }
      return;
    }
    for (let row = 0; row < table.size; row += 1) this.#look(row, readId(table.ids, row));
  }

  #look(row: number, id: string): void {
    if (!isUntouched(this.#kept.table, row, this.#stampOf(id))) this.#suspects.push(id);
  }

  #forget(row: number): void {
    const id = readId(this.#kept.table.ids, row);
    this.#changes.set(id, null);
    this.lasting.set(id, null);
  }

  #read(id: string): void {
    const { disk, layout } = this.#ground;
    const moment = this.#now();
    const stamp = this.#stampOf(id);
    const file = readIssueFile(disk, layout, id);
    const isThere = file.stored !== undefined;
    if (!isThere && file.problems.length > 0) this.unreadable.push(file);
    if (!isThere) {
      const { ids, size } = this.#kept.table;
      if (findNode(ids, size, id) < 0) return;
      this.#changes.set(id, null);
      this.lasting.set(id, null);
      return;
    }
    const head = headOf(file.stored);
    const isOver = stamp?.plain === true && isPast(stamp, moment);
    const change = { stamp: isOver ? stamp : NEVER, head };
    this.#changes.set(id, change);
    if (isOver || !this.#isKnown(id, head)) this.lasting.set(id, change);
  }

  /** Whether a file is known to be read anew each time, and says what it said. */
  #isKnown(id: string, head: IssueHead | null): boolean {
    const { table, file } = this.#kept;
    const row = findNode(table.ids, table.size, id);
    if (row < 0 || !isUntouched(table, row, NEVER)) return false;
    const known = table.states[row] === TOMBSTONE ? null : new Board(table, headsOf(file)).head(row);
    return JSON.stringify(known) === JSON.stringify(head);
  }

  #stampOf(id: string): Stamp | undefined {
    return this.#ground.disk.stamp(`${this.#ground.layout.dir}/${issueName(id)}`);
  }

  /** What time it is for the file system that the issues are on; null where that cannot be known. */
  #now(): number | null {
    if (this.#moment === undefined) this.#moment = quietly(() => readMoment(this.#ground)) ?? null;
    return this.#moment;
  }
}

/** Whether a change that comes later must show: it was made in a moment that is over. */
const isPast = (stamp: Stamp, moment: number | null): boolean => moment !== null && stamp.ctime < moment;

/** Touches a file next to the index, and returns its change time: the time by which the file system stamps what happens now. */
function readMoment({ disk, layout }: IndexGround): number | null {
  const path = `${layout.cache}/clock`;
  const fd = openOrMake(disk, layout, path);
  try {
    disk.write(fd, Buffer.from('\n'), 0);
  } finally {
    disk.close(fd);
  }
  const stamp = disk.stamp(path);
  const issues = disk.stamp(layout.issues);
  return stamp !== undefined && stamp.device === issues?.device ? stamp.ctime : null;
}

function openOrMake(disk: Disk, layout: Layout, path: string): number {
  try {
    return disk.open(path, 'modify');
  } catch {
    for (const directory of [layout.local, layout.cache])
      attempt(() => disk.makeDirectory(directory), 'EEXIST');
    return disk.open(path, 'modify');
  }
}

/** undefined where it fails: without an index everything is read, and right. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DamagedIndexError) throw error;
    return undefined;
  }
}
