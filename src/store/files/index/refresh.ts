import type { IssueHead } from '../../../domain/issue.ts';
import { headTextOf, PLAIN, readPlainIssue } from '../../../domain/plain-issue.ts';
import type { Stamp, StampOf } from '../../../system/disk.ts';
import { fileName, idsIn, issueName } from '../layout.ts';
import { type ReadFile, readIssueFile } from '../read-issues.ts';
import { TextReader } from '../text-reader.ts';
import { Board } from './board.ts';
import { type Change, headOf, NEVER } from './change.ts';
import { findNode, idReader, readId } from './ids.ts';
import { headsOf, type IndexGround, type Kept, originOf } from './kept.ts';
import { isPast, isWritten, momentOf } from './moment.ts';
import { isSameStamp } from './stamp.ts';
import { sumOfTexts } from './sums.ts';
import { isUntouched, sumNames, type Table, TOMBSTONE } from './table.ts';
import { weave } from './weave.ts';

/** How far an index is trusted: `files`, every file is looked at; `directory`, only whether names came or went. */
export type Trust = 'files' | 'directory';

/** Rows of a table, ascending. */
export interface Rows {
  readonly table: Table;
  readonly rows: Uint32Array;
}

/** So long (milliseconds) commits of jit are followed before all names are listed again: somebody may have come between two looks. */
const FOLLOWED = 60_000;

/** From so many on it pays to make ready for reading very many. */
const MANY = 24;

/** One look at all files. */
export class Refresh {
  readonly #ground: IndexGround;
  readonly #kept: Kept;
  readonly #trust: Trust;
  readonly #doubtful: Rows | null;
  readonly unreadable: ReadFile[] = [];
  /** What is worth to be kept. A file that was changed just now may change again without showing it: it is kept as one to be read anew. */
  readonly lasting = new Map<string, Change>();
  readonly #changes = new Map<string, Change>();
  #moment: number | null | undefined;
  #knownAnew = false;

  constructor(ground: IndexGround, kept: Kept, trust: Trust, doubtful: Rows | null) {
    this.#ground = ground;
    this.#kept = kept;
    this.#trust = trust;
    this.#doubtful = doubtful;
  }

  get isWorthKeeping(): boolean {
    return this.mayKeep && (this.#knownAnew || this.lasting.size > 0);
  }

  /** false where nothing can be told of when files were changed. */
  get mayKeep(): boolean {
    return this.#moment !== null;
  }

  run(): Kept {
    const { disk, layout } = this.#ground;
    const kept = this.#kept;
    const isListed =
      kept.directory !== null &&
      this.#mayFollow(kept) &&
      isSameStamp(disk.stamp(layout.issues), kept.directory) &&
      kept.isWhole;
    const directory = isListed ? kept.directory : this.#list();
    const followed = isListed ? kept.followed : null;
    if (isListed) this.#lookAtKnown();
    // In the order of ids, as they are read without an index: that is the order in which problems are told.
    const reader = this.#suspects.length < MANY ? null : new TextReader(disk);
    for (const id of this.#suspects.sort())
      if (reader === null || !this.#readPlain(id, reader)) this.#read(id);
    const unreadable = this.unreadable.map(({ id }) => id).sort();
    const isAnew =
      !isSameStamp(directory ?? undefined, kept.directory ?? undefined) || followed !== kept.followed;
    this.#knownAnew = isAnew && directory !== null;
    if (unreadable.join() !== [...kept.unreadable].sort().join()) this.#knownAnew = true;
    const names = sumNames(kept.names, kept.table, this.#changes);
    const table = weave(kept.table, this.#changes);
    return { ...originOf(kept), table, directory, followed, unreadable, names, isWhole: true };
  }

  #mayFollow({ followed }: Kept): boolean {
    if (followed === null) return true;
    return this.#trust === 'directory' && Date.parse(this.#ground.clock.now()) - followed < FOLLOWED;
  }

  readonly #suspects: string[] = [];

  /** Compares the names that are there with those that are known. Returns the directory's stamp; null where it may change without showing it. */
  #list(): Stamp | null {
    const { disk, layout, least } = this.#ground;
    const { file } = this.#kept;
    if (file === null && disk.names(layout.issues).length < least) this.#moment = null;
    const moment = this.#now();
    const directory = disk.stamp(layout.issues);
    const ids = idsIn(disk.names(layout.issues));
    if (!(this.#mayHaveNames(ids) && this.#lookAtAll())) this.#compare(ids.sort());
    return directory !== undefined && isPast(directory, moment) ? directory : null;
  }

  /**
   * Whether there may be the names that are known, none more and none less: their sums tell, without sorting very many. Other names may have
   * the same sum: so it is only true where there is a file under each known name, too.
   */
  #mayHaveNames(ids: readonly string[]): boolean {
    const { table, unreadable, names, isWhole } = this.#kept;
    if (!isWhole || ids.length !== table.size + unreadable.length) return false;
    return sumOfTexts(ids) === (names + sumOfTexts(unreadable)) >>> 0;
  }

  #compare(ids: readonly string[]): void {
    const { table } = this.#kept;
    this.#suspects.length = 0;
    const idOf = idReader(table.ids);
    let row = 0;
    this.#within((stampOf) => {
      for (const id of ids) {
        while (row < table.size && idOf(row) < id) this.#forget(row++);
        const isKnown = row < table.size && idOf(row) === id;
        if (!isKnown || !isUntouched(table, row, stampOf(fileName(id)))) this.#suspects.push(id);
        if (isKnown) row += 1;
      }
    });
    while (row < table.size) this.#forget(row++);
  }

  /** Returns whether there is something under every known name. */
  #lookAtAll(): boolean {
    const { table, unreadable } = this.#kept;
    this.#suspects.push(...unreadable);
    let isThere = unreadable.every((id) => this.#stampOf(id) !== undefined);
    const idOf = idReader(table.ids);
    this.#within((stampOf) => {
      for (let row = 0; row < table.size; row += 1) {
        const id = idOf(row);
        const stamp = stampOf(fileName(id));
        if (!isUntouched(table, row, stamp)) this.#suspects.push(id);
        if (stamp === undefined) isThere = false;
      }
    });
    return isThere;
  }

  #lookAtKnown(): void {
    if (this.#trust === 'files') {
      this.#lookAtAll();
      return;
    }
    const { table, unreadable } = this.#kept;
    this.#suspects.push(...unreadable);
    if (this.#doubtful === null) return;
    const { rows, table: asked } = this.#doubtful;
    const idOf = idReader(asked.ids);
    this.#within((stampOf) => {
      for (const its of rows) {
        const id = idOf(its);
        // What was asked about may be another table: with what is committed but not yet in its place, or as another process left it.
        const row = asked === table ? its : findNode(table.ids, table.size, id);
        if (row >= 0 && !isUntouched(table, row, stampOf(fileName(id)))) this.#suspects.push(id);
      }
    });
  }

  #within(look: (stampOf: StampOf) => void): void {
    const { disk, layout } = this.#ground;
    disk.within(layout.issues, look);
  }

  #forget(row: number): void {
    const id = readId(this.#kept.table.ids, row);
    this.#changes.set(id, null);
    this.lasting.set(id, null);
  }

  /** Whether the file is plain; else it has to be read with more care. */
  #readPlain(id: string, reader: TextReader): boolean {
    this.#now();
    const text = reader.read(`${this.#ground.layout.dir}/${issueName(id)}`);
    const plain = text === null ? null : readPlainIssue(text);
    if (plain?.[PLAIN.id] !== id) return false;
    this.#learn(id, reader.stamp, JSON.parse(headTextOf(plain)) as IssueHead);
    return true;
  }

  #read(id: string): void {
    const { disk, layout } = this.#ground;
    this.#now();
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
    this.#learn(id, stamp, headOf(file.stored));
  }

  #learn(id: string, stamp: Stamp | undefined, head: IssueHead | null): void {
    const isOver = stamp?.plain === true && isWritten(stamp, this.#now());
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

  /**
   * What time it was for the file system that the issues are on when this was first asked: before anything is read. null where that cannot be known.
   */
  #now(): number | null {
    const { disk, layout } = this.#ground;
    if (this.#moment === undefined) this.#moment = momentOf(disk, layout);
    return this.#moment;
  }
}
