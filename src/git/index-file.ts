import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { type Repository, readIfThere } from './repository.ts';

/** What a command knows of where it was started. */
export interface Started {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The index file that git was told to use; null for its usual one. In a hook of `git commit -a` and the like the index that
 * will be committed is another file; only one of this repository counts.
 */
export function findIndex({ gitDir }: Repository, { env, cwd }: Started): string | null {
  if (env.GIT_INDEX_FILE === undefined || env.GIT_INDEX_FILE === '') return null;
  try {
    const index = realpathSync(resolve(cwd, env.GIT_INDEX_FILE));
    return index.startsWith(`${realpathSync(gitDir)}${sep}`) ? index : null;
  } catch {
    return null;
  }
}

/**
 * Whether the index says that it holds no file in several versions, as a merge that stopped leaves them. Read from its bytes, because
 * starting git takes as long as a small command; false where these cannot be understood, too: then git has to be asked.
 */
export function isSurelyMerged({ gitDir, commonDir }: Repository, index: string | null): boolean {
  // With another kind of hash the entries are longer.
  if (/objectformat/i.test(readIfThere(join(commonDir, 'config')) ?? '')) return false;
  try {
    return holdsOneVersionEach(readFileSync(index ?? join(gitDir, 'index')));
  } catch (error) {
    return index === null && (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

// The form is that of gitformat-index(5).
const HEADER = 12;
const FIELDS = 60;
const CHECKSUM = 20;
const EXTENDED = 0x4000;
const STAGE = 0x3000;
const NAME_LENGTH = 0x0fff;

/** false also where the bytes are not what they should be. */
export function holdsOneVersionEach(bytes: Buffer): boolean {
  if (bytes.length < HEADER + CHECKSUM || bytes.toString('latin1', 0, 4) !== 'DIRC') return false;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return false;
  const end = bytes.length - CHECKSUM;
  let at = HEADER;
  for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) {
    if (at + FIELDS + 2 > end) return false;
    const flags = (bytes[at + FIELDS]! << 8) | bytes[at + FIELDS + 1]!;
    if ((flags & STAGE) !== 0) return false;
    const start = at + FIELDS + ((flags & EXTENDED) === 0 ? 2 : 4);
    const next =
      version === 4 ? endOfShortName(bytes, start) : endOfName(bytes, at, start, flags & NAME_LENGTH);
    if (next === null || next > end) return false;
    at = next;
  }
  return hasNoOtherEntries(bytes, at, end);
}

/** The name ends with NUL, and so many more that the entry is a multiple of eight bytes. */
function endOfName(bytes: Buffer, entry: number, start: number, length: number): number | null {
  const end = length === NAME_LENGTH ? bytes.indexOf(0, start) : start + length;
  if (end < start || bytes[end] !== 0) return null;
  return entry + ((end - entry) & ~7) + 8;
}

/** Of the name before so many bytes are taken, as a number of seven bits a byte says; then come the others, and NUL. */
function endOfShortName(bytes: Buffer, start: number): number | null {
  let at = start;
  while ((bytes[at] ?? 0) > 0x7f) at += 1;
  const end = bytes.indexOf(0, at + 1);
  return end === -1 ? null : end + 1;
}

/** What follows the entries are extensions. A split index keeps most entries in another file. */
function hasNoOtherEntries(bytes: Buffer, from: number, end: number): boolean {
  let at = from;
  while (at + 8 <= end) {
    const name = bytes.toString('latin1', at, at + 4);
    const optional = /^[A-Z]/.test(name) || name === 'sdir';
    if (!optional) return false;
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return at === end;
}
