import { environmentForGit } from './environment.ts';

/**
 * git's `user.name` as it holds in a directory; null without git or without a name.
 * It starts git, so it is asked only when nothing else says who acts.
 */
export function readUserName(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  // Not imported at the top: loading child_process costs a tenth of a whole command.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const git = spawnSync('git', ['config', '--get', 'user.name'], {
    cwd: directory,
    env: environmentForGit(env),
    encoding: 'utf8',
    timeout: 5000,
  });
  if (git.status !== 0) return null;
  const name = git.stdout.replace(/\n$/, '');
  return name.trim() === '' ? null : name;
}
