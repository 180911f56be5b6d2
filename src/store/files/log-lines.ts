import { isAscii } from 'node:buffer';
import type { Disk } from '../../system/disk.ts';
import { fill, readRange } from '../../system/whole-file.ts';
import type { Line } from './events-log.ts';

/** Bytes. A log that is longer is read in parts, and each line twice: so little of it is kept, however long it is. */
const WHOLE = 32 * 1024 * 1024;
/** So much is read at a time: V8 gives a text that is much larger memory of its own, untouched. */
const CHUNK = 64 * 1024;
/** Lines that are so near to each other are read in one go, with what is between them. Bytes. */
const NEAR = 16 * 1024;

/**
 * As every line begins that jit wrote. What is no event although it begins so is found when it is read. The groups: the issue, and the end of the
 * eid, which is as much as a number holds.
 */
const START =
  /\{"ts":"[^"\\\n]{1,40}","event":"[^"\\\n]{1,40}","id":(?:"([0-7][0-9A-HJKMNP-TV-Z]{25})"|null),"eid":"[0-7][0-9A-HJKMNP-TV-Z]{15}([0-9A-HJKMNP-TV-Z]{10})",/y;
const EVERY_DIGIT = 36;

/** What is told of the lines that are found, from 0. */
export interface LineMeeter {
  /** A line that begins as jit writes it. `id` is a part of a large text; `mark`: those of different eids may be the same, but seldom are. */
  meet(place: number, id: string | null, mark: number): void;
  /** One that does not. */
  meetOdd(place: number): void;
}

/** What `meet` is told of an eid. */
export const markOf = (eid: string): number => Number.parseInt(eid.slice(16), EVERY_DIGIT);

/** A part of the log: as a text where that has its bytes at the same places. */
interface Part {
  readonly from: number;
  readonly bytes: Buffer;
  readonly text: string | null;
}

/** The lines of a log by where they are: their contents are read when they are wanted. */
export class LogLines {
  readonly #disk: Disk;
  readonly #fd: number;
  readonly #most: number;
  /** Bytes: where each line begins, and where the one after the last would. */
  readonly #offsets: number[] = [0];
  /** The last line has no newline. */
  #torn = false;
  /** A short log. */
  #whole: Part | null = null;
  /** Where parts are read into. */
  #room = Buffer.alloc(0);

  /** `most`: bytes of a log that is kept in memory, all of it. */
  constructor(disk: Disk, fd: number, most = WHOLE) {
    this.#disk = disk;
    this.#fd = fd;
    this.#most = most;
  }

  get count(): number {
    return this.#offsets.length - 1;
  }

  /** Bytes of a line, with its newline. */
  sizeOf(place: number): number {
    return this.#offsets[place + 1]! - this.#offsets[place]!;
  }

  /** Finds the lines of the first `size` bytes. */
  find(size: number, meeter: LineMeeter): void {
    if (size <= this.#most) this.#findInWhole(size, meeter);
    else this.#findInParts(size, meeter);
  }

  #findInWhole(size: number, meeter: LineMeeter): void {
    const bytes = readRange(this.#disk, this.#fd, 0, size);
    const text = bytes.toString('latin1');
    const ascii = isAscii(bytes);
    this.#whole = { from: 0, bytes: ascii ? NO_BYTES : bytes, text: ascii ? text : null };
    this.#findLast(text, this.#findIn(text, 0, meeter), meeter);
  }

  #findInParts(size: number, meeter: LineMeeter): void {
    let bytes = Buffer.allocUnsafe(CHUNK);
    // The start of a line whose end is yet to come.
    let kept = 0;
    for (let position = 0; position < size; ) {
      if (kept === bytes.length) bytes = Buffer.concat([bytes], 2 * kept);
      const room = bytes.subarray(kept, kept + Math.min(size - position, bytes.length - kept));
      const count = fill(this.#disk, this.#fd, room, position);
      if (count === 0) break;
      const filled = kept + count;
      const start = this.#findIn(bytes.toString('latin1', 0, filled), position - kept, meeter);
      position += count;
      bytes.copyWithin(0, start, filled);
      kept = filled - start;
    }
    this.#findLast(bytes.toString('latin1', 0, kept), 0, meeter);
  }

  /** Finds the lines that end in a text, which has its bytes at their places. Returns where the next one begins in it. */
  #findIn(text: string, base: number, meeter: LineMeeter): number {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#offsets.push(base + end + 1);
      this.#meet(text, start, meeter);
      start = end + 1;
    }
    return start;
  }

  #findLast(text: string, start: number, meeter: LineMeeter): void {
    if (start === text.length) return;
    this.#torn = true;
    this.#offsets.push(this.#offsets.at(-1)! + text.length - start);
    this.#meet(text, start, meeter);
  }

  #meet(text: string, start: number, meeter: LineMeeter): void {
    START.lastIndex = start;
    const found = START.exec(text);
    if (found === null) meeter.meetOdd(this.count - 1);
    else meeter.meet(this.count - 1, found[1] ?? null, Number.parseInt(found[2]!, EVERY_DIGIT));
  }

  /** Reads lines; each is cut out of what was read when it is asked for. */
  read(places: readonly number[]): (place: number) => Line {
    const whole = this.#whole;
    if (whole !== null) return (place) => this.#cut(place, whole);
    const parts = this.#readParts([...places].sort((a, b) => a - b));
    return (place) => this.#cut(place, parts.get(place)!);
  }

  #cut(place: number, { from, bytes, text }: Part): Line {
    const ended = !this.#torn || place < this.count - 1;
    const start = this.#offsets[place]! - from;
    const end = this.#offsets[place + 1]! - from - (ended ? 1 : 0);
    return {
      text: text === null ? bytes.toString('utf8', start, end) : text.slice(start, end),
      number: place + 1,
      ended,
    };
  }

  /** The parts in which lines are, with what lies between such as are near each other. */
  #readParts(sorted: readonly number[]): ReadonlyMap<number, Part> {
    const parts = new Map<number, Part>();
    for (let first = 0; first < sorted.length; ) {
      const from = this.#offsets[sorted[first]!]!;
      let last = first;
      while (last + 1 < sorted.length && this.#isNear(sorted[last]!, sorted[last + 1]!, from)) last += 1;
      const part = this.#readPart(from, this.#offsets[sorted[last]! + 1]! - from);
      for (; first <= last; first += 1) parts.set(sorted[first]!, part);
    }
    return parts;
  }

  #readPart(from: number, length: number): Part {
    if (length > this.#room.length) this.#room = Buffer.allocUnsafeSlow(2 * length);
    const bytes = this.#room.subarray(0, fill(this.#disk, this.#fd, this.#room.subarray(0, length), from));
    return isAscii(bytes)
      ? { from, bytes: NO_BYTES, text: bytes.toString('latin1') }
      : { from, bytes: Buffer.from(bytes), text: null };
  }

  /** Whether a line is read with the one before it. */
  #isNear(before: number, place: number, from: number): boolean {
    const gap = this.#offsets[place]! - this.#offsets[before + 1]!;
    return gap <= NEAR && this.#offsets[place + 1]! - from <= CHUNK;
  }
}

const NO_BYTES = Buffer.alloc(0);
