import { isUlid } from '../../domain/ids.ts';
import { describeOsError } from '../../system/os-errors.ts';
import type { Cell, Cells } from '../cells.ts';
import { listIssues, readHead } from './read-head.ts';
import { type Before, type WriteParts, writeRecord } from './write-record.ts';

export type Durability = 'full' | 'fast';

/** Of more issues it is cheaper to look first which have records at all. */
const FEW = 16;

/**
 * Cells on files: `<leases>/<id>/<number>` holds one record, and the highest number counts. A record is swapped in by the
 * exclusive creation of the next number. Opening makes nothing; the first swap makes the directories.
 */
export function localCells(parts: WriteParts, durability: () => Promise<Durability>): Cells {
  const { disk, leases } = parts;
  return {
    async read(ids) {
      return guard(() => {
        if (ids !== undefined && ids.length <= FEW) return ids.map(readCell);
        const present = new Set(listIssues(disk, leases));
        return [...(ids ?? present)].map((id) => (present.has(id) ? readCell(id) : noCell(id)));
      });
    },
    async swap(id, version, next, durable) {
      if (!isUlid(id) || next.id !== id) throw new Error(`not a lease of ${id}`);
      const sync = (await durability()) === 'full';
      return guard(() => writeRecord(parts, next, beforeOf(version), { base: durable, sync }));
    },
  };

  function readCell(id: string): Cell {
    const head = isUlid(id) ? readHead(disk, `${leases}/${id}`, id) : null;
    if (head === null) return noCell(id);
    const { number, lineage, lease, damage } = head;
    const version = JSON.stringify({ number, lineage } satisfies Before);
    return { id, version, lease, ...(damage !== undefined && { damage }) };
  }
}

const noCell = (id: string): Cell => ({ id, version: null, lease: null });

const beforeOf = (version: string | null): Before =>
  version === null ? { number: 0, lineage: { synced: 0, trail: [] } } : (JSON.parse(version) as Before);

function guard<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw describeOsError(error, (path) => path, false);
  }
}
