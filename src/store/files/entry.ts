import type { Disk, Stat } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { readWhole } from '../../system/whole-file.ts';
import { isWritable } from './layout.ts';

/** By what a replaced file is known again: a file that anybody touched since has another change time. */
export interface Fingerprint {
  readonly ino: string;
  readonly ctime: string;
  readonly size: number;
}

/** One file that a commit writes. */
export interface WrittenFile {
  /** Inside `.jit`, for example `issues/01….json`. */
  readonly name: string;
  /** The staged file: renamed to its place once, by whoever comes first. */
  readonly staged: string;
  /** The whole after-image: readers overlay it, and a staged file that was lost is made again from it. */
  readonly text: string;
  /** The file as it was; null where there was none. */
  readonly replaces: Fingerprint | null;
}

/** One file that a commit removes. */
export interface RemovedFile {
  readonly name: string;
  readonly replaces: Fingerprint;
}

/** The events of a commit: bytes with a fixed place in the log, so that writing them twice changes nothing. */
export interface Appended {
  readonly text: string;
  /** Size of the log before. */
  readonly at: number;
  /** Inode of the log; null where there was none. */
  readonly ino: string | null;
}

/** What one commit does, complete in itself. */
export interface Entry {
  readonly version: 1;
  readonly files: readonly WrittenFile[];
  readonly removed: readonly RemovedFile[];
  readonly events: Appended | null;
}

/** The last entry of a journal directory: the next number is in another one. */
export interface Seal {
  readonly version: 1;
  readonly next: string;
}

export const fingerprint = ({ ino, ctime, size }: Stat): Fingerprint => ({ ino, ctime, size });

/** Whether what is there now is the file of the fingerprint (null: nothing), untouched. */
export function isSame(stat: Stat | undefined, known: Fingerprint | null): boolean {
  if (stat === undefined || known === null) return stat === undefined && known === null;
  return (
    stat.kind === 'file' && stat.ino === known.ino && stat.ctime === known.ctime && stat.size === known.size
  );
}

const LONGEST_ENTRY = 1024 * 1024 * 1024;

/**
 * Reads what a number of the journal says. undefined: it is not there any more. null: it cannot be read as an
 * entry, which only a crash without fsync can cause.
 */
export function readEntry(disk: Disk, path: string): Entry | Seal | null | undefined {
  let text: string | undefined;
  try {
    text = readWhole(disk, path, LONGEST_ENTRY).bytes?.toString('utf8');
  } catch (error) {
    if (osCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isSeal(value) || isEntry(value) ? value : null;
  } catch {
    return null;
  }
}

export const isSealEntry = (entry: Entry | Seal): entry is Seal => Object.hasOwn(entry, 'next');

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object';

const isPlainName = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && !value.startsWith('.') && !value.includes('/');

const isSeal = (value: unknown): value is Seal =>
  isFields(value) && value.version === 1 && isPlainName(value.next) && value.files === undefined;

// An entry is trusted with file names, so it is checked like anything that comes from outside.
function isEntry(value: unknown): value is Entry {
  if (!isFields(value) || value.version !== 1) return false;
  const { files, removed, events } = value;
  return (
    Array.isArray(files) &&
    files.every(
      (file) =>
        isFields(file) &&
        typeof file.name === 'string' &&
        isWritable(file.name) &&
        isPlainName(file.staged) &&
        typeof file.text === 'string' &&
        (file.replaces === null || isFingerprint(file.replaces)),
    ) &&
    Array.isArray(removed) &&
    removed.every(
      (file) =>
        isFields(file) &&
        typeof file.name === 'string' &&
        isWritable(file.name) &&
        isFingerprint(file.replaces),
    ) &&
    (events === null ||
      (isFields(events) &&
        typeof events.text === 'string' &&
        Number.isSafeInteger(events.at) &&
        (events.at as number) >= 0 &&
        (events.ino === null || typeof events.ino === 'string')))
  );
}

const isFingerprint = (value: unknown): value is Fingerprint =>
  isFields(value) &&
  typeof value.ino === 'string' &&
  typeof value.ctime === 'string' &&
  typeof value.size === 'number';
