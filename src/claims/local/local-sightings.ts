import type { Beat, Lease } from '../../domain/lease.ts';
import { sha256 } from '../../system/digest.ts';
import { osCode, tryTo } from '../../system/os-errors.ts';
import { createWhole, readWhole } from '../../system/whole-file.ts';
import type { Sightings } from '../machine.ts';
import { PENDING, SEEN, type WriteParts } from './write-record.ts';

interface Note {
  /** Stands for the record that was seen. */
  readonly mark: string;
  /** When it was first seen: milliseconds on the clock of this boot. */
  readonly since: number;
}

const LARGEST = 4096;

/**
 * Sightings beside the records, one file for each machine and boot that watches: all its processes watch as one. A swap removes
 * them, since they are about what was there before. What cannot be noted only makes the wait longer.
 */
export function localSightings({ disk, machine, leases, newId }: WriteParts): Sightings {
  let own: string | undefined;
  const pathOf = (id: string, { host, boot }: Beat): string => {
    own ??= sha256(JSON.stringify([host, boot])).slice(0, 16);
    return `${leases}/${id}/${SEEN}${own}`;
  };
  const read = (lease: Lease, now: Beat): Note | null => {
    try {
      const { bytes } = readWhole(disk, pathOf(lease.id, now), LARGEST);
      const note = JSON.parse(bytes?.toString('utf8') ?? '') as Partial<Note> | null;
      const { mark, since } = note ?? {};
      // A clock that does not tell boots apart may have started anew.
      if (mark !== markOf(lease) || typeof since !== 'number' || since > now.elapsed) return null;
      return { mark, since };
    } catch (error) {
      if (error instanceof SyntaxError || osCode(error) !== null) return null;
      throw error;
    }
  };
  return {
    unchangedFor(lease, now) {
      const note = read(lease, now);
      return note === null ? null : now.elapsed - note.since;
    },
    note(lease, now) {
      if (read(lease, now) !== null) return;
      const note: Note = { mark: markOf(lease), since: now.elapsed };
      const pending = `${leases}/${lease.id}/${PENDING}${machine.token}.${newId()}`;
      tryTo(() => {
        createWhole(disk, pending, JSON.stringify(note), false);
        disk.rename(pending, pathOf(lease.id, now));
      });
    },
  };
}

const markOf = (lease: Lease): string => sha256(JSON.stringify(lease));
