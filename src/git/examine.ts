import { dirname, join, resolve } from 'node:path';
import type { RepositoryFacts, RepositoryKind } from '../domain/health/git.ts';
import { readCoreSettings } from './core-settings.ts';
import { environmentForGit } from './environment.ts';
import { locateRepository, type Repository, readIfThere, statIfThere } from './repository.ts';
import { readBranch } from './worktrees.ts';

const NOTHING = { topLevel: null, gitDir: null, commonDir: null, branch: null, bare: false, broken: null };

/** What kind of repository is around a directory, and what is wrong with the way to it. */
export function examineRepository(start: string): RepositoryFacts {
  const found = locateRepository(start);
  if (found === null) {
    const gitDir = findBare(start);
    if (gitDir === null) return { ...NOTHING, kind: 'none' };
    return { ...NOTHING, kind: 'bare', gitDir, commonDir: gitDir, bare: true };
  }
  if ('target' in found) return { ...NOTHING, kind: 'broken', broken: found };
  const bare = readCoreSettings(found.commonDir).bare;
  return { ...found, kind: kindOf(found, bare), branch: readBranch(found.gitDir), bare, broken: null };
}

function kindOf({ topLevel, gitDir, commonDir }: Repository, bare: boolean): RepositoryKind {
  if (gitDir !== commonDir) return 'linked';
  if (bare) return 'bare';
  if (gitDir === join(topLevel, '.git')) return 'main';
  // A submodule keeps its git directory in that of its superproject, in the part of a work tree where it is linked.
  return /\/\.git\/(worktrees\/[^/]+\/)?modules\//.test(gitDir) ? 'submodule' : 'apart';
}

function findBare(start: string): string | null {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const parts = ['HEAD', 'objects', 'refs'];
    if (parts.every((name) => statIfThere(join(directory, name)) !== undefined)) return directory;
    if (dirname(directory) === directory) return null;
  }
}

/** Whether a branch is there, in files; null where references are kept in another form (reftable). */
export function hasBranch(commonDir: string, branch: string): boolean | null {
  if (statIfThere(join(commonDir, 'reftable')) !== undefined) return null;
  const name = `refs/heads/${branch}`;
  if (name.split('/').includes('..')) return false;
  if (statIfThere(join(commonDir, name))?.isFile() === true) return true;
  const packed = readIfThere(join(commonDir, 'packed-refs')) ?? '';
  return packed.split('\n').some((line) => line.endsWith(` ${name}`));
}

/** Waits for git no longer than so many milliseconds. */
const PATIENCE = 5_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The version of the git that would be started, for example `2.39.5`; null where there is none. */
export function readGitVersion(directory: string, env: Environment): string | null {
  return ask(directory, env, ['--version'])?.match(/^git version (\d+(?:\.\d+)*)/)?.[1] ?? null;
}

/** Tracked stores of a work tree, as paths of `.jit` relative to its top; empty where git does not answer. */
export function listTrackedStores(topLevel: string, env: Environment): readonly string[] {
  const said = ask(topLevel, env, ['ls-files', '-z', '--', ':(top,glob)**/.jit/index.json']);
  return (said ?? '')
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => dirname(path));
}

function ask(directory: string, env: Environment, words: readonly string[]): string | null {
  // Not imported at the top: whoever wants only files need not load it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout } = spawnSync('git', words, {
    cwd: directory,
    env: environmentForGit(env),
    encoding: 'utf8',
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
    maxBuffer: 16 * 1024 * 1024,
  });
  return status === 0 ? stdout : null;
}
