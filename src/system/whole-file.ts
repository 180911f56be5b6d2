import type { Disk, Stat } from './disk.ts';

/** The content of a file, and what the system said of it when it was read. */
export interface Content {
  readonly bytes: Buffer;
  readonly stat: Stat;
}

/** A file that is there but is no file, or larger than the limit: only what the system says of it. */
export interface Refused {
  readonly bytes: null;
  readonly stat: Stat;
}

/** Reads a whole file of at most `limit` bytes without following links. Throws the system's errors. */
export function readWhole(disk: Disk, path: string, limit: number): Content | Refused {
  const fd = disk.open(path, 'read');
  try {
    const stat = disk.statOpen(fd);
    if (stat.kind !== 'file' || stat.size > limit) return { bytes: null, stat };
    return { bytes: readRange(disk, fd, 0, stat.size), stat };
  } finally {
    disk.close(fd);
  }
}

/** Reads up to `length` bytes from `position` on; fewer where the file ends. */
export function readRange(disk: Disk, fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, fill(disk, fd, bytes, position));
}

/** Reads from `position` on until `into` is full, or the file ends. Returns how many bytes there were. */
export function fill(disk: Disk, fd: number, into: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < into.length) {
    const count = disk.read(fd, filled === 0 ? into : into.subarray(filled), position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** Writes all bytes, however few the system takes at a time. `position` null: at the end. */
export function writeAll(disk: Disk, fd: number, bytes: Uint8Array, position: number | null): void {
  let written = 0;
  while (written < bytes.length) {
    const count = disk.write(
      fd,
      written === 0 ? bytes : bytes.subarray(written),
      position === null ? null : position + written,
    );
    if (count <= 0) throw new Error('the system took no bytes and named no error');
    written += count;
  }
}

/**
 * Makes a new file with this content; its size is checked, and with `durable` it is on the disk afterwards
 * (its name is not: that is the directory's). Returns what the system says of it. Throws EEXIST.
 */
export function createWhole(disk: Disk, path: string, text: string, durable: boolean): Stat {
  const bytes = Buffer.from(text, 'utf8');
  const fd = disk.open(path, 'create');
  try {
    writeAll(disk, fd, bytes, 0);
    const stat = disk.statOpen(fd);
    if (stat.size !== bytes.length) {
      throw Object.assign(new Error(`${stat.size} of ${bytes.length} bytes were written`), {
        code: 'EIO',
        syscall: 'write',
        path,
      });
    }
    if (durable) disk.fsync(fd);
    return stat;
  } finally {
    disk.close(fd);
  }
}

/** Puts the names of a directory on the disk: what was made, renamed and removed in it. */
export function syncDirectory(disk: Disk, path: string): void {
  const fd = disk.openDirectory(path);
  try {
    disk.fsync(fd);
  } finally {
    disk.close(fd);
  }
}
