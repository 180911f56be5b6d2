import type { ReadHead } from './board.ts';
import { sumOfWords } from './sums.ts';
import { PLACE_NUMBERS } from './table.ts';

/** Bytes. */
const CHUNK = 1024 * 1024;
/** Most bytes that one UTF-16 unit takes, and what fills a word. */
const WIDEST = 3;
const FILLING = 4;

interface Chunk {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** Where it begins among all. */
  readonly start: number;
  filled: number;
}

/** Heads as they stand in the file of an index: one behind another, each filled up with spaces to whole words. */
export class Heads {
  readonly #chunks: Chunk[] = [];

  /** Of all heads. */
  get bytes(): number {
    const last = this.#chunks.at(-1);
    return last === undefined ? 0 : last.start + last.filled;
  }

  get parts(): readonly Buffer[] {
    return this.#chunks.map(({ bytes, filled }) => bytes.subarray(0, filled));
  }

  /** Adds the head of a row, as JSON, and notes in `places` where it is: counted from the first head. */
  add(text: string, places: Uint32Array, row: number): void {
    const chunk = this.#chunkFor(text.length * WIDEST + FILLING);
    const from = chunk.filled;
    let to = from + chunk.bytes.write(text, from, 'utf8');
    while (to % FILLING !== 0) chunk.bytes[to++] = 0x20;
    chunk.filled = to;
    const at = row * PLACE_NUMBERS;
    places[at] = chunk.start + from;
    places[at + 1] = to - from;
    places[at + 2] = sumOfWords(chunk.words, from / FILLING, to / FILLING);
  }

  #chunkFor(bytes: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.filled + bytes <= last.bytes.length) return last;
    // Memory of its own: it begins with a word.
    const room = Buffer.allocUnsafeSlow(Math.ceil(Math.max(CHUNK, bytes) / FILLING) * FILLING);
    const words = new Uint32Array(room.buffer, 0, room.length / FILLING);
    const chunk = { bytes: room, words, start: this.bytes, filled: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  /** Reads them again, as long as they are in no file. */
  readonly read: ReadHead = (place, bytes) => {
    const chunk = this.#chunks.findLast(({ start }) => start <= place)!;
    const from = place - chunk.start;
    return chunk.bytes.toString('utf8', from, from + bytes);
  };
}
