import { answerOf } from './objects.ts';
import type { Repository } from './repository.ts';

/** The content of a file that git keeps. */
export interface Blob {
  readonly size: number;
  /** Null where it is larger than was asked for. */
  readonly bytes: Buffer | null;
}

/** Milliseconds: a large board on a slow disk. */
const PATIENCE = 120_000;

/**
 * The contents of objects by their names (an id, or `COMMIT:PATH`), from one `git cat-file --batch`. What is larger than `most`
 * bytes is not kept; what is not there, or no file, is absent.
 */
export async function readBlobs(
  repository: Repository,
  names: readonly string[],
  most: number,
): Promise<ReadonlyMap<string, Blob>> {
  // A name with a line break would be two.
  const asked = [...new Set(names)].filter((name) => !/[\n\0]/.test(name));
  const blobs = new Map<string, Blob>();
  if (asked.length === 0) return blobs;
  const reader = new BatchReader(asked, most, blobs);
  await answerOf(repository, ['cat-file', '--batch', '--buffer'], {
    input: `${asked.join('\n')}\n`,
    timeout: PATIENCE,
    onOutput: (bytes) => reader.take(bytes),
  });
  return blobs;
}

const NEWLINE = 0x0a;

/** Reads `<oid> <type> <size>\n<content>\n` for each name in turn, or `<name> missing\n`, in chunks of any size. */
class BatchReader {
  readonly #names: readonly string[];
  readonly #most: number;
  readonly #blobs: Map<string, Blob>;
  #at = 0;
  /** What belongs to a header that is not complete yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** The object that is being read, and how many of its bytes are still to come, its newline included. */
  #open: { readonly type: string; readonly size: number; readonly parts: Buffer[] } | undefined;
  #missing = 0;

  constructor(names: readonly string[], most: number, blobs: Map<string, Blob>) {
    this.#names = names;
    this.#most = most;
    this.#blobs = blobs;
  }

  take(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let from = 0; from < bytes.length; ) {
      if (this.#open !== undefined) from = this.#content(bytes, from);
      else {
        const end = bytes.indexOf(NEWLINE, from);
        const part = bytes.subarray(from, end === -1 ? bytes.length : end);
        const line = Buffer.concat([this.#rest, part]);
        if (end === -1) {
          this.#rest = line;
          return;
        }
        this.#rest = Buffer.alloc(0);
        from = end + 1;
        this.#header(line.toString('utf8'));
      }
    }
  }

  #header(line: string): void {
    const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(line) ?? [];
    if (type === undefined) {
      this.#at += 1;
      return;
    }
    this.#open = { type, size: Number(size), parts: [] };
    this.#missing = Number(size) + 1;
  }

  #content(bytes: Buffer, from: number): number {
    const { type, size, parts } = this.#open!;
    const taken = Math.min(this.#missing, bytes.length - from);
    this.#missing -= taken;
    const kept = size <= this.#most;
    // Copied, so that a small file does not keep the whole chunk in memory.
    if (kept) parts.push(Buffer.from(bytes.subarray(from, from + taken)));
    if (this.#missing === 0) {
      const whole = kept ? Buffer.concat(parts).subarray(0, size) : null;
      if (type === 'blob') this.#blobs.set(this.#names[this.#at]!, { size, bytes: whole });
      this.#at += 1;
      this.#open = undefined;
    }
    return from + taken;
  }
}
