import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { JitError } from '../../domain/errors.ts';
import { type Repository, statIfThere } from '../repository.ts';
import { runGit } from '../run-git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A directory of hooks, and who runs what is in it. */
export interface FoundHooks {
  readonly directory: string;
  /** `default`, or the directory relative to the top of the work tree. */
  readonly recorded: string;
  readonly manager: 'git' | 'husky';
  readonly sourced: boolean;
  readonly inWorkTree: boolean;
  readonly outside: boolean;
}

/** Where git looks for hooks, as core.hooksPath says. Throws GIT. */
export async function readHooksPlace(repository: Repository, env: Environment): Promise<FoundHooks> {
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'hooks'];
  const { status, stdout, stderr } = await runGit(repository.topLevel, args, { env });
  if (status !== 0) {
    throw new JitError('GIT', `git rev-parse failed: ${stderr.trim().split('\n')[0]}`, {
      details: { stderr },
    });
  }
  return describeHooks(repository, resolve(stdout.replace(/\n$/, '')));
}

/** The place that was recorded; null where it is outside of the repository. */
export function recordedHooks(repository: Repository, recorded: string): FoundHooks | null {
  const { topLevel, commonDir } = repository;
  if (recorded === DEFAULT) return describeHooks(repository, join(commonDir, 'hooks'));
  const found = describeHooks(repository, resolve(topLevel, recorded));
  return found.outside ? null : found;
}

const DEFAULT = 'default';

function describeHooks(repository: Repository, asked: string): FoundHooks {
  const { topLevel, gitDir, commonDir } = repository;
  // husky 9 has git run files that it makes anew at every install; they source the user's, one directory up.
  const sourced = basename(asked) === '_' && isHusky(dirname(asked), asked);
  const directory = sourced ? dirname(asked) : asked;
  const ofGit = [gitDir, commonDir].some((git) => isInside(git, directory));
  const inWorkTree = !ofGit && isInside(topLevel, directory);
  const isDefault = directory === join(commonDir, 'hooks');
  return {
    directory,
    recorded: isDefault ? DEFAULT : `./${relative(topLevel, asked).split(sep).join('/')}`,
    manager: sourced || isThere(join(directory, '_', 'husky.sh')) ? 'husky' : 'git',
    sourced,
    inWorkTree,
    outside: !inWorkTree && !ofGit,
  };
}

const isHusky = (above: string, directory: string): boolean =>
  basename(above) === '.husky' || isThere(join(directory, 'h')) || isThere(join(directory, 'husky.sh'));

const isThere = (path: string): boolean => statIfThere(path) !== undefined;

export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '' || (way.split(sep)[0] !== '..' && !isAbsolute(way));
}
