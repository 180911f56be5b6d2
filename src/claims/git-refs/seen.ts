import { isUlid } from '../../domain/ids.ts';
import type { Beat, Lease } from '../../domain/lease.ts';
import type { Disk } from '../../system/disk.ts';
import { attempt, osCode, tryTo } from '../../system/os-errors.ts';
import { createWhole, readWhole } from '../../system/whole-file.ts';
import { formatRecord, parseRecord } from '../lease-record.ts';
import type { Sightings } from '../machine.ts';

/** A record as it was last seen on the remote. */
export interface SeenRecord {
  /** The name of its object. */
  readonly version: string;
  readonly lease: Lease;
}

/**
 * What this clone last saw of a remote, one file for each issue, shared by its processes. Only a memory: when it is lost or
 * old, a contact more is needed, and nothing else.
 */
export interface Seen extends Sightings {
  get(id: string): SeenRecord | null;
  /** The issues of which something was seen. */
  list(): readonly string[];
  put(id: string, record: SeenRecord | null): void;
}

interface Stored extends SeenRecord {
  /** Since when it is watched, on the clock of a boot; null: it is not watched. */
  readonly since: Pick<Beat, 'boot' | 'elapsed'> | null;
}

const LARGEST = 64 * 1024;
const ENDING = '.json';

export interface SeenOptions {
  readonly disk: Disk;
  /** The directory of the files; its parent must be there. */
  readonly directory: string;
  readonly newId: () => string;
}

export function openSeen({ disk, directory, newId }: SeenOptions): Seen {
  const pathOf = (id: string): string => `${directory}/${id}${ENDING}`;

  const read = (id: string): Stored | null => {
    try {
      const { bytes } = readWhole(disk, pathOf(id), LARGEST);
      const { version, since, record } = JSON.parse(bytes?.toString('utf8') ?? '');
      if (typeof version !== 'string' || (since !== null && typeof since?.elapsed !== 'number')) return null;
      return { version, since, lease: parseRecord(record, id, pathOf(id)).lease };
    } catch {
      // Whatever is wrong with it: it is as good as not there.
      return null;
    }
  };

  const write = (id: string, { version, lease, since }: Stored): void => {
    const pending = `${directory}/${newId()}.pending`;
    const text = JSON.stringify({ version, since, record: formatRecord(lease) });
    tryTo(() => {
      attempt(() => disk.makeDirectory(directory), 'EEXIST');
      createWhole(disk, pending, text, false);
      disk.rename(pending, pathOf(id));
    });
  };

  const sinceOf = (stored: Stored | null, lease: Lease, now: Beat): number | null => {
    const since = stored?.since ?? null;
    // A clock that does not tell boots apart may have started anew.
    if (since === null || since.boot !== now.boot || since.elapsed > now.elapsed) return null;
    return formatRecord(stored!.lease) === formatRecord(lease) ? since.elapsed : null;
  };

  return {
    get(id) {
      return read(id);
    },
    list() {
      try {
        const names = disk.list(directory).map(({ name }) => name.slice(0, -ENDING.length));
        return names.filter(isUlid);
      } catch (error) {
        if (osCode(error) === null) throw error;
        return [];
      }
    },
    put(id, record) {
      if (record === null) {
        tryTo(() => attempt(() => disk.unlink(pathOf(id)), 'ENOENT'));
        return;
      }
      if (read(id)?.version !== record.version) write(id, { ...record, since: null });
    },
    unchangedFor(lease, now) {
      const since = sinceOf(read(lease.id), lease, now);
      return since === null ? null : now.elapsed - since;
    },
    note(lease, now) {
      const stored = read(lease.id);
      // A note from before a boot begins anew: whoever goes by it swaps against what was seen, so that it was there all the time.
      if (stored === null || sinceOf(stored, lease, now) !== null) return;
      if (formatRecord(stored.lease) === formatRecord(lease))
        write(lease.id, { ...stored, since: { boot: now.boot, elapsed: now.elapsed } });
    },
  };
}
