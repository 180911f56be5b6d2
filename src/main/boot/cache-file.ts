import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { isOurs, makeCacheDirectory } from './cache-place.ts';

// A file: magic (8 bytes), sum of all that follows it (4), length of the table (4), the table as JSON in ASCII, `[[chunk, length], …]`, and
// the codes, each from a multiple of 8 on, where V8 uses them as they are. Numbers are as the processor has them.
// Plain arrays of bytes: to use a Buffer for the first time costs more than to read the file.

const MAGIC = [0x6374_696a, 0x3165_646f] as const;
const HEAD_BYTES = 16;
const MOST_BYTES = 32 * 1024 * 1024;
const OURS_ALONE = 0o600;

/** What no process has written or renewed for so many milliseconds is of a build, or a Node, that is gone. */
const FORGET_AFTER = 30 * 24 * 60 * 60 * 1000;

/** More than so many bytes are not kept in all. */
const MOST_ROOM = 64 * 1024 * 1024;

export interface CacheFile {
  readonly codes: ReadonlyMap<string, Uint8Array>;
  /** Of all codes. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** Reads a file of compiled code. Null where there is none that is whole and that only this user could have written. */
export function readCacheFile(file: string, owner: number): CacheFile | null {
  let descriptor: number | undefined;
  try {
    // A pipe would let wait, and a link might lead anywhere.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = fstatSync(descriptor);
    if (!found.isFile() || !isOurs(found, owner) || found.size < HEAD_BYTES || found.size > MOST_BYTES)
      return null;
    const bytes = new Uint8Array(found.size);
    if (readSync(descriptor, bytes, 0, found.size, 0) !== found.size) return null;
    const codes = unpack(bytes);
    return codes === null ? null : { ...codes, writtenAt: found.mtimeMs };
  } catch {
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unpack(bytes: Uint8Array): Pick<CacheFile, 'codes' | 'bytes'> | null {
  const [first, second, sum, tableBytes = 0] = new Int32Array(bytes.buffer, 0, HEAD_BYTES >> 2);
  if (first !== MAGIC[0] || second !== MAGIC[1] || sum !== sumOf(bytes)) return null;
  const end = HEAD_BYTES + tableBytes;
  const table: [string, number][] = JSON.parse(String.fromCharCode(...bytes.subarray(HEAD_BYTES, end)));
  const codes = new Map<string, Uint8Array>();
  let at = aligned(end);
  let total = 0;
  for (const [chunk, length] of table) {
    codes.set(chunk, bytes.subarray(at, at + length));
    at = aligned(at + length);
    total += length;
  }
  return at === bytes.length ? { codes, bytes: total } : null;
}

/** Writes a file of compiled code in one step, so that nobody reads half of it. Throws where that is not possible. */
export function writeCacheFile(what: {
  readonly file: string;
  readonly codes: ReadonlyMap<string, Uint8Array>;
  readonly directory: string;
  readonly owner: number;
  readonly pid: number;
}): void {
  if (!makeCacheDirectory(what.directory, what.owner)) return;
  const draft = `${what.file}.${what.pid}.tmp`;
  // Of a process that had this number and was killed.
  rmSync(draft, { force: true });
  try {
    const descriptor = openSync(draft, 'wx', OURS_ALONE);
    try {
      const bytes = pack(what.codes);
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      // Else a power failure may leave the new name with nothing behind it.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, what.file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  forgetOld(what.directory);
}

/** Notes that a file is as good as new. */
export function touchCacheFile(file: string): void {
  const now = Date.now() / 1000;
  utimesSync(file, now, now);
}

function pack(codes: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const table = Buffer.from(JSON.stringify([...codes].map(([chunk, { length }]) => [chunk, length])));
  let end = aligned(HEAD_BYTES + table.length);
  for (const { length } of codes.values()) end = aligned(end + length);
  const bytes = new Uint8Array(end);
  bytes.set(table, HEAD_BYTES);
  let at = aligned(HEAD_BYTES + table.length);
  for (const code of codes.values()) {
    bytes.set(code, at);
    at = aligned(at + code.length);
  }
  const head = new Int32Array(bytes.buffer, 0, HEAD_BYTES >> 2);
  head.set([...MAGIC, 0, table.length]);
  head[2] = sumOf(bytes);
  return bytes;
}

const aligned = (length: number): number => (length + 7) & ~7;

/** How far apart the words are that are summed up, in words of 4 bytes: two in each block of a disk. */
const STRIDE = 64;

/**
 * Tells a file that lost a block, or was cut off, from a whole one: V8 does not look at the code that it is given, and would crash.
 * One word in 256 bytes is enough for that, since disks lose blocks, and it takes a fraction of the time.
 */
function sumOf(bytes: Uint8Array): number {
  // Signed words are small numbers to V8, which then makes no object of each.
  const words = new Int32Array(bytes.buffer, 12, (bytes.length - 12) >> 2);
  let sum = bytes.length | 0;
  for (let at = 0; at < words.length; at += STRIDE) sum = (Math.imul(sum, 31) + words[at]!) | 0;
  return sum;
}

/** What nobody has renewed for long goes, and the oldest where all together takes too much room: each build has files of its own. */
function forgetOld(directory: string): void {
  const files = readdirSync(directory)
    .map((name) => ({ file: `${directory}/${name}`, found: statSync(`${directory}/${name}`, THERE_OR_NOT) }))
    .sort((a, b) => (b.found?.mtimeMs ?? 0) - (a.found?.mtimeMs ?? 0));
  let bytes = 0;
  for (const { file, found } of files) {
    if (found === undefined) continue;
    bytes += found.size;
    if (bytes > MOST_ROOM || Date.now() - found.mtimeMs > FORGET_AFTER) rmSync(file, { force: true });
  }
}

const THERE_OR_NOT = { throwIfNoEntry: false } as const;
