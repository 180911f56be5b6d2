import type { Disk, Listed } from '../../system/disk.ts';
import { attempt, osCode } from '../../system/os-errors.ts';
import { syncDirectory } from '../../system/whole-file.ts';
import type { Layout } from './layout.ts';

const LIVE = /^g(\d+)-[a-z0-9]+$/;

/**
 * The directories of the journal. Numbers are given in the one of the highest generation (`g1-NAME`). `prepared-` stands before the name of
 * one in which nothing was written yet, `old-` before that of one that is being removed.
 */
export class JournalDirectories {
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

  /** The name of the one in which numbers are given now; null while there is no journal. */
  current(): string | null {
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

  /** Whether there were others than the current one when it was last looked for. */
  get isCrowded(): boolean {
    return this.#crowded;
  }

  /** What one holds; null where it is not there any more. */
  names(directory: string): readonly string[] | null {
    return ifThere(() => this.#disk.names(`${this.#layout.journal}/${directory}`));
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
    if (this.current() === null) this.#restart();
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

  /** Makes one that comes after another; nothing leads to it yet. Returns its name. */
  prepare(after: string, durable: boolean): string {
    const { journal } = this.#layout;
    const next = `g${generationOf(after) + 1}-${this.#newName()}`;
    this.#disk.makeDirectory(`${journal}/prepared-${next}`);
    if (durable) syncDirectory(this.#disk, journal);
    return next;
  }

  /** Removes one that was prepared, because nothing will lead to it. */
  abandon(next: string): void {
    attempt(() => this.#disk.removeDirectory(`${this.#layout.journal}/prepared-${next}`), 'ENOENT');
  }

  /** Lets a prepared one be the current. `isNeeded`: whether it must be made anew where it is gone. */
  enter(next: string, isNeeded: () => boolean, durable: boolean): void {
    const { journal } = this.#layout;
    const moved = attempt(
      () => this.#disk.rename(`${journal}/prepared-${next}`, `${journal}/${next}`),
      'ENOENT',
    );
    if (moved !== null && this.#list(`${journal}/${next}`) === null && isNeeded()) {
      attempt(() => this.#disk.makeDirectory(`${journal}/prepared-${next}`), 'EEXIST');
      attempt(
        () => this.#disk.rename(`${journal}/prepared-${next}`, `${journal}/${next}`),
        'ENOENT',
        'EEXIST',
      );
    }
    if (durable) syncDirectory(this.#disk, journal);
  }

  /** Removes those of lower generations than `highest`, and those that were prepared for nothing, but not `needed`. Returns their names. */
  sweep(highest: string | null, needed: string | null, durable: boolean): readonly string[] {
    const { journal, local } = this.#layout;
    const removed: string[] = [];
    // What leads on from a directory must be on the disk before the directory goes.
    if (durable && highest !== null) syncDirectory(this.#disk, journal);
    for (const { name, kind } of this.#list(journal) ?? []) {
      if (kind !== 'directory' || name === highest || name === needed) continue;
      if (LIVE.test(name) && highest !== null && generationOf(name) < generationOf(highest))
        this.retire(name);
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

  /** Paths of those that are left behind or prepared for nothing. */
  leftovers(current: string | null): readonly string[] {
    return (this.#list(this.#layout.journal) ?? [])
      .filter(({ name, kind }) => kind === 'directory' && name !== current)
      .map(({ name }) => `${this.#layout.journal}/${name}`);
  }

  /** Removes one that the journal has left. Renamed first: losing its entries one by one it would look like a shorter journal. */
  retire(directory: string): void {
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

  #list(path: string): readonly Listed[] | null {
    return ifThere(() => this.#disk.list(path));
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
