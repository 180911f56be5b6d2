import type { Disk, Stamp } from '../../../system/disk.ts';
import { attempt } from '../../../system/os-errors.ts';
import type { Layout } from '../layout.ts';
import { quietly } from './quietly.ts';

/** Whether a change that comes later must show: it was made in a moment that is over. */
export const isPast = (stamp: Stamp, moment: number | null): boolean =>
  moment !== null && stamp.ctime < moment;

/** A write of no more bytes is over as soon as its change time is noted, as near as it can be told. */
const AT_ONCE = 4096;

/** So many milliseconds a longer write may take: the system notes the change time first, and moves the bytes afterwards. */
const WRITING = 500;

/** Whether a file is as it was written: a change that comes later must show, and no write is still under way that would not. */
export const isWritten = (stamp: Stamp, moment: number | null): boolean =>
  moment !== null && isPast(stamp, stamp.size > AT_ONCE ? moment - WRITING : moment);

/** By which time (milliseconds since 1970) the file system stamps what happens now; null where that cannot be known. */
export const momentOf = (disk: Disk, layout: Layout): number | null =>
  quietly(() => readMoment(disk, layout)) ?? null;

/** So many milliseconds a clock may take to its next tick. */
const TICKS = 12;

/**
 * Looks until a change that comes later must show: some milliseconds where the clock of the file system is coarse. One that notes a finer
 * time where somebody has looked moves on when it is touched a second time.
 */
export function waitUntilPast(
  disk: Disk,
  layout: Layout,
  look: () => Stamp | undefined,
): { readonly stamp: Stamp; readonly moment: number } | null {
  for (let tries = 0; tries < TICKS; tries += 1) {
    if (tries > 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    const moment = momentOf(disk, layout);
    const stamp = look();
    if (moment === null || stamp === undefined) return null;
    if (isPast(stamp, moment)) return { stamp, moment };
  }
  return null;
}

/** The file that is touched to learn what time it is. */
export const momentPath = ({ cache }: Layout): string => `${cache}/clock`;

/** Touches a file next to the index, and returns its change time: the time by which the file system stamps what happens now. */
function readMoment(disk: Disk, layout: Layout): number | null {
  const path = momentPath(layout);
  const fd = openOrMake(disk, layout, path);
  try {
    disk.write(fd, Buffer.from('\n'), 0);
  } finally {
    disk.close(fd);
  }
  const stamp = disk.stamp(path);
  const issues = disk.stamp(layout.issues);
  return stamp !== undefined && stamp.device === issues?.device ? stamp.ctime : null;
}

function openOrMake(disk: Disk, layout: Layout, path: string): number {
  try {
    return disk.open(path, 'modify');
  } catch {
    for (const directory of [layout.local, layout.cache])
      attempt(() => disk.makeDirectory(directory), 'EEXIST');
    return disk.open(path, 'modify');
  }
}
