import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Spool } from '../cli/context.ts';
import { describeFileError } from './user-files.ts';

/** What is longer than so many characters goes to a file. */
const IN_MEMORY = 4 * 1024 * 1024;
/** Bytes that are read at a time. */
const PIECE = 256 * 1024;

/**
 * Keeps a text in memory while it is short, then in a file in the directory for such, which has no name any more: whatever becomes of
 * this process, nothing is left behind.
 */
export class TextSpool implements Spool {
  readonly #directory: string;
  readonly #inMemory: number;
  #waiting: string[] = [];
  #length = 0;
  #file: number | null = null;
  #written = 0;

  constructor({ directory = tmpdir(), inMemory = IN_MEMORY } = {}) {
    this.#directory = directory;
    this.#inMemory = inMemory;
  }

  write(text: string): void {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length > this.#inMemory) this.#toFile();
  }

  clear(): void {
    this.#waiting = [];
    this.#length = 0;
    this.#written = 0;
    if (this.#file !== null) ftruncateSync(this.#file, 0);
  }

  *pieces(): Iterable<string> {
    try {
      if (this.#file !== null) yield* this.#readBack(this.#file);
      yield* this.#waiting;
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#waiting = [];
  }

  #toFile(): void {
    try {
      this.#file ??= openNameless(this.#directory);
      const bytes = Buffer.from(this.#waiting.join(''));
      for (let at = 0; at < bytes.length; ) {
        const count = writeSync(this.#file, bytes, at, bytes.length - at, this.#written);
        at += count;
        this.#written += count;
      }
    } catch (error) {
      throw describeFileError(error, this.#directory, 'write');
    }
    this.#waiting = [];
    this.#length = 0;
  }

  *#readBack(file: number): Iterable<string> {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const bytes = Buffer.allocUnsafe(PIECE);
    for (let at = 0; at < this.#written; ) {
      const count = readSync(file, bytes, 0, bytes.length, at);
      if (count === 0) break;
      at += count;
      yield decoder.decode(bytes.subarray(0, count), { stream: true });
    }
  }
}

function openNameless(directory: string): number {
  const path = join(directory, `jit-${process.pid}-${Date.now().toString(36)}.tmp`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}
