import { type Disk, systemDisk } from '../../system/disk.ts';
import { leaseBook } from '../book.ts';
import type { Leases } from '../leases.ts';
import type { Machine } from '../machine.ts';
import { type Durability, localCells } from './local-cells.ts';
import { localSightings } from './local-sightings.ts';

/** How local leases are opened; what is optional is for tests, and for those who know better. */
export interface LocalLeasesOptions {
  /** The directory of the leases; absolute. Its parent's parent must be there. */
  readonly dir: string;
  readonly machine: Machine;
  /** Whether what must outlive a power cut is put on the disk at once. Absent: `full`. A function is asked at the first change. */
  readonly durability?: Durability | (() => Promise<Durability>);
  readonly disk?: Disk;
  /** Makes names of letters and digits that never come again. */
  readonly newId?: () => string;
}

/** Where the leases of a store are: in git's common directory, which all work trees share; without git beside the issues. */
export const leasesDirectory = (storeDir: string, commonDir: string | null): string =>
  commonDir === null ? `${storeDir}/leases` : `${commonDir}/jit/leases`;

/** Leases on files, for all who share a directory. Opening touches nothing. */
export function openLocalLeases(options: LocalLeasesOptions): Leases {
  const { dir, machine, disk = systemDisk, newId = randomName, durability = 'full' } = options;
  const parts = { disk, machine, leases: dir, newId };
  let known: Durability | undefined;
  const ask = async (): Promise<Durability> => {
    known ??= typeof durability === 'function' ? await durability() : durability;
    return known;
  };
  return leaseBook(localCells(parts, ask), machine, localSightings(parts));
}

const randomName = (): string => [0, 0].map(() => Math.floor(Math.random() * 2 ** 40).toString(36)).join('');
