import { JitError } from '../../domain/errors.ts';
import type { Lease } from '../../domain/lease.ts';
import type { Disk, Listed } from '../../system/disk.ts';
import { attempt, describeOsError, osCode, tryTo } from '../../system/os-errors.ts';
import { createWhole, syncDirectory } from '../../system/whole-file.ts';
import { formatRecord, type Lineage } from '../lease-record.ts';
import type { Machine } from '../machine.ts';
import { numbersAmong, readHead } from './read-head.ts';

/** Names of files that are no records yet: `new-TOKEN.NAME`. */
export const PENDING = 'new-';
/** Names of notes on what other machines saw. */
export const SEEN = 'seen-';

/** Name of the note that the directories above the leases are on the disk: they need not be put there again. */
export const ANCHORED = '.anchored';

/** So many predecessors a record remembers, itself included. */
const TRAIL = 16;

/** A file of a process that we cannot look up is left alone for so long; milliseconds. */
const DAY = 24 * 60 * 60 * 1000;

export interface WriteParts {
  readonly disk: Disk;
  readonly machine: Machine;
  /** The directory of all leases. */
  readonly leases: string;
  /** Makes names of letters and digits that never come again. */
  newId(): string;
}

/** What a record is put on top of. */
export interface Before {
  /** 0: there is no record yet. */
  readonly number: number;
  readonly lineage: Lineage;
}

/** How sure a record is. `base`: what must not be lost when the power goes is built on it; `sync`: it is put on the disk at once. */
export interface Safety {
  readonly base: boolean;
  readonly sync: boolean;
}

/**
 * Writes a record whole, and links it to the next number: of several that want that number one gets it. False: it was not
 * this one, or it came too late. Throws the system's errors.
 */
export function writeRecord(parts: WriteParts, lease: Lease, before: Before, safety: Safety): boolean {
  const { disk, machine, leases } = parts;
  const dir = `${leases}/${lease.id}`;
  const number = before.number + 1;
  const mark = parts.newId();
  const synced = safety.base ? number : before.lineage.synced;
  const trail = [...before.lineage.trail.slice(1 - TRAIL), mark];
  const pending = `${dir}/${PENDING}${machine.token}.${mark}`;
  try {
    if (before.number === 0) makeHome(disk, leases, dir);
    createIn(disk, leases, dir, pending, formatRecord(lease, { synced, trail }), safety.base && safety.sync);
    // Whoever builds on the first record must not lose the directories above it.
    if (before.number === 0 && safety.sync) syncAbove(disk, leases);
    if (!linkRecord(disk, pending, `${dir}/${number}`)) return false;
  } finally {
    tryTo(() => disk.unlink(pending));
  }
  try {
    const names = disk.list(dir);
    if (!counts(disk, dir, lease.id, number, mark, names)) {
      // Nobody reads it: there are higher ones.
      tryTo(() => disk.unlink(`${dir}/${number}`));
      return false;
    }
    if (safety.base && safety.sync) syncDirectory(disk, dir);
    prune(parts, dir, names, number, synced);
    return true;
  } catch (error) {
    const consequence = 'the lease was changed all the same, but may be lost when the power goes';
    throw describeOsError(error, (path) => path, false, consequence);
  }
}

function createIn(
  disk: Disk,
  leases: string,
  dir: string,
  path: string,
  text: string,
  durable: boolean,
): void {
  try {
    createWhole(disk, path, text, durable);
  } catch (error) {
    if (osCode(error) !== 'ENOENT') throw error;
    makeHome(disk, leases, dir);
    createWhole(disk, path, text, durable);
  }
}

/** Makes the directory of an issue's records, and those above it where they are missing. */
function makeHome(disk: Disk, leases: string, dir: string): void {
  if (attempt(() => disk.makeDirectory(dir), 'EEXIST', 'ENOENT') !== 'ENOENT') return;
  for (const path of [parentOf(leases), leases, dir]) attempt(() => disk.makeDirectory(path), 'EEXIST');
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

function syncAbove(disk: Disk, leases: string): void {
  syncDirectory(disk, leases);
  const anchored = `${leases}/${ANCHORED}`;
  if (disk.stat(anchored) !== undefined) return;
  for (const path of [parentOf(leases), parentOf(parentOf(leases))]) syncDirectory(disk, path);
  // Without the note it is only done again.
  tryTo(() => disk.close(disk.open(anchored, 'create')));
}

/** What systems say of a file system without hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** False: the number is taken. */
function linkRecord(disk: Disk, pending: string, target: string): boolean {
  const code = attempt(() => disk.link(pending, target), 'EEXIST', 'ENOENT', ...NO_LINKS);
  if (code === null) return true;
  if (NO_LINKS.includes(code)) {
    throw new JitError('IO', `cannot claim: the file system of ${target} has no hard links`, {
      details: { file: target, cause: code, committed: false },
      hint: 'leases need a file system with hard links: move the repository to one; nothing was changed',
    });
  }
  // A network file system may repeat a link that had already worked.
  const mine = disk.stat(pending);
  return mine !== undefined && mine.ino === disk.stat(target)?.ino;
}

/**
 * Whether a record that has its number counts. A process that was stopped may link a number that was pruned meanwhile;
 * then there are higher ones that do not lead back to its record.
 */
function counts(
  disk: Disk,
  dir: string,
  id: string,
  number: number,
  mark: string,
  names: readonly Listed[],
): boolean {
  const highest = numbersAmong(names)[0] ?? 0;
  return highest <= number || readHead(disk, dir, id)?.lineage.trail.includes(mark) === true;
}

/**
 * Removes what nobody needs any more: notes on earlier records, what dead processes left, and earlier records. The one before
 * stays for a reader whose listing was overtaken, and what is on the disk, because all after it may be lost with the power.
 */
function prune(
  { disk, machine }: WriteParts,
  dir: string,
  names: readonly Listed[],
  number: number,
  synced: number,
): void {
  const old = numbersAmong(names).filter((n) => n < number - 1 && n !== synced);
  const stray = names.filter(({ name }) => name.startsWith(SEEN) || isAbandoned(disk, machine, dir, name));
  for (const name of [...old.map(String).reverse(), ...stray.map((listed) => listed.name)])
    tryTo(() => disk.unlink(`${dir}/${name}`));
}

/** Whether a file was left by a process that died, or was not heard of for a day, before it had its number. */
export function isAbandoned(disk: Disk, machine: Machine, dir: string, name: string): boolean {
  if (!name.startsWith(PENDING)) return false;
  const token = name.slice(PENDING.length, name.lastIndexOf('.'));
  const liveness = machine.liveness(token);
  if (liveness !== 'unknown') return liveness === 'dead';
  const stat = disk.stat(`${dir}/${name}`);
  return stat !== undefined && stat.mtime < Date.parse(machine.beat().at) - DAY;
}
