import { refPrefix, remoteName } from '../../domain/git-names.ts';
import type { Repository } from '../../git/repository.ts';
import { sha256 } from '../../system/digest.ts';
import { type Disk, systemDisk } from '../../system/disk.ts';
import { attempt, tryTo } from '../../system/os-errors.ts';
import { randomBytes } from '../../system/random.ts';
import { createWhole } from '../../system/whole-file.ts';
import type { Machine } from '../machine.ts';
import type { RemoteCells } from '../remote.ts';
import { remoteDirectory } from './claim-room.ts';
import { type OnSilence, openExchange } from './exchange.ts';
import { gitCells, type Remembered } from './git-cells.ts';
import { filePatience } from './patience.ts';
import { openSeen } from './seen.ts';

/** How the cells of a remote are opened; what is optional is for tests. */
export interface GitCellsOptions {
  readonly repository: Repository;
  /** The name of a remote of the repository. */
  readonly remote: string;
  /** The beginning of the references, for example `refs/jit/claims/`. */
  readonly prefix: string;
  readonly machine: Machine;
  /** The environment for git. Absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for one contact. Absent: 20 seconds. */
  readonly timeout?: number;
  readonly onSilence?: OnSilence | undefined;
  readonly disk?: Disk;
  /** Makes names of letters and digits that never come again. */
  readonly newId?: () => string;
}

/** Cells on the references of a remote. Opening touches nothing. Throws UNKNOWN_VALUE for what cannot be a remote or a prefix. */
export function openGitCells(options: GitCellsOptions): RemoteCells {
  const { repository, machine, env, timeout, disk = systemDisk, newId = randomName } = options;
  const remote = remoteName(options.remote);
  const prefix = refPrefix(options.prefix);
  const directory = remoteDirectory(repository.commonDir);
  const name = nameOf(remote, prefix);
  const patience = filePatience({ disk, path: `${directory}/silence-${name}`, machine, newId });
  const exchange = openExchange({
    patience,
    repository,
    remote,
    machine,
    newId,
    onSilence: options.onSilence,
    ...(env !== undefined && { env }),
    ...(timeout !== undefined && { timeout }),
  });
  const seen = openSeen({ disk, directory: `${directory}/seen-${name}`, newId });
  const forward = remembered(disk, `${directory}/forward-${name}`);
  return gitCells({ exchange, seen, remote, prefix, forward, newId });
}

/** What is remembered by a file that is there. */
const remembered = (disk: Disk, path: string): Remembered => ({
  isSo: () => disk.stat(path) !== undefined,
  remember: () => tryTo(() => attempt(() => void createWhole(disk, path, '', false), 'EEXIST')),
});

/** A name for a directory: what was seen on one remote says nothing of another. */
const nameOf = (remote: string, prefix: string): string => sha256(`${remote}\n${prefix}`).slice(0, 16);

/** A name of letters and digits that never comes again. */
export const randomName = (): string => Buffer.from(randomBytes(16)).toString('hex');
