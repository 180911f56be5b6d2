import { basename, join } from 'node:path';
import type { Workplace } from '../domain/lease.ts';
import { type Repository, readIfThere } from './repository.ts';

/**
 * The work tree that a repository was found from, under git's own name for it; without git, the directory that
 * holds `.jit` is taken for the main one.
 */
export function workplaceOf(repository: Repository | null, root: string): Workplace {
  if (repository === null) return { worktree: MAIN, path: root, branch: null };
  const { topLevel, gitDir, commonDir } = repository;
  const worktree = gitDir === commonDir ? MAIN : `worktrees/${basename(gitDir)}`;
  return { worktree, path: topLevel, branch: readBranch(gitDir) };
}

const MAIN = '.';

/** The branch that HEAD of a work tree names; null on no branch, and where HEAD is kept in another form than a file (reftable). */
export function readBranch(gitDir: string): string | null {
  const name = readIfThere(join(gitDir, 'HEAD'))?.match(/^ref: *refs\/heads\/(.+?)\s*$/)?.[1];
  return name === undefined || name === '.invalid' ? null : name;
}
