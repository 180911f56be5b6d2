import type { Lease } from '../../domain/lease.ts';
import { leaseBook } from '../book.ts';
import type { Cell, Cells } from '../cells.ts';
import type { Leases } from '../leases.ts';
import type { Machine, Sightings } from '../machine.ts';

/** Leases that live as long as their cells: for tests, and for stores that are not on a disk. */
export function createMemoryLeases(machine: Machine, cells: Cells = createMemoryCells()): Leases {
  return leaseBook(cells, machine, memorySightings());
}

/** Records that several may share. */
export function createMemoryCells(initial: readonly Lease[] = []): Cells {
  const records = new Map(initial.map((lease) => [lease.id, { version: 1, lease }]));
  const cellOf = (id: string): Cell => {
    const record = records.get(id);
    return {
      id,
      version: record === undefined ? null : String(record.version),
      lease: record?.lease ?? null,
    };
  };
  return {
    read: async (ids) => [...(ids ?? records.keys())].map(cellOf),
    swap: async (id, version, next) => {
      if (cellOf(id).version !== version) return false;
      records.set(id, { version: Number(version ?? 0) + 1, lease: next });
      return true;
    },
  };
}

/** Sightings of one process. */
export function memorySightings(): Sightings {
  const seen = new Map<string, { readonly mark: string; readonly since: number }>();
  const markOf = (lease: Lease): string => JSON.stringify(lease);
  return {
    unchangedFor(lease, now) {
      const noted = seen.get(lease.id);
      return noted?.mark === markOf(lease) ? now.elapsed - noted.since : null;
    },
    note(lease, now) {
      if (seen.get(lease.id)?.mark !== markOf(lease)) {
        seen.set(lease.id, { mark: markOf(lease), since: now.elapsed });
      }
    },
  };
}
