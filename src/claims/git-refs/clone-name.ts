import type { Disk } from '../../system/disk.ts';
import { attempt, describeOsError, osCode, tryTo } from '../../system/os-errors.ts';
import { createWhole, readWhole, writeAll } from '../../system/whole-file.ts';

const LARGEST = 4096;

/** A file that was copied leads to one for its copy, and so on; so many copies of copies mean that something else is wrong. */
const MOST_COPIES = 100;

/**
 * The name of a clone, random, and the same for all its processes; it is given at the first call. The file says which inode
 * it is of: a repository that is moved keeps its name, and the copy of a repository, which is another clone, gets one of its own. `directory`:
 * `jit` in git's common directory; its parent must be there. Throws IO, DISK_FULL.
 */
export function cloneName(disk: Disk, directory: string, newId: () => string): string {
  try {
    attempt(() => disk.makeDirectory(directory), 'EEXIST');
    let path = `${directory}/clone`;
    for (let copies = 0; copies < MOST_COPIES; copies += 1) {
      const found = readName(disk, path) ?? giveName(disk, path, newId);
      if (typeof found === 'string') return found;
      // The name for a copy stands beside it, under what sets the copy apart: so nobody ever replaces a file that another reads.
      path = `${directory}/clone-${found.inode}`;
    }
  } catch (error) {
    throw describeOsError(error, (path) => path, false);
  }
  throw new Error(`no name for the clone in ${directory}`);
}

/** The name in a file; its inode where it is the copy of another, or damaged; null where it is not there. */
function readName(disk: Disk, path: string): string | { readonly inode: string } | null {
  try {
    const { bytes, stat } = readWhole(disk, path, LARGEST);
    const [, name, inode] = /^([0-9a-z]+) of inode (\d+)\n$/.exec(bytes?.toString('utf8') ?? '') ?? [];
    return name !== undefined && inode === stat.ino ? name : { inode: stat.ino };
  } catch (error) {
    if (osCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Makes the file, unless another process was first; what holds then. */
function giveName(disk: Disk, path: string, newId: () => string): string | { readonly inode: string } {
  const aside = `${path}.${newId()}`;
  try {
    const { ino } = createWhole(disk, aside, '', false);
    const fd = disk.open(aside, 'modify');
    try {
      writeAll(disk, fd, Buffer.from(`${newId()} of inode ${ino}\n`), 0);
      disk.fsync(fd);
    } finally {
      disk.close(fd);
    }
    attempt(() => disk.link(aside, path), 'EEXIST');
  } finally {
    tryTo(() => disk.unlink(aside));
  }
  return readName(disk, path)!;
}
