import { isUlid } from '../../domain/ids.ts';
import { type Disk, systemDisk } from '../../system/disk.ts';
import type { Machine } from '../machine.ts';
import { listIfThere, numbersAmong } from './read-head.ts';
import { ANCHORED, isAbandoned, PENDING, SEEN } from './write-record.ts';

/** What lies in the directory of the leases, and is no record. Paths are relative to it. */
export interface Strays {
  /** Nothing of jit's. */
  readonly foreign: readonly string[];
  /** Left by processes that died; the next change of that lease removes it. */
  readonly leftovers: readonly string[];
}

/** Finds what is no record. Writes nothing. */
export function listStrays(dir: string, machine: Machine, disk: Disk = systemDisk): Strays {
  const foreign: string[] = [];
  const leftovers: string[] = [];
  for (const { name, kind } of listIfThere(disk, dir) ?? []) {
    if (name === ANCHORED) continue;
    if (!isUlid(name) || kind !== 'directory') {
      foreign.push(name);
      continue;
    }
    const names = listIfThere(disk, `${dir}/${name}`) ?? [];
    const records = new Set(numbersAmong(names).map(String));
    for (const { name: inner } of names) {
      if (records.has(inner) || inner.startsWith(SEEN)) continue;
      if (!inner.startsWith(PENDING)) foreign.push(`${name}/${inner}`);
      else if (isAbandoned(disk, machine, `${dir}/${name}`, inner)) leftovers.push(`${name}/${inner}`);
    }
  }
  return { foreign, leftovers };
}
