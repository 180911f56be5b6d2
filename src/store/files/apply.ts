import type { Disk } from '../../system/disk.ts';
import { attempt, osCode } from '../../system/os-errors.ts';
import { createWhole, readWhole, syncDirectory } from '../../system/whole-file.ts';
import { type Entry, isSame, type RemovedFile, type WrittenFile } from './entry.ts';
import { writeEvents } from './events-log.ts';
import type { Layout } from './layout.ts';

/**
 * Where a file of an entry stands. `before`: as the entry found it. `after`: as the entry wants it.
 * `foreign`: git, an editor or a later commit came between.
 */
export type Standing = 'before' | 'after' | 'foreign';

const standingOfWritten = (disk: Disk, layout: Layout, file: WrittenFile): Standing => {
  const path = `${layout.dir}/${file.name}`;
  const stat = disk.stat(path);
  if (isSame(stat, file.replaces)) return 'before';
  const size = Buffer.byteLength(file.text, 'utf8');
  if (stat?.kind !== 'file' || stat.size !== size) return 'foreign';
  try {
    return readWhole(disk, path, size).bytes?.toString('utf8') === file.text ? 'after' : 'foreign';
  } catch (error) {
    if (osCode(error) === 'ENOENT') return 'foreign';
    throw error;
  }
};

const standingOfRemoved = (disk: Disk, layout: Layout, file: RemovedFile): Standing => {
  const stat = disk.stat(`${layout.dir}/${file.name}`);
  if (stat === undefined) return 'after';
  return isSame(stat, file.replaces) ? 'before' : 'foreign';
};

/** Whether every file of an entry is as it was or as it shall be, so that the entry may be applied, or overlaid. */
export const isApplicable = (disk: Disk, layout: Layout, entry: Entry): boolean =>
  entry.files.every((file) => standingOfWritten(disk, layout, file) !== 'foreign') &&
  areRemovable(disk, layout, entry);

const areRemovable = (disk: Disk, layout: Layout, { removed }: Entry): boolean =>
  removed.every((file) => standingOfRemoved(disk, layout, file) !== 'foreign');

/**
 * Carries a committed entry out: renames each staged file to its place, removes what is to go, writes the events.
 * Anybody may do it, also several at once. 'foreign': a file that was not written yet is not the one that the
 * entry replaces; nothing was forced.
 *
 * @param superseded whether somebody else has finished the entry meanwhile
 * @param newName a random name for a staged file that was lost
 */
export function applyEntry(
  disk: Disk,
  layout: Layout,
  entry: Entry,
  durable: boolean,
  superseded: () => boolean,
  newName: () => string,
): 'applied' | 'foreign' {
  const standings = entry.files.map((file) => standingOfWritten(disk, layout, file));
  if (standings.includes('foreign') || !areRemovable(disk, layout, entry)) return 'foreign';
  const touched = new Set<string>();
  for (const [place, file] of entry.files.entries()) {
    touched.add(directoryOf(layout, file.name));
    // Others may have come while the ones before it were put in place.
    const standing = place === 0 ? standings[0] : standingOfWritten(disk, layout, file);
    if (standing === 'after') continue;
    if (putInPlace(disk, layout, file, durable, newName) === 'foreign') return 'foreign';
  }
  for (const file of entry.removed) {
    touched.add(directoryOf(layout, file.name));
    const standing = standingOfRemoved(disk, layout, file);
    if (standing === 'foreign') return 'foreign';
    if (standing === 'before') attempt(() => disk.unlink(`${layout.dir}/${file.name}`), 'ENOENT');
  }
  // The log before the directories: putting its new bytes on the disk takes the new names along, on a disk that keeps a journal.
  if (entry.events !== null) writeEvents(disk, layout, entry.events, durable, superseded);
  if (durable) for (const directory of touched) syncDirectory(disk, directory);
  return 'applied';
}

const directoryOf = (layout: Layout, name: string): string =>
  name.startsWith('issues/') ? layout.issues : layout.dir;

function putInPlace(
  disk: Disk,
  layout: Layout,
  file: WrittenFile,
  durable: boolean,
  newName: () => string,
): 'applied' | 'foreign' {
  const target = `${layout.dir}/${file.name}`;
  // Somebody who was stopped here and wakes up finds the staged file gone, and cannot put an old image over a
  // newer one.
  if (attempt(() => disk.rename(`${layout.staged}/${file.staged}`, target), 'ENOENT') === null)
    return 'applied';
  const standing = standingOfWritten(disk, layout, file);
  if (standing !== 'before') return standing === 'after' ? 'applied' : 'foreign';
  // A power cut took the name of the staged file, which only the journal vouches for: it is made again.
  const again = `${layout.staged}/${newName()}`;
  createWhole(disk, again, file.text, durable);
  if (standingOfWritten(disk, layout, file) !== 'before') {
    attempt(() => disk.unlink(again), 'ENOENT');
    return standingOfWritten(disk, layout, file) === 'after' ? 'applied' : 'foreign';
  }
  disk.rename(again, target);
  return 'applied';
}
