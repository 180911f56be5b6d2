import type { Clock } from '../domain/clock.ts';
import { JitError } from '../domain/errors.ts';
import { findIndex, type Started } from '../git/index-file.ts';
import { listIndex } from '../git/objects.ts';
import type { Store } from '../store/store.ts';
import { openTree } from './revisions.ts';
import type { Tracked } from './tracked.ts';

/** Opens the store as the index has it, to be read only. Throws GIT, NOT_INITIALIZED. */
export async function openStaged(tracked: Tracked, started: Started, clock: Clock): Promise<Store> {
  const { repository, directory } = tracked;
  const tree = await listIndex(repository, directory, findIndex(repository, started));
  if (tree.size === 0) {
    throw new JitError('NOT_INITIALIZED', `there is no ${directory} in the index`, {
      hint: `git add ${directory}`,
    });
  }
  return openTree(tracked, 'the index', tree, clock, true);
}
