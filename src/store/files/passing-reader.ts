import type { Issue } from '../../domain/issue.ts';
import { PLAIN, readPlainIssue } from '../../domain/plain-issue.ts';
import type { Disk, OpenNamed } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { fileName, issueName, type Layout } from './layout.ts';
import { type ParsedFile, parseIssueFile } from './parse-issue.ts';
import { readIssueFile } from './read-issues.ts';

const NONE: readonly never[] = [];

/** Bytes. */
const READ_AT_ONCE = 64 * 1024;

/**
 * Reads files of issues of which nothing is kept, and asks the system less: one that is listed as a regular file and read in one go
 * needs no looking at. Whatever else comes up is left to `readIssueFile`.
 */
export class PassingReader {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #bytes = Buffer.allocUnsafe(READ_AT_ONCE);

  readonly #open: OpenNamed = (path) => this.#disk.open(path, 'read');

  constructor(disk: Disk, layout: Layout) {
    this.#disk = disk;
    this.#layout = layout;
  }

  read(id: string): ParsedFile {
    const path = `${this.#layout.dir}/${issueName(id)}`;
    const count = this.#readOnce(path, this.#open);
    if (count === 0 || count === READ_AT_ONCE) return readIssueFile(this.#disk, this.#layout, id);
    const text = this.#bytes.toString('utf8', 0, count);
    if (readPlainIssue(text)?.[PLAIN.id] === id)
      return { stored: JSON.parse(text) as Issue, problems: NONE, mended: null };
    return parseIssueFile(this.#bytes.subarray(0, count), this.#layout.nameOf(path), id);
  }

  /** The texts of files; null where there is no id, or the file has to be read with care. What is no UTF-8 stands as U+FFFD. */
  readTexts(ids: readonly (string | null)[]): readonly (string | null)[] {
    return this.#disk.within(this.#layout.issues, (_, open) =>
      ids.map((id) => {
        if (id === null) return null;
        const count = this.#readOnce(fileName(id), open);
        return count === 0 || count === READ_AT_ONCE ? null : this.#bytes.toString('utf8', 0, count);
      }),
    );
  }

  /** How many bytes there were; 0 where it cannot be read. */
  #readOnce(path: string, open: OpenNamed): number {
    try {
      const fd = open(path);
      try {
        return this.#disk.read(fd, this.#bytes, 0);
      } finally {
        this.#disk.close(fd);
      }
    } catch (error) {
      if (osCode(error) === null) throw error;
      return 0;
    }
  }
}
