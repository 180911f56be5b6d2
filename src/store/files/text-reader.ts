import type { Disk, Stamp } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';

/** Bytes. A file that is longer is read with more care. */
const READ_AT_ONCE = 64 * 1024;

/** Reads very many files, one after another, into the same memory, and asks the system no more of each than it must. */
export class TextReader {
  readonly #disk: Disk;
  readonly #bytes = Buffer.allocUnsafe(READ_AT_ONCE);
  /** What was known of the last file before it was read: what is changed afterwards looks otherwise. */
  stamp: Stamp | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The text of a file; null where there is none, or not what the system says there is. What is no UTF-8 stands as U+FFFD. */
  read(path: string): string | null {
    const disk = this.#disk;
    try {
      const fd = disk.open(path, 'read');
      try {
        this.stamp = disk.stampOpen(fd);
        const { plain, size } = this.stamp;
        if (!plain || size >= READ_AT_ONCE || disk.read(fd, this.#bytes, 0) !== size) return null;
        return this.#bytes.toString('utf8', 0, size);
      } finally {
        disk.close(fd);
      }
    } catch (error) {
      if (osCode(error) === null) throw error;
      return null;
    }
  }
}
