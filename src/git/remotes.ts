import { JitError } from '../domain/errors.ts';
import type { Repository } from './repository.ts';
import { type GitOptions, runGit } from './run-git.ts';

/** The names of the remotes of a repository, as its settings and the user's have them. Throws GIT. */
export async function listRemotes(
  { topLevel }: Pick<Repository, 'topLevel'>,
  env: NonNullable<GitOptions['env']>,
): Promise<readonly string[]> {
  const { status, stdout, stderr } = await runGit(topLevel, ['remote'], { env });
  if (status === 0) return stdout.split('\n').filter((name) => name !== '');
  throw new JitError(
    'GIT',
    `git remote failed: ${stderr.trim().split('\n').at(-1) || 'git gave no reason'}`,
    {
      details: { status },
      hint: 'jit doctor looks at git and the repository',
    },
  );
}
