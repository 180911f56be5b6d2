import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { JitError } from '../domain/errors.ts';
import { listIndex } from '../git/objects.ts';
import type { Repository } from '../git/repository.ts';
import type { Store } from '../store/store.ts';
import { openTree, type Tracked } from './revisions.ts';

/** What a command knows of where it was started. */
export interface Started {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The index file that git was told to use; null for its usual one. In a hook of `git commit -a` and the like the index that
 * will be committed is another file; only one of this repository counts.
 */
export function findIndex({ gitDir }: Repository, { env, cwd }: Started): string | null {
  if (env.GIT_INDEX_FILE === undefined || env.GIT_INDEX_FILE === '') return null;
  try {
    const index = realpathSync(resolve(cwd, env.GIT_INDEX_FILE));
    return index.startsWith(`${realpathSync(gitDir)}${sep}`) ? index : null;
  } catch {
    return null;
  }
}

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
