import type { Disk, Stat } from '../../../system/disk.ts';
import { tryTo } from '../../../system/os-errors.ts';
import { readRange } from '../../../system/whole-file.ts';
import { type Fingerprint, fingerprint } from '../entry.ts';
import type { ReadHead } from './board.ts';
import { DamagedIndexError } from './damage.ts';
import { ID_BYTES } from './ids.ts';
import { COLUMNS, type Header, type Known, MAGIC, PREAMBLE, padded, widths } from './index-form.ts';
import { quietly } from './quietly.ts';
import { sumOfBytes } from './sums.ts';
import { PLACE_NUMBERS, STAMP_NUMBERS, type Table } from './table.ts';

/** The file of an index, open. */
export interface IndexFile extends Known {
  /** Never comes again: the log that goes with the file has it, too. */
  readonly name: string;
  /** The start of the machine in which it was written; null: that was not known, and it is on the disk. */
  readonly boot: string | null;
  /** By what it is known again. */
  readonly fingerprint: Fingerprint;
  /** From now on its sums are not checked: it is as it was written. */
  believe(): void;
  /** How many rows the table has. */
  readonly size: number;
  /** Read when it is asked for. Throws DamagedIndexError. */
  readonly table: Table;
  readonly readHead: ReadHead;
  /** Whether nobody has touched it since it was opened; false also where it was replaced, or cannot be looked at. */
  isUntouched(): boolean;
  close(): void;
}

/**
 * Opens the file of an index; null where it is not there, is of another form, or is not whole. Throws the system's errors.
 * @param form of what is stored, and of what it was checked by: an index of another form is not understood
 */
export function openIndexFile(disk: Disk, path: string, form: string): IndexFile | null {
  const fd = disk.open(path, 'read');
  let opened: IndexFile | null = null;
  try {
    opened = readOpen(disk, fd, form);
  } finally {
    if (opened === null) disk.close(fd);
  }
  return opened;
}

/** Who made the file of an index, and how many rows it has, of whatever form it is; null where it is damaged. Throws the system's errors. */
export function readHeader(disk: Disk, path: string): Pick<Header, 'form' | 'boot' | 'name' | 'size'> | null {
  const fd = disk.open(path, 'read');
  try {
    return readStart(disk, fd)?.header ?? null;
  } finally {
    disk.close(fd);
  }
}

function readOpen(disk: Disk, fd: number, form: string): IndexFile | null {
  const start = readStart(disk, fd);
  if (start === null || start.header.form !== form) return null;
  return openFile(disk, fd, start.header, start.columns, fingerprint(start.stat));
}

interface Start {
  readonly header: Header;
  readonly columns: Place;
  readonly stat: Stat;
}

/** What stands before the columns; null where it makes no sense, or the file is not as long as it says. */
function readStart(disk: Disk, fd: number): Start | null {
  const preamble = readRange(disk, fd, 0, PREAMBLE);
  if (preamble.length < PREAMBLE || preamble.toString('latin1', 0, 8) !== MAGIC) return null;
  const headerBytes = preamble.readUInt32LE(8);
  const length = preamble.readUInt32LE(12);
  const start = PREAMBLE + headerBytes;
  const stat = disk.statOpen(fd);
  if (start % 8 !== 0 || length % 8 !== 0 || start + length > stat.size) return null;
  const text = Buffer.from(new ArrayBuffer(headerBytes));
  if (fill(disk, fd, text, PREAMBLE) !== headerBytes) return null;
  if (sumOfBytes(text, 0, headerBytes) !== preamble.readUInt32LE(16)) return null;
  const header = parse(text.toString('utf8')) as Header | undefined;
  return header === undefined || header.bytes !== stat.size
    ? null
    : { header, columns: { start, length }, stat };
}

interface Place {
  readonly start: number;
  readonly length: number;
}

function openFile(disk: Disk, fd: number, header: Header, columns: Place, found: Fingerprint): IndexFile {
  const { boot, name, size, directory, followed, unreadable, names } = header;
  let table: Table | undefined;
  const condition: Condition = { open: true, believed: false };
  const read: ReadBytes = (into, from) => (condition.open ? fillOrNothing(disk, fd, into, from) : 0);
  return {
    fingerprint: found,
    believe: () => {
      condition.believed = true;
    },
    ...{ boot, name, size, directory, followed, unreadable, names },
    get table() {
      table ??= readTable(read, header, columns, condition);
      return table;
    },
    readHead: headReader(read, condition),
    isUntouched() {
      const now = condition.open ? quietly(() => fingerprint(disk.statOpen(fd))) : undefined;
      return now !== undefined && isSameFile(now, found);
    },
    close() {
      if (condition.open) disk.close(fd);
      condition.open = false;
    },
  };
}

export const isSameFile = (a: Fingerprint, b: Fingerprint): boolean =>
  a.ino === b.ino && a.ctime === b.ctime && a.size === b.size;

/** What became of an open file. A view that outlives it finds nothing more in it, and goes to the files. */
interface Condition {
  /** Else its descriptor may be that of another file by now. */
  open: boolean;
  /** Sums are not checked. */
  believed: boolean;
}

/** Fills `into` as far as it can be read from there on; returns how many bytes that were. */
type ReadBytes = (into: Buffer, from: number) => number;

function readTable(
  read: ReadBytes,
  header: Header,
  { start, length }: Place,
  { believed }: Condition,
): Table {
  const columns = new ArrayBuffer(length);
  const into = Buffer.from(columns);
  const isWhole = read(into, start) === length && (believed || sumOfBytes(into, 0, length) === header.sum);
  const table = isWhole ? tableOf(header, columns) : null;
  if (table === null) throw new DamagedIndexError();
  return table;
}

function headReader(read: ReadBytes, condition: Condition): ReadHead {
  // One buffer for all reads: what is allocated anew each time is what a collection of garbage costs most.
  let buffer = Buffer.alloc(0);
  let from = 0;
  let filled = 0;
  return (place, bytes, sum) => {
    if (place < from || place + bytes > from + filled) {
      if (buffer.length < Math.max(bytes, WINDOW)) buffer = Buffer.allocUnsafeSlow(Math.max(bytes, WINDOW));
      from = place;
      filled = read(buffer, place);
    }
    const at = place - from;
    if (at + bytes > filled) return undefined;
    if (!condition.believed && sumOfBytes(buffer, at, bytes) !== sum) return undefined;
    return buffer.toString('utf8', at, at + bytes);
  };
}

/** So many bytes are read at once: rows that are asked for are mostly near each other. */
const WINDOW = 32 * 1024;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be read is no better than what is damaged: the files of the issues have it, too. */
function fillOrNothing(disk: Disk, fd: number, into: Buffer, from: number): number {
  let filled = 0;
  tryTo(() => {
    filled = fill(disk, fd, into, from);
  });
  return filled;
}

function fill(disk: Disk, fd: number, into: Buffer, from: number): number {
  let filled = 0;
  while (filled < into.length) {
    const count = disk.read(fd, into.subarray(filled), from + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function tableOf({ size, edges, missing }: Header, columns: ArrayBuffer): Table | null {
  const lengths = widths(size, edges);
  const starts: number[] = [];
  let end = 0;
  for (const length of lengths) {
    starts.push(end);
    end += padded(length);
  }
  if (end !== columns.byteLength) return null;
  const at = (column: (typeof COLUMNS)[number]): number => starts[COLUMNS.indexOf(column)]!;
  return {
    size,
    missing,
    fresh: new Map(),
    stamps: new Float64Array(columns, at('stamps'), size * STAMP_NUMBERS),
    offsets: new Uint32Array(columns, at('offsets'), size + 1),
    targets: new Uint32Array(columns, at('targets'), edges),
    places: new Uint32Array(columns, at('places'), size * PLACE_NUMBERS),
    ids: Buffer.from(columns, at('ids'), size * ID_BYTES),
    states: new Uint8Array(columns, at('states'), size),
    priorities: new Uint8Array(columns, at('priorities'), size),
    flags: new Uint8Array(columns, at('flags'), size),
  };
}
