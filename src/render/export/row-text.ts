import type { Issue } from '../../domain/issue.ts';
import type { Row } from '../../domain/query.ts';
import { CHUNK_CHARACTERS } from './extract.ts';

/** A format in which every issue stands by itself, so that an export can be written while the issues are read. */
export interface RowFormat {
  start(count: number): string;
  row(row: Row<Issue>): string;
  readonly between: string;
  end(count: number): string;
}

/** Where a text goes to that is made bit by bit. */
export interface TextSink {
  write(text: string): void;
  /** What was written does not count. */
  clear(): void;
}

/** Writes issues in a format, in chunks of some kilobytes. They come in ULID order, so that an export only changes where an issue did. */
export class RowText {
  readonly #format: RowFormat;
  readonly #sink: TextSink;
  #count = 0;
  #done = 0;
  #chunk = '';

  constructor(format: RowFormat, sink: TextSink) {
    this.#format = format;
    this.#sink = sink;
  }

  /** So many will come; what came before does not count. */
  start(count: number): void {
    this.#sink.clear();
    this.#count = count;
    this.#done = 0;
    this.#chunk = this.#format.start(count);
  }

  row(row: Row<Issue>): void {
    if (this.#done > 0) this.#chunk += this.#format.between;
    this.#chunk += this.#format.row(row);
    this.#done += 1;
    if (this.#chunk.length < CHUNK_CHARACTERS) return;
    this.#sink.write(this.#chunk);
    this.#chunk = '';
  }

  end(): void {
    this.#sink.write(this.#chunk + this.#format.end(this.#count));
    this.#chunk = '';
  }
}
