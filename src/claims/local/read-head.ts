import { JitError } from '../../domain/errors.ts';
import { isUlid } from '../../domain/ids.ts';
import type { Lease } from '../../domain/lease.ts';
import type { Disk, Listed } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { readWhole } from '../../system/whole-file.ts';
import type { Damage } from '../cells.ts';
import { corruptRecord, isTorn, type LeaseRecord, type Lineage, parseRecord } from '../lease-record.ts';

/** The last record of an issue. */
export interface Head {
  /** Its number. */
  readonly number: number;
  readonly lineage: Lineage;
  /** Null where it cannot be understood; then `damage` says why. */
  readonly lease: Lease | null;
  readonly damage?: Damage;
}

const NUMBER = /^[1-9]\d{0,14}$/;
const HIGHEST = 999_999_999_999_999;

/** A record is a few hundred bytes. */
const LARGEST = 64 * 1024;

/** How often something that moves under our eyes is looked at again before we give up. */
const LOOKS = 100;

const UNKNOWN: Lineage = { synced: 0, trail: [] };

/** What a directory holds; null where there is none. */
export function listIfThere(disk: Disk, dir: string): readonly Listed[] | null {
  try {
    return disk.list(dir);
  } catch (error) {
    if (osCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The issues of which there may be records; other names in the directory of all leases are nobody's. */
export const listIssues = (disk: Disk, dir: string): readonly string[] =>
  (listIfThere(disk, dir) ?? []).map(({ name }) => name).filter(isUlid);

/** The numbers among names, the highest first. */
export const numbersAmong = (names: readonly Listed[]): readonly number[] =>
  names
    .filter(({ name }) => NUMBER.test(name))
    .map(({ name }) => Number(name))
    .sort((a, b) => b - a);

/** The last record of an issue, of those in its own directory `dir`; null where there is none. */
export function readHead(disk: Disk, dir: string, id: string): Head | null {
  for (let look = 0; look < LOOKS; look += 1) {
    let numbers: readonly number[] = [];
    try {
      numbers = numbersAmong(listOwn(disk, dir, id));
      if (numbers.length === 0) return null;
      const number = climb(disk, dir, id, numbers[0]!);
      const record = readLast(disk, dir, id, number, numbers);
      if (record !== undefined) return { number, ...record };
    } catch (error) {
      if (!(error instanceof JitError)) throw error;
      const number = numbers[0] ?? 0;
      const replaceable = error.code === 'CORRUPT_FILE' && number > 0 && number < HIGHEST;
      const epoch = replaceable ? highestEpoch(disk, dir, numbers) : null;
      return { number, lineage: UNKNOWN, lease: null, damage: { error, epoch } };
    }
  }
  throw new Error(`the lease of ${id} kept moving`);
}

function listOwn(disk: Disk, dir: string, id: string): readonly Listed[] {
  try {
    return listIfThere(disk, dir) ?? [];
  } catch (error) {
    if (osCode(error) !== 'ENOTDIR') throw error;
    throw corruptRecord(dir, id, 'it is not a directory', 'remove it');
  }
}

/** The highest number by now. */
function climb(disk: Disk, dir: string, id: string, from: number): number {
  let number = from;
  while (number < HIGHEST && disk.stat(`${dir}/${number + 1}`) !== undefined) number += 1;
  if (number < HIGHEST) return number;
  throw corruptRecord(`${dir}/${number}`, id, 'its number is too high', 'remove the file');
}

/**
 * The record under the highest number; undefined when it was pruned meanwhile. Where it is cut off, the power went before
 * it was on the disk: so it was none that must outlive that, and what came before it counts.
 */
function readLast(
  disk: Disk,
  dir: string,
  id: string,
  highest: number,
  numbers: readonly number[],
): LeaseRecord | undefined {
  for (const number of [highest, ...numbers.filter((lower) => lower < highest)]) {
    const file = `${dir}/${number}`;
    const text = readText(disk, file, id);
    if (text === undefined && number === highest) return undefined;
    if (text !== undefined && !isTorn(text)) return parseRecord(text, id, file);
  }
  throw corruptRecord(`${dir}/${highest}`, id, 'it ends in the middle');
}

/** undefined where there is nothing. */
function readText(disk: Disk, file: string, id: string): string | undefined {
  try {
    const { bytes, stat } = readWhole(disk, file, LARGEST);
    if (bytes !== null) return bytes.toString('utf8');
    throw corruptRecord(file, id, stat.kind === 'file' ? 'it is too large' : 'it is not a regular file');
  } catch (error) {
    const code = osCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw corruptRecord(file, id, 'it is a symbolic link, which is not followed');
    throw error;
  }
}

/** What can still be told of the epochs: each grant takes a number, and texts that are damaged may say theirs. */
function highestEpoch(disk: Disk, dir: string, numbers: readonly number[]): number {
  let epoch = numbers[0]!;
  for (const number of numbers) {
    for (const [, digits] of (textOr(disk, `${dir}/${number}`) ?? '').matchAll(/"epoch":(\d{1,15})\b/g))
      epoch = Math.max(epoch, Number(digits));
  }
  return epoch;
}

function textOr(disk: Disk, file: string): string | undefined {
  try {
    return readText(disk, file, '');
  } catch {
    return undefined;
  }
}
