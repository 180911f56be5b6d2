import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { WorktreeFacts, WorktreeState } from '../domain/health/worktrees.ts';
import type { Workplace } from '../domain/lease.ts';
import { readCoreSettings } from './core-settings.ts';
import { type Repository, readGitFile, readIfThere, statIfThere } from './repository.ts';

/**
 * The work tree that a repository was found from, under git's own name for it; without git, the directory that
 * holds `.jit` is taken for the main one.
 */
export function workplaceOf(repository: Repository | null, root: string): Workplace {
  if (repository === null) return { worktree: MAIN, path: root, branch: null };
  const { topLevel, gitDir } = repository;
  return { worktree: nameOf(repository), path: topLevel, branch: readBranch(gitDir) };
}

const MAIN = '.';

const nameOf = ({ gitDir, commonDir }: Repository): string =>
  gitDir === commonDir ? MAIN : `worktrees/${basename(gitDir)}`;

/** The branch that HEAD of a work tree names; null on no branch, and where HEAD is kept in another form than a file (reftable). */
export function readBranch(gitDir: string): string | null {
  const name = readIfThere(join(gitDir, 'HEAD'))?.match(/^ref: *refs\/heads\/(.+?)\s*$/)?.[1];
  return name === undefined || name === '.invalid' ? null : name;
}

/**
 * Every work tree of a repository, the main one first, as git's files record them; a bare repository has no main one.
 * `storeName`: where the store is in a work tree, for example `.jit`; null when it is in none.
 */
export function listWorktrees(repository: Repository, storeName: string | null): readonly WorktreeFacts[] {
  const { commonDir } = repository;
  const main = readCoreSettings(commonDir).bare ? [] : [describeMain(repository, storeName)];
  const names = readNames(join(commonDir, 'worktrees')).sort();
  return [...main, ...names.map((name) => describeLinked(repository, name, storeName))];
}

function describeMain(repository: Repository, storeName: string | null): WorktreeFacts {
  const { commonDir, topLevel } = repository;
  const here = nameOf(repository) === MAIN;
  const path = here ? topLevel : pathOfMain(commonDir);
  const gone = !here && path !== null && statIfThere(path) === undefined;
  return {
    name: MAIN,
    path,
    recorded: path,
    branch: readBranch(commonDir),
    locked: null,
    state: gone ? 'gone' : 'present',
    here,
    store: hasStore(gone ? null : path, storeName),
  };
}

// A git directory that stands apart does not say where its work tree is.
function pathOfMain(commonDir: string): string | null {
  const { worktree } = readCoreSettings(commonDir);
  if (worktree !== null) return resolve(commonDir, worktree);
  return basename(commonDir) === '.git' ? dirname(commonDir) : null;
}

function describeLinked(repository: Repository, name: string, storeName: string | null): WorktreeFacts {
  const admin = join(repository.commonDir, 'worktrees', name);
  const here = isSame(admin, repository.gitDir);
  const recorded = readRecorded(admin);
  const state = stateOf(admin, recorded, here ? repository.topLevel : null);
  const path = here ? repository.topLevel : recorded;
  const locked = readIfThere(join(admin, 'locked'))?.trim() ?? null;
  const there = state === 'present' || here;
  return {
    name: `worktrees/${name}`,
    path,
    recorded,
    branch: readBranch(admin),
    locked,
    state,
    here,
    store: hasStore(there ? path : null, storeName),
  };
}

/** Where git looks for a linked work tree; null where its record does not say. */
function readRecorded(admin: string): string | null {
  const file = readIfThere(join(admin, 'gitdir'))?.trim() ?? '';
  return file === '' ? null : dirname(resolve(admin, file));
}

/** `standing`: the directory of this work tree where we are in it. */
function stateOf(admin: string, recorded: string | null, standing: string | null): WorktreeState {
  if (recorded === null) return 'broken';
  if (standing !== null && isSame(standing, recorded)) return 'present';
  const link = join(recorded, '.git');
  const leadsHere = isSame(readGitFile(link), admin);
  if (standing !== null) return leadsHere ? 'copied' : 'moved';
  if (leadsHere) return 'present';
  return statIfThere(link) === undefined ? 'gone' : 'replaced';
}

function hasStore(path: string | null, storeName: string | null): boolean | null {
  if (path === null || storeName === null) return null;
  return ['index.json', 'issues'].some((name) => statIfThere(join(path, storeName, name)) !== undefined);
}

function readNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isSame(one: string | null, other: string): boolean {
  if (one === other) return true;
  try {
    return one !== null && realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}
