import { isUtf8 } from 'node:buffer';
import type { Disk, Stat } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { readRange, readWhole, syncDirectory, writeAll } from '../../system/whole-file.ts';
import { type Appended, type Fingerprint, fingerprint } from './entry.ts';
import type { Layout } from './layout.ts';

const NEWLINE = 0x0a;
const CHUNK = 256 * 1024;

/** The log as a transaction finds it. */
export interface LogEnd {
  /** Bytes. */
  readonly size: number;
  /** null where there is no log yet. */
  readonly ino: string | null;
  /** The last line has no newline: whoever writes next puts one first, or the line would swallow theirs. */
  readonly torn: boolean;
}

/** Where the log ends now. */
export function findLogEnd(disk: Disk, layout: Layout): LogEnd {
  return withLog<LogEnd>(disk, layout, { size: 0, ino: null, torn: false }, (fd, { size, ino }) => {
    const last = size === 0 ? undefined : readRange(disk, fd, size - 1, 1)[0];
    return { size, ino, torn: last !== undefined && last !== NEWLINE };
  });
}

/** Bytes. */
const LARGEST = 64 * 1024 * 1024;

/**
 * The log without byte order marks, which editors put at its start, and joining files in its middle; null where it has none, or
 * cannot be written as it was read.
 */
export function readUnmarkedLog(disk: Disk, { events }: Layout): { text: string; found: Fingerprint } | null {
  if (disk.stat(events)?.kind !== 'file') return null;
  const { bytes, stat } = readWhole(disk, events, LARGEST);
  if (bytes === null || !bytes.includes('\ufeff') || !isUtf8(bytes)) return null;
  const marked = bytes.toString('utf8');
  const text = marked.replace(/(^|\n)\ufeff/g, '$1');
  return text === marked ? null : { text, found: fingerprint(stat) };
}

/** One line of the log. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** It ends with a newline. */
  readonly ended: boolean;
}

/** The lines of the first `size` bytes of the log, in order, a chunk at a time. */
export function* readLines(disk: Disk, layout: Layout, size: number): Iterable<Line> {
  const fd = openLog(disk, layout);
  if (fd === null) return;
  try {
    let number = 0;
    let rest: Buffer = Buffer.alloc(0);
    for (let position = 0; position < size; ) {
      const read = readRange(disk, fd, position, Math.min(CHUNK, size - position));
      if (read.length === 0) break;
      position += read.length;
      const chunk = rest.length === 0 ? read : Buffer.concat([rest, read]);
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        number += 1;
        yield { text: chunk.toString('utf8', start, end), number, ended: true };
        start = end + 1;
      }
      rest = chunk.subarray(start);
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), number: number + 1, ended: false };
  } finally {
    disk.close(fd);
  }
}

/** Whether the log is still as the transaction found it. */
export function isLogAt(disk: Disk, layout: Layout, { at, ino }: Appended): boolean {
  const stat = disk.stat(layout.events);
  return stat === undefined ? ino === null : stat.ino === ino && stat.size === at;
}

/**
 * Writes the events of a committed entry at their place in the log. Doing it again changes nothing, and completes
 * what was written in part. Where the log is no longer the one of the entry, because git or an editor came
 * between, the events that it lacks are put at its end, unless `superseded` says that the entry was finished by
 * somebody else.
 */
export function writeEvents(
  disk: Disk,
  layout: Layout,
  events: Appended,
  durable: boolean,
  superseded: () => boolean,
): void {
  const bytes = Buffer.from(events.text, 'utf8');
  const fd = disk.open(layout.events, 'modify');
  try {
    const stat = disk.statOpen(fd);
    if (stat.kind !== 'file') {
      throw Object.assign(new Error('not a file'), { code: 'ELOOP', syscall: 'open', path: layout.events });
    }
    const there = readRange(disk, fd, events.at, Math.max(0, Math.min(bytes.length, stat.size - events.at)));
    if (isOurs(stat, events, bytes, there)) {
      if (!there.equals(bytes)) writeAll(disk, fd, bytes, events.at);
    } else if (!superseded()) {
      const missing = missingLines(disk, fd, stat, events.text);
      if (missing !== '') writeAll(disk, fd, Buffer.from(missing, 'utf8'), stat.size);
    }
    if (durable) disk.fsync(fd);
  } finally {
    disk.close(fd);
  }
  if (durable && events.ino === null) syncDirectory(disk, layout.dir);
}

// The same file, long enough to hold what came before, and after that nothing but (a part of) these bytes:
// a power cut may leave zeros in place of those that were not on the disk yet.
function isOurs(stat: Stat, { at, ino }: Appended, bytes: Buffer, there: Buffer): boolean {
  if (stat.size < at || (ino !== null && stat.ino !== ino)) return false;
  if (there.equals(bytes)) return true;
  if (stat.size > at + bytes.length) return false;
  return there.every((byte, i) => byte === bytes[i] || byte === 0);
}

function missingLines(disk: Disk, fd: number, stat: Stat, text: string): string {
  const log = readRange(disk, fd, 0, stat.size);
  const lines = text.split('\n').filter((line) => line !== '' && !log.includes(line));
  if (lines.length === 0) return '';
  const torn = log.length > 0 && log[log.length - 1] !== NEWLINE;
  return `${torn ? '\n' : ''}${lines.join('\n')}\n`;
}

/** Opens the log to be read; null where there is none. Whoever opens it closes it. */
export function openLog(disk: Disk, layout: Layout): number | null {
  try {
    return disk.open(layout.events, 'read');
  } catch (error) {
    if (osCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function withLog<T>(disk: Disk, layout: Layout, otherwise: T, use: (fd: number, stat: Stat) => T): T {
  const fd = openLog(disk, layout);
  if (fd === null) return otherwise;
  try {
    return use(fd, disk.statOpen(fd));
  } finally {
    disk.close(fd);
  }
}
