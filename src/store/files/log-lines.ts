import type { Disk } from '../../system/disk.ts';
import { readRange } from '../../system/whole-file.ts';
import type { Line } from './events-log.ts';

const NEWLINE = 0x0a;
const CHUNK = 1024 * 1024;
/** Lines that are so near to each other are read in one go, with what is between them. Bytes. */
const NEAR = 4 * 1024;

/** As every line begins that jit wrote. What is no event although it begins so is found when it is read. */
const START =
  /^\{"ts":"[^"\\]{1,40}","event":"[^"\\]{1,40}","id":(?:(")[0-7][0-9A-HJKMNP-TV-Z]{25}"|null),"eid":"[0-7][0-9A-HJKMNP-TV-Z]{25}",/;
const LONGEST_START = 200;
const ULID_LENGTH = 26;
/** `","eid":"` */
const BETWEEN = 9;

/** What the start of a line says. */
export interface LineStart {
  readonly id: string | null;
  readonly eid: string;
}

/** The lines of a log by where they are: their contents are read when they are wanted. */
export class LogLines {
  readonly #disk: Disk;
  readonly #fd: number;
  /** Bytes: where each line begins, and where the one after the last would. */
  readonly #offsets: number[] = [0];
  /** The last line has no newline. */
  #torn = false;

  constructor(disk: Disk, fd: number) {
    this.#disk = disk;
    this.#fd = fd;
  }

  get count(): number {
    return this.#offsets.length - 1;
  }

  /** Bytes of a line, with its newline. */
  sizeOf(place: number): number {
    return this.#offsets[place + 1]! - this.#offsets[place]!;
  }

  /**
   * Finds the lines of the first `size` bytes. `meet` is told of each, from 0, with what it begins with; null: it does not begin as
   * jit writes it.
   */
  find(size: number, meet: (place: number, start: LineStart | null) => void): void {
    let bytes = Buffer.allocUnsafe(Math.min(CHUNK, size));
    // The start of a line whose end is yet to come.
    let kept = 0;
    for (let position = 0; position < size; ) {
      if (kept === bytes.length) bytes = Buffer.concat([bytes], 2 * kept);
      const count = this.#disk.read(
        this.#fd,
        bytes.subarray(kept, kept + Math.min(size - position, bytes.length - kept)),
        position,
      );
      if (count === 0) break;
      const base = position - kept;
      position += count;
      const filled = kept + count;
      let start = 0;
      for (
        let end = bytes.indexOf(NEWLINE, kept);
        end !== -1 && end < filled;
        end = bytes.indexOf(NEWLINE, start)
      ) {
        this.#offsets.push(base + end + 1);
        meet(this.count - 1, readStart(bytes, start, end));
        start = end + 1;
      }
      bytes.copyWithin(0, start, filled);
      kept = filled - start;
    }
    if (kept === 0) return;
    this.#torn = true;
    this.#offsets.push(this.#offsets.at(-1)! + kept);
    meet(this.count - 1, readStart(bytes, 0, kept));
  }

  /** Reads lines, and cuts each out when it is asked for, in the order in which they are named; `places` may be in any. */
  *read(places: readonly number[]): Iterable<Line> {
    const ranges = this.#readRanges([...places].sort((a, b) => a - b));
    for (const place of places) {
      const { bytes, from } = ranges.get(place)!;
      const ended = !this.#torn || place < this.count - 1;
      const [start, end] = [this.#offsets[place]! - from, this.#offsets[place + 1]! - from];
      yield { text: bytes.toString('utf8', start, ended ? end - 1 : end), number: place + 1, ended };
    }
  }

  /** The bytes of lines, with those of what lies between such as are near each other. */
  #readRanges(
    sorted: readonly number[],
  ): ReadonlyMap<number, { readonly from: number; readonly bytes: Buffer }> {
    const ranges = new Map<number, { readonly from: number; readonly bytes: Buffer }>();
    for (let first = 0; first < sorted.length; ) {
      let last = first;
      while (last + 1 < sorted.length && this.#areNear(sorted[last]!, sorted[last + 1]!)) last += 1;
      const from = this.#offsets[sorted[first]!]!;
      const bytes = readRange(this.#disk, this.#fd, from, this.#offsets[sorted[last]! + 1]! - from);
      for (; first <= last; first += 1) ranges.set(sorted[first]!, { from, bytes });
    }
    return ranges;
  }

  #areNear = (one: number, next: number): boolean => this.#offsets[next]! - this.#offsets[one + 1]! <= NEAR;
}

function readStart(bytes: Buffer, from: number, to: number): LineStart | null {
  const text = bytes.toString('latin1', from, Math.min(to, from + LONGEST_START));
  const found = START.exec(text);
  if (found === null) return null;
  // Cut out of the bytes, since a part of a text keeps the whole of it.
  const eid = from + found[0].length - 2 - ULID_LENGTH;
  const id = eid - BETWEEN - ULID_LENGTH;
  return {
    id: found[1] === undefined ? null : bytes.toString('latin1', id, id + ULID_LENGTH),
    eid: bytes.toString('latin1', eid, eid + ULID_LENGTH),
  };
}
