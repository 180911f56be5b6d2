import { JitError } from '../../domain/errors.ts';
import { runGit } from '../run-git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The value that git finds for an attribute of each of these paths; `unspecified` where it finds none. Throws GIT. */
export async function readAttributes(
  topLevel: string,
  attribute: string,
  paths: readonly string[],
  env: Environment,
): Promise<ReadonlyMap<string, string>> {
  const { status, stdout, stderr } = await runGit(topLevel, ['check-attr', '-z', attribute, '--', ...paths], {
    env,
  });
  if (status !== 0) {
    throw new JitError('GIT', `git check-attr failed: ${stderr.trim().split('\n')[0]}`, {
      details: { stderr },
    });
  }
  const parts = stdout.split('\0');
  const values = new Map<string, string>();
  for (let at = 0; at + 2 < parts.length; at += 3) values.set(parts[at]!, parts[at + 2]!);
  return values;
}
