import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Place } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import type { Repository } from '../git/repository.ts';

/** Where a store is, and where in the trees of a repository. */
export interface Tracked {
  readonly place: Place;
  readonly repository: Repository;
  /** The `.jit` directory as git names it, for example `.jit` or `tools/.jit`. */
  readonly directory: string;
}

/** Finds a store in its repository. Throws GIT where it is in none. */
export function findTracked(place: Place, repository: Repository | null): Tracked {
  const directory = repository === null ? '..' : inside(repository.topLevel, place.dir);
  if (repository === null || directory.split('/')[0] === '..') {
    throw new JitError('GIT', 'the store is in no git repository, so there are no revisions of it', {
      details: { dir: place.dir },
      hint: 'git init, and commit .jit',
    });
  }
  return { place, repository, directory };
}

const inside = (top: string, dir: string): string =>
  relative(realPath(top), realPath(dir)).split(sep).join('/');

// A board of the past may be looked at where there is none now.
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
