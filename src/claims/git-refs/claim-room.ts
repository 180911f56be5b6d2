import { rmSync } from 'node:fs';
import { JitError } from '../../domain/errors.ts';
import type { Repository } from '../../git/repository.ts';
import { systemDisk } from '../../system/disk.ts';
import { attempt } from '../../system/os-errors.ts';
import { createWhole } from '../../system/whole-file.ts';
import type { Machine } from '../machine.ts';

/**
 * A bare repository of jit's own inside the user's git directory. Claim objects and what is fetched of them live here, so
 * that the user's references, reflogs, FETCH_HEAD, objects and hooks are never touched, `git log --all` shows no claims, and thousands of
 * them do not make `git gc` of the user's repository complain. The user's settings hold here as well: remotes, proxies, passwords.
 */
const NAME = 'claims.git';

const SETTINGS = `[include]
\tpath = ../../../config
[gc]
\tauto = 1000
\tautoDetach = false
\tpruneExpire = 1.day.ago
[core]
\tbare = true
\tlogAllRefUpdates = false
`;

/** Where what concerns remotes is kept, in git's common directory. */
export const remoteDirectory = (commonDir: string): string => `${commonDir}/jit/remote`;

/** The path of the room; it is made where it is missing. `git` runs git where the user works. Throws IO, DISK_FULL, GIT. */
export async function openRoom(
  repository: Repository,
  newId: () => string,
  git: (args: readonly string[]) => Promise<string>,
): Promise<string> {
  const directory = remoteDirectory(repository.commonDir);
  const path = `${directory}/${NAME}`;
  if (systemDisk.stat(`${path}/HEAD`) !== undefined) return path;
  for (const made of [`${repository.commonDir}/jit`, directory]) {
    attempt(() => systemDisk.makeDirectory(made), 'EEXIST');
  }
  const format = (await git(['rev-parse', '--show-object-format'])).trim();
  // Made aside and put in its place whole: of several who make it, one is first.
  const aside = `${directory}/${NAME}.${newId()}`;
  await git(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, aside]);
  systemDisk.unlink(`${aside}/config`);
  createWhole(systemDisk, `${aside}/config`, SETTINGS + formatSettings(format), false);
  if (attempt(() => systemDisk.rename(aside, path), 'ENOTEMPTY', 'EEXIST') !== null) {
    rmSync(aside, { recursive: true, force: true });
  }
  return path;
}

const formatSettings = (format: string): string =>
  format === 'sha1'
    ? '\trepositoryFormatVersion = 0\n'
    : `\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = ${format}\n`;

/** Where a process puts what only it reads, under its token, a plus sign and a name. */
export const LOOKS = 'refs/look/';

/** Removes what processes left that were killed while they looked, and objects that are of no use any more. What fails is left. */
export async function tidyRoom(
  git: (args: readonly string[], input?: string) => Promise<string>,
  machine: Pick<Machine, 'liveness'>,
): Promise<void> {
  try {
    await tidy(git, machine);
  } catch (error) {
    if (!(error instanceof JitError)) throw error;
  }
}

async function tidy(...[git, machine]: Parameters<typeof tidyRoom>): Promise<void> {
  const refs = (await git(['for-each-ref', '--format=%(refname)', LOOKS])).split('\n');
  const left = refs.filter((ref) => {
    const token = ref.slice(LOOKS.length, ref.lastIndexOf('+'));
    return ref !== '' && machine.liveness(token) === 'dead';
  });
  await git(['update-ref', '--stdin'], left.map((ref) => `delete ${ref}\n`).join(''));
  await git(['gc', '--auto', '--quiet']);
}
