import { type FSWatcher, watch as watchPath } from 'node:fs';
import type { Disk } from '../../system/disk.ts';
import { osCode } from '../../system/os-errors.ts';
import type { Journal } from './journal.ts';
import type { Layout } from './layout.ts';

/** How often we look ourselves, in milliseconds: notices get lost. */
const POLL = 2_000;

/** What changes whenever the store may have: the journal's position, and what the system says of a few names. */
function signature(disk: Disk, layout: Layout, journal: Journal): string {
  try {
    const { directory, number } = journal.locate();
    const stats = [layout.issues, layout.events, layout.gates, layout.config].map((path) => {
      const stat = disk.stat(path);
      return stat === undefined ? '-' : `${stat.ino}.${stat.size}.${stat.ctime}`;
    });
    return [directory, number, ...stats].join(' ');
  } catch (error) {
    if (osCode(error) === null) throw error;
    return 'unreadable';
  }
}

/**
 * Calls `onChange` when the store may have changed. Notices of the system wake us at once, and a slow poll makes up
 * for those that are lost. Issue files are watched through their directory alone, which costs the same for one file
 * as for a hundred thousand.
 */
export async function watchStore(
  disk: Disk,
  layout: Layout,
  journal: Journal,
  onChange: () => void,
): Promise<() => Promise<void>> {
  const { watch } = await import('chokidar');
  let last = signature(disk, layout, journal);
  const look = (): void => {
    const now = signature(disk, layout, journal);
    if (now === last) return;
    last = now;
    onChange();
  };
  const files = watch([layout.events, layout.gates, layout.config], { ignoreInitial: true });
  files.on('all', look);
  // Without notices the poll still serves.
  files.on('error', look);
  const directory = watchDirectory(layout.issues, onChange);
  const timer = setInterval(look, POLL);
  await new Promise<void>((resolve) => {
    files.once('ready', resolve);
    files.once('error', () => resolve());
  });
  return async () => {
    clearInterval(timer);
    directory?.close();
    await files.close();
  };
}

// An edit in place changes nothing that the signature sees, so each notice counts.
function watchDirectory(path: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watchPath(path, { persistent: true }, () => onChange());
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
