import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { startCli, temporaryDirectory } from './cli.ts';
import { indexEnv } from './index-env.ts';

/** The environment for git, and nothing of this machine. */
export const gitEnvironment = (home: string) => ({
  PATH: process.env.PATH,
  HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  ...indexEnv(),
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
});

/** A real repository with a store in files, and everything committed. */
export async function startInRepository() {
  const cwd = realpathSync(temporaryDirectory());
  const env = gitEnvironment(cwd);
  const git = (...words: string[]): string => execFileSync('git', words, { cwd, env, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main');
  const cli = startCli({ store: 'files', cwd });
  await cli('init');
  const commit = (): void => {
    git('add', '-A');
    git('commit', '--quiet', '--allow-empty', '-m', 'work');
  };
  return { cwd, git, cli, commit, human: startCli({ store: 'files', cwd, env: {} }) };
}
