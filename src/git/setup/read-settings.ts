import { JitError } from '../../domain/errors.ts';
import type { Repository } from '../repository.ts';
import { runGit } from '../run-git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A value of the configuration as it is in force in a work tree, and where it is said. */
export interface ReadSetting {
  readonly key: string;
  readonly value: string;
  readonly scope: string;
  readonly origin: string;
}

/** The values of these keys, in the order in which git reads them. `keys`: a regular expression of git's. Throws GIT. */
export async function readGitSettings(
  { topLevel }: Repository,
  keys: string,
  env: Environment,
): Promise<readonly ReadSetting[]> {
  const args = ['config', '-z', '--show-scope', '--show-origin', '--includes', '--get-regexp', keys];
  const { status, stdout, stderr } = await runGit(topLevel, args, { env });
  if (status === 1) return [];
  if (status !== 0) throw cannotRead(stderr);
  const parts = stdout.split('\0');
  const found: ReadSetting[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [key = '', ...value] = parts[at + 2]!.split('\n');
    found.push({ scope: parts[at]!, origin: parts[at + 1]!, key, value: value.join('\n') });
  }
  return found;
}

/** The values of keys in the text of a configuration (one character a byte), without what it includes. Throws GIT. */
export async function readSettingsIn(
  { topLevel }: Repository,
  text: string,
  keys: string,
  env: Environment,
): Promise<readonly Pick<ReadSetting, 'key' | 'value'>[]> {
  const input = Buffer.from(text, 'latin1').toString('utf8');
  const args = ['config', '-z', '--no-includes', '--file', '-', '--get-regexp', keys];
  const { status, stdout, stderr } = await runGit(topLevel, args, { env, input });
  if (status === 1) return [];
  if (status !== 0) throw cannotRead(stderr);
  return stdout.split('\0').flatMap((part) => {
    const [key = '', ...value] = part.split('\n');
    return key === '' ? [] : [{ key, value: value.join('\n') }];
  });
}

const cannotRead = (stderr: string): JitError =>
  new JitError('GIT', `git config failed: ${stderr.trim().split('\n')[0] || 'it says no more'}`, {
    details: { stderr },
  });
