import type { Disk } from '../../system/disk.ts';
import { attempt, osCode } from '../../system/os-errors.ts';
import { createWhole, syncDirectory } from '../../system/whole-file.ts';
import { type Entry, isSealEntry, readEntry, type Seal } from './entry.ts';
import { JournalDirectories } from './journal-directories.ts';
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

const NUMBER = /^\d{12}$/;
const NOWHERE: Position = { directory: null, number: 0, open: false };

/** How often something that moves under our eyes is looked at again before we give up. */
const LOOKS = 100;

const fileOf = (number: number): string => String(number).padStart(12, '0');

export class Journal {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #directories: JournalDirectories;

  /** `newName`: a random name of letters and digits in lower case. */
  constructor(disk: Disk, layout: Layout, newName: () => string) {
    this.#disk = disk;
    this.#layout = layout;
    this.#directories = new JournalDirectories(disk, layout, newName);
  }

  /** Where the journal stands now. Writes nothing. */
  locate(): Position {
    for (let look = 0; look < LOOKS; look += 1) {
      const directory = this.#directories.current();
      if (directory === null) return NOWHERE;
      const files = this.#directories.names(directory);
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
    this.#directories.create(durable);
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
    // The new directory must not outlive the seal that leads to it.
    if (durable && !this.sync(position)) return;
    this.#directories.enter(next, () => this.isAt(position), durable);
  }

  /**
   * Starts a new directory, so that the journal does not grow: the last number of the old one names it, and a
   * late link into the old one fails. The position's entry must be finished.
   */
  prune(position: Position, temporary: string, durable: boolean): void {
    if (position.directory === null) return;
    const next = this.#directories.prepare(position.directory, durable);
    const seal: Seal = { version: 1, next };
    createWhole(this.#disk, temporary, JSON.stringify(seal), durable);
    const sealed = this.commit(position, temporary, durable);
    this.#disk.unlink(temporary);
    if (!sealed) {
      this.#directories.abandon(next);
      return;
    }
    this.follow({ ...position, number: position.number + 1 }, seal, durable);
    this.#directories.retire(position.directory);
  }

  /** Removes directories that the journal has left behind, and those that were prepared for nothing. */
  sweep(durable: boolean): readonly string[] {
    const before = this.locate();
    const highest = before.directory;
    // A seal that was not followed yet still needs the directory it names.
    const last = before.open ? this.read(before) : null;
    const needed = last !== null && last !== undefined && isSealEntry(last) ? `prepared-${last.next}` : null;
    return this.#directories.sweep(highest, needed, durable);
  }

  /** Whether there were others than the current directory when it was last looked for. */
  get isCrowded(): boolean {
    return this.#directories.isCrowded;
  }

  /** Directories that are left behind or prepared for nothing; in between, what a process is just working on. */
  leftovers(directory = this.locate().directory): readonly string[] {
    return this.#directories.leftovers(directory);
  }

  #path(directory: string | null, number: number): string {
    return `${this.#layout.journal}/${directory}/${fileOf(number)}`;
  }

  #syncAbove(): void {
    const { journal, local, dir } = this.#layout;
    for (const path of [journal, local, dir]) syncDirectory(this.#disk, path);
  }
}
