import type { Clock } from '../../../domain/clock.ts';
import type { Disk } from '../../../system/disk.ts';
import { osCode, tryTo } from '../../../system/os-errors.ts';
import type { Layout } from '../layout.ts';
import { readHeader } from './index-file.ts';
import { indexPath, logPath } from './kept.ts';
import { momentPath } from './moment.ts';
import { quietly } from './quietly.ts';

/** So long (milliseconds) an index that is being written is left alone. */
const MINUTE = 60_000;

/**
 * Removes from the cache what no longer serves, and says what, in words: logs whose index is gone, indexes that were never finished, and
 * what this jit does not know. A good index stays. What is taken from under another process is made again.
 */
export function sweepCache(disk: Disk, layout: Layout, clock: Clock): readonly string[] {
  const { cache } = layout;
  // Listed first: the log of an index that is made meanwhile is not among them.
  const names = listFiles(disk, cache);
  const serving = servingIn(disk, layout);
  const old = names.filter((name) => !serving.has(`${cache}/${name}`));
  const logs = old.filter((name) => /^issues-.*\.log$/.test(name));
  const prepared = old.filter((name) => name.startsWith('prepared-'));
  const others = old.filter((name) => !logs.includes(name) && !prepared.includes(name));
  const removeAll = (found: readonly string[]): readonly string[] =>
    found.filter((name) => remove(disk, `${cache}/${name}`));
  return [
    ...counted(removeAll(logs).length, 'log of an index that is gone', 'logs of indexes that are gone'),
    ...counted(
      removeAll(prepared.filter((name) => isLeft(disk, `${cache}/${name}`, clock))).length,
      'index that was never finished',
      'indexes that were never finished',
    ),
    ...removeAll(others).map((name) => layout.nameOf(`${cache}/${name}`)),
  ];
}

function listFiles(disk: Disk, directory: string): readonly string[] {
  try {
    return disk.list(directory).flatMap(({ name, kind }) => (kind === 'file' ? [name] : []));
  } catch (error) {
    if (osCode(error) !== null) return [];
    throw error;
  }
}

function servingIn(disk: Disk, layout: Layout): ReadonlySet<string> {
  const path = indexPath(layout);
  const header = quietly(() => readHeader(disk, path)) ?? null;
  return new Set([path, momentPath(layout), ...(header === null ? [] : [logPath(layout, header.name)])]);
}

const isLeft = (disk: Disk, path: string, clock: Clock): boolean => {
  const stat = disk.stat(path);
  return stat !== undefined && stat.mtime < Date.parse(clock.ago(MINUTE));
};

function remove(disk: Disk, path: string): boolean {
  let removed = false;
  tryTo(() => {
    disk.unlink(path);
    removed = true;
  });
  return removed;
}

const counted = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
