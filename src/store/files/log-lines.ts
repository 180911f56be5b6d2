import type { Disk } from '../../system/disk.ts';
import { readRange } from '../../system/whole-file.ts';
import type { Line } from './events-log.ts';

const NEWLINE = 0x0a;
const CHUNK = 1024 * 1024;
/** Lines that are so near to each other are read in one go, with what is between them. Bytes. */
const NEAR = 64 * 1024;

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
    let rest: Buffer = Buffer.alloc(0);
    for (let position = 0; position < size; ) {
      const read = readRange(this.#disk, this.#fd, position, Math.min(CHUNK, size - position));
      if (read.length === 0) break;
      const base = position - rest.length;
      position += read.length;
      const chunk = rest.length === 0 ? read : Buffer.concat([rest, read]);
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        this.#offsets.push(base + end + 1);
        meet(this.count - 1, readStart(chunk, start, end));
        start = end + 1;
      }
      rest = chunk.subarray(start);
    }
    if (rest.length === 0) return;
    this.#torn = true;
    this.#offsets.push(this.#offsets.at(-1)! + rest.length);
    meet(this.count - 1, readStart(rest, 0, rest.length));
  }

  /** Reads lines, in the order in which they are named; `places` may be in any. */
  read(places: readonly number[]): readonly Line[] {
    const texts = new Map<number, string>();
    const sorted = [...places].sort((a, b) => a - b);
    for (let from = 0; from < sorted.length; ) {
      let to = from;
      while (to + 1 < sorted.length && this.#areNear(sorted[to]!, sorted[to + 1]!)) to += 1;
      const start = this.#offsets[sorted[from]!]!;
      const bytes = readRange(this.#disk, this.#fd, start, this.#offsets[sorted[to]! + 1]! - start);
      for (; from <= to; from += 1) {
        const place = sorted[from]!;
        const end = this.#offsets[place + 1]! - (this.#isEnded(place) ? 1 : 0);
        texts.set(place, bytes.toString('utf8', this.#offsets[place]! - start, end - start));
      }
    }
    return places.map((place) => ({
      text: texts.get(place)!,
      number: place + 1,
      ended: this.#isEnded(place),
    }));
  }

  #areNear = (one: number, next: number): boolean => this.#offsets[next]! - this.#offsets[one + 1]! <= NEAR;

  #isEnded = (place: number): boolean => !this.#torn || place < this.count - 1;
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
