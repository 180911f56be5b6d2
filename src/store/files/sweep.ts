import type { Disk } from './disk.ts';
import type { Layout } from './layout.ts';
import { attempt, osCode } from './os-errors.ts';
import type { Owner } from './owner.ts';

/** Paths of staged files whose process is dead. */
function find(disk: Disk, layout: Layout, owner: Owner): readonly string[] {
  try {
    return disk
      .list(layout.staged)
      .filter(({ name, kind }) => kind === 'file' && owner.liveness(name.split('.')[0]!) === 'dead')
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
