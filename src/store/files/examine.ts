import { type Disk, systemDisk } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import { readWhole } from '../../system/whole-file.ts';
import { layoutOf } from './layout.ts';
import { SCHEMA_VERSION } from './store-files.ts';

/** The newest schema version that this jit knows. */
export const KNOWN_VERSION = SCHEMA_VERSION;

const LARGEST = 64 * 1024;

/** The schema version that a store says to have; null where it says none that can be understood. `dir`: the `.jit` directory. */
export function readSchemaVersion(dir: string, disk: Disk = systemDisk): number | null {
  try {
    const text = readWhole(disk, layoutOf('', dir).index, LARGEST).bytes?.toString('utf8') ?? '';
    const { schema_version: version } = JSON.parse(text) as { schema_version?: unknown };
    return typeof version === 'number' ? version : null;
  } catch {
    return null;
  }
}

/** Who has the lock of the store, and since when. */
export interface LockHolder {
  /** The token of its process; empty where the lock does not say. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Looks at the lock, and leaves it as it is; null: nobody has it. */
export function readLock(dir: string, disk: Disk = systemDisk): LockHolder | null {
  try {
    const { bytes, stat } = readWhole(disk, layoutOf('', dir).lock, LARGEST);
    const content = bytes?.toString('utf8') ?? '';
    return { token: content.slice(0, Math.max(0, content.indexOf('.'))), since: stat.mtime };
  } catch (error) {
    if (osCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** When a file of the store was changed last, in milliseconds since 1970; null where there is none. */
export function readNewestChange(dir: string, disk: Disk = systemDisk): number | null {
  const { issues, events, gates, config } = layoutOf('', dir);
  const named =
    disk.stat(issues) === undefined ? [] : disk.list(issues).map(({ name }) => `${issues}/${name}`);
  const times = [...named, events, gates, config].flatMap((path) => disk.stat(path)?.mtime ?? []);
  return times.length === 0 ? null : times.reduce((one, other) => Math.max(one, other));
}
