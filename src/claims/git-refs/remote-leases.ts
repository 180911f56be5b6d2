import { systemDisk } from '../../system/disk.ts';
import { layeredLeases } from '../layered.ts';
import type { Leases } from '../leases.ts';
import { openMirror } from '../mirror.ts';
import { remoteDirectory } from './claim-room.ts';
import { cloneName } from './clone-name.ts';
import { fileDebts } from './file-debts.ts';
import { type GitCellsOptions, openGitCells, randomName } from './open.ts';

export interface RemoteLeasesOptions extends GitCellsOptions {
  /** The leases that all work trees of this clone share. */
  readonly local: Leases;
}

/**
 * Leases that count in all clones of a remote. Opening touches nothing. Throws UNKNOWN_VALUE for what cannot be a remote
 * or the beginning of references.
 */
export function openRemoteLeases(options: RemoteLeasesOptions): Leases {
  const { local, repository, machine, disk = systemDisk, newId = randomName } = options;
  const { commonDir } = repository;
  let name: string | undefined;
  const clone = (): string => {
    name ??= cloneName(disk, `${commonDir}/jit`, newId);
    return name;
  };
  const mirror = openMirror(openGitCells(options), machine, clone);
  const directory = `${remoteDirectory(commonDir)}/owed`;
  return layeredLeases(local, mirror, fileDebts({ disk, directory, machine, newId }));
}

/** The issues of which the remote may not know how their leases are, for `jit doctor`. */
export function listOwed(
  options: Pick<RemoteLeasesOptions, 'repository' | 'machine' | 'disk'>,
): readonly string[] {
  const { repository, machine, disk = systemDisk } = options;
  const directory = `${remoteDirectory(repository.commonDir)}/owed`;
  const debts = fileDebts({ disk, directory, machine, newId: randomName }).list();
  return [...new Set(debts.map(({ id }) => id))].sort();
}
