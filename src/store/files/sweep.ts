import type { Clock } from '../../domain/clock.ts';
import type { Disk } from '../../system/disk.ts';
import { attempt, osCode } from '../../system/os-errors.ts';
import type { Owner } from '../../system/process-owner.ts';
import type { Layout } from './layout.ts';

/** A file of a process that we cannot look up, of another boot or container, is left alone for so long. */
const DAY = 24 * 60 * 60 * 1000;

/** Paths of staged files whose process is dead, or was not heard of for a day. */
function find(disk: Disk, layout: Layout, owner: Owner, clock: Clock): readonly string[] {
  const isAbandoned = (name: string): boolean => {
    const liveness = owner.liveness(name.split('.')[0]!);
    if (liveness !== 'unknown') return liveness === 'dead';
    const stat = disk.stat(`${layout.staged}/${name}`);
    return stat !== undefined && stat.mtime < Date.parse(clock.ago(DAY));
  };
  try {
    return disk
      .list(layout.staged)
      .filter(({ name, kind }) => kind === 'file' && isAbandoned(name))
      .map(({ name }) => `${layout.staged}/${name}`);
  } catch (error) {
    if (osCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function remove(disk: Disk, paths: readonly string[]): void {
  for (const path of paths) attempt(() => disk.unlink(path), 'ENOENT');
}

/**
 * Staged files that nobody will use. They must be found before the journal is settled and removed after it, or
 * those of a commit that was linked in between would be lost.
 */
export const sweepStaged = { find, remove };
