import type { Disk, Listed } from '../../system/disk.ts';
import { attempt, osCode } from '../../system/os-errors.ts';
import { createWhole, syncDirectory } from '../../system/whole-file.ts';
import { type Entry, isSealEntry, readEntry, type Seal } from './entry.ts';
import type { Layout } from './layout.ts';

/**
 * Where the journal stands. Two equal positions with nothing pending mean that no commit came between.
 * A number is only ever given once in a directory, and a directory's random name never comes again.
 */
export interface Position {
  /** Name of the current directory; null while there is no journal. */
  readonly directory: string | null;
  /** The highest number; 0 in a new directory. */
  readonly number: number;
  /** Whether the highest entry may not have been applied yet. */
  readonly open: boolean;
}

const LIVE = /^g(\d+)-[a-z0-9]+$/;
const NUMBER = /^\d{12}$/;
const NOWHERE: Position = { directory: null, number: 0, open: false };

/** How often something that moves under our eyes is looked at again before we give up. */
const LOOKS = 100;

const fileOf = (number: number): string => String(number).padStart(12, '0');

export class Journal {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #newName: () => string;
  #crowded = false;

  /** `newName`: a random name of letters and digits in lower case. */
  constructor(disk: Disk, layout: Layout, newName: () => string) {
    this.#disk = disk;
    this.#layout = layout;
    this.#newName = newName;
  }

  /** Where the journal stands now. Writes nothing. */
  locate(): Position {
    for (let look = 0; look < LOOKS; look += 1) {
      const directory = this.#currentDirectory();
      if (directory === null) return NOWHERE;
      const files = this.#names(`${this.#layout.journal}/${directory}`);
      if (files === null) continue;
      let number = 0;
      const finished = new Set<string>();
      for (const name of files) {
        if (NUMBER.test(name)) number = Math.max(number, Number(name));
        else if (name.endsWith('.done') || name.endsWith('.aside')) finished.add(name.slice(0, 12));
      }
      return { directory, number, open: number > 0 && !finished.has(fileOf(number)) };
    }
    throw new Error('the journal kept moving');
  }

  /** The highest entry of a position; undefined when the journal moved on; null when it cannot be read. */
  read({ directory, number }: Position): Entry | Seal | null | undefined {
    return readEntry(this.#disk, this.#path(directory, number));
  }

  /** Whether the position is still the last one. */
  isAt({ directory, number }: Position): boolean {
    if (directory === null) return this.locate().directory === null;
    // Numbers have no gaps, and a directory is only left after its last number was taken, too.
    if (this.#disk.stat(this.#path(directory, number + 1)) !== undefined) return false;
    const last = number === 0 ? `${this.#layout.journal}/${directory}` : this.#path(directory, number);
    return this.#disk.stat(last) !== undefined;
  }

  /** Makes the journal where there is none. Whoever comes second finds it there. */
  create(durable: boolean): void {
    const fresh = `${this.#layout.local}/prepared-${this.#newName()}`;
    this.#disk.makeDirectory(fresh);
    // A sweep of another process may take what was prepared; the caller looks again, and comes back.
    attempt(() => {
      this.#disk.makeDirectory(`${fresh}/g1-${this.#newName()}`);
      if (durable) syncDirectory(this.#disk, fresh);
    }, 'ENOENT');
    // A directory is never renamed over one that holds something, and the journal always does.
    const taken = attempt(
      () => this.#disk.rename(fresh, this.#layout.journal),
      'ENOTEMPTY',
      'EEXIST',
      'ENOENT',
    );
    if (taken === null) return;
    this.#removeTree(fresh);
    if (this.#currentDirectory() === null) this.#restart();
  }

  // A power cut without fsync, or a hand, left a journal with no directory to go on with.
  #restart(): void {
    const { journal } = this.#layout;
    const prepared = (this.#list(journal) ?? [])
      .map(({ name }) => name)
      .filter((name) => name.startsWith('prepared-') && LIVE.test(name.slice(9)))
      .sort()
      .at(-1);
    if (prepared === undefined) {
      attempt(() => this.#disk.makeDirectory(`${journal}/g1-restarted`), 'EEXIST', 'ENOENT');
    } else {
      attempt(() => this.#disk.rename(`${journal}/${prepared}`, `${journal}/${prepared.slice(9)}`), 'ENOENT');
    }
  }

  /**
   * Gives the next number to an entry that was written to `temporary`. false: another commit was first.
   * After true the change is committed.
   */
  commit(position: Position, temporary: string, durable: boolean): boolean {
    const { directory, number } = position;
    // The first commit vouches for the directories above it.
    if (durable && number === 0) this.#syncAbove();
    const target = this.#path(directory, number + 1);
    const taken = attempt(() => this.#disk.link(temporary, target), 'EEXIST', 'ENOENT');
    if (taken === null) return true;
    // A network file system may repeat a link that had already worked.
    return this.#disk.stat(temporary)?.links === 2 && this.#disk.stat(target)?.links === 2;
  }

  /** Puts the entries of a position on the disk; false when the directory was left behind meanwhile. */
  sync({ directory }: Position): boolean {
    return (
      attempt(() => syncDirectory(this.#disk, `${this.#layout.journal}/${directory}`), 'ENOENT') === null
    );
  }

  /** Notes that an entry was applied, or set aside: it is never looked at again. */
  finish({ directory, number }: Position, how: 'done' | 'aside'): void {
    const marker = `${this.#path(directory, number)}.${how}`;
    const fd = (() => {
      try {
        return this.#disk.open(marker, 'create');
      } catch (error) {
        // Somebody else noted it, or it was even pruned since.
        if (osCode(error) === 'EEXIST' || osCode(error) === 'ENOENT') return null;
        throw error;
      }
    })();
    if (fd !== null) this.#disk.close(fd);
  }

  /** The name of the record that is kept of an entry that was set aside. */
  asidePath({ directory, number }: Position): string {
    return `${this.#layout.aside}/${directory}-${fileOf(number)}.json`;
  }

  /** Keeps an entry that is not applied where a person can find it, and goes on without it. */
  setAside(position: Position, durable: boolean): void {
    attempt(() => this.#disk.makeDirectory(this.#layout.aside), 'EEXIST');
    const source = this.#path(position.directory, position.number);
    attempt(() => this.#disk.link(source, this.asidePath(position)), 'EEXIST', 'ENOENT');
    if (durable) syncDirectory(this.#disk, this.#layout.aside);
    this.finish(position, 'aside');
  }

  /** Goes over to the directory that a seal names. */
  follow(position: Position, { next }: Seal, durable: boolean): void {
    const { journal } = this.#layout;
    // The new directory must not outlive the seal that leads to it.
    if (durable && !this.sync(position)) return;
    const moved = attempt(
      () => this.#disk.rename(`${journal}/prepared-${next}`, `${journal}/${next}`),
      'ENOENT',
    );
    if (moved !== null && this.#list(`${journal}/${next}`) === null && this.isAt(position)) {
      attempt(() => this.#disk.makeDirectory(`${journal}/prepared-${next}`), 'EEXIST');
      attempt(
        () => this.#disk.rename(`${journal}/prepared-${next}`, `${journal}/${next}`),
        'ENOENT',
        'EEXIST',
      );
    }
    if (durable) syncDirectory(this.#disk, journal);
  }

  /**
   * Starts a new directory, so that the journal does not grow: the last number of the old one names it, and a
   * late link into the old one fails. The position's entry must be finished.
   */
  prune(position: Position, temporary: string, durable: boolean): void {
    if (position.directory === null) return;
    const { journal } = this.#layout;
    const generation = Number(LIVE.exec(position.directory)?.[1] ?? 0) + 1;
    const next = `g${generation}-${this.#newName()}`;
    this.#disk.makeDirectory(`${journal}/prepared-${next}`);
    if (durable) syncDirectory(this.#disk, journal);
    const seal: Seal = { version: 1, next };
    createWhole(this.#disk, temporary, JSON.stringify(seal), durable);
    const sealed = this.commit(position, temporary, durable);
    this.#disk.unlink(temporary);
    if (!sealed) {
      attempt(() => this.#disk.removeDirectory(`${journal}/prepared-${next}`), 'ENOENT');
      return;
    }
    this.follow({ ...position, number: position.number + 1 }, seal, durable);
    this.#retire(position.directory);
  }

  /** Removes directories that the journal has left behind, and those that were prepared for nothing. */
  sweep(durable: boolean): readonly string[] {
    const { journal, local } = this.#layout;
    const before = this.locate();
    const highest = before.directory;
    // A seal that was not followed yet still needs the directory it names.
    const last = before.open ? this.read(before) : null;
    const needed = last !== null && last !== undefined && isSealEntry(last) ? `prepared-${last.next}` : null;
    const removed: string[] = [];
    // What leads on from a directory must be on the disk before the directory goes.
    if (durable && highest !== null) syncDirectory(this.#disk, journal);
    for (const { name, kind } of this.#list(journal) ?? []) {
      if (kind !== 'directory' || name === highest || name === needed) continue;
      if (LIVE.test(name) && highest !== null && generationOf(name) < generationOf(highest))
        this.#retire(name);
      else if (name.startsWith('old-') || name.startsWith('prepared-'))
        this.#removeTree(`${journal}/${name}`);
      else continue;
      removed.push(`journal/${name}`);
    }
    for (const { name, kind } of this.#list(local) ?? []) {
      if (kind !== 'directory' || !name.startsWith('prepared-')) continue;
      this.#removeTree(`${local}/${name}`);
      removed.push(name);
    }
    return removed;
  }

  /** Whether there were others than the current directory when it was last looked for. */
  get isCrowded(): boolean {
    return this.#crowded;
  }

  /** Directories that are left behind or prepared for nothing; in between, what a process is just working on. */
  leftovers(directory = this.locate().directory): readonly string[] {
    return (this.#list(this.#layout.journal) ?? [])
      .filter(({ name, kind }) => kind === 'directory' && name !== directory)
      .map(({ name }) => `${this.#layout.journal}/${name}`);
  }

  // Renamed first: a directory that loses its entries one by one would look like a shorter journal.
  #retire(directory: string): void {
    const { journal } = this.#layout;
    const old = `${journal}/old-${directory}`;
    if (attempt(() => this.#disk.rename(`${journal}/${directory}`, old), 'ENOENT') === null)
      this.#removeTree(old);
  }

  #removeTree(path: string): void {
    for (const { name, kind } of this.#list(path) ?? []) {
      if (kind === 'directory') this.#removeTree(`${path}/${name}`);
      else attempt(() => this.#disk.unlink(`${path}/${name}`), 'ENOENT');
    }
    attempt(() => this.#disk.removeDirectory(path), 'ENOENT', 'ENOTEMPTY', 'EEXIST');
  }

  #currentDirectory(): string | null {
    let current: string | null = null;
    let directories = 0;
    for (const { name, kind } of this.#list(this.#layout.journal) ?? []) {
      if (kind !== 'directory') continue;
      directories += 1;
      if (!LIVE.test(name)) continue;
      if (current === null || generationOf(name) > generationOf(current)) current = name;
    }
    this.#crowded = directories > 1;
    return current;
  }

  #names(path: string): readonly string[] | null {
    return ifThere(() => this.#disk.names(path));
  }

  #list(path: string): readonly Listed[] | null {
    return ifThere(() => this.#disk.list(path));
  }

  #path(directory: string | null, number: number): string {
    return `${this.#layout.journal}/${directory}/${fileOf(number)}`;
  }

  #syncAbove(): void {
    const { journal, local, dir } = this.#layout;
    for (const path of [journal, local, dir]) syncDirectory(this.#disk, path);
  }
}

/** null where there is no such directory. */
function ifThere<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (osCode(error) === 'ENOENT') return null;
    throw error;
  }
}

const generationOf = (name: string): number => Number(LIVE.exec(name)?.[1] ?? 0);
