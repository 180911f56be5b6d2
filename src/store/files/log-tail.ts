import type { Disk } from '../../system/disk.ts';
import { fill } from '../../system/whole-file.ts';
import { findLogEnd, type LogEnd, openLog } from './events-log.ts';
import type { Layout } from './layout.ts';
import { LineSearch } from './line-search.ts';

const NEWLINE = 0x0a;
/** So many bytes are read at first, and each time twice as many as before: mostly the last lines are all that is wanted. */
const LEAST = 64 * 1024;
/** So much stays in the processor's cache. */
const MOST = 256 * 1024;

/** Where the log ends, and what the last events of some issues are. */
export interface LogTail extends LogEnd {
  /** Issue → eid of its last event; null where there is none. */
  readonly lastEids: ReadonlyMap<string, string | null>;
}

/**
 * Where the log ends now, with the last event of each of these issues. Reads backwards, and no further than needed. It takes about as long for many
 * issues as for one. Throws the system's errors.
 */
export function readLogTail(disk: Disk, layout: Layout, ids: readonly string[]): LogTail {
  const lastEids = new Map<string, string | null>(ids.map((id) => [id, null]));
  const fd = ids.length === 0 ? null : openLog(disk, layout);
  if (fd === null) return { ...findLogEnd(disk, layout), lastEids };
  try {
    const { size, ino } = disk.statOpen(fd);
    const search = new LineSearch(ids);
    const torn = searchBackwards(disk, fd, size, search);
    for (const [id, eid] of search.found) lastEids.set(id, eid);
    return { size, ino, torn, lastEids };
  } finally {
    disk.close(fd);
  }
}

/** Shows the search what the log holds, a part of whole lines at a time, until it has found all. Returns whether the last line lacks its newline. */
function searchBackwards(disk: Disk, fd: number, size: number, search: LineSearch): boolean {
  let torn = false;
  // What is read, and behind it the start of a line whose end was read before: in the same memory all the time.
  let room: Buffer = Buffer.alloc(0);
  let rest = 0;
  let step = LEAST;
  for (let end = size; end > 0 && !search.isOver; ) {
    const start = Math.max(0, end - step);
    const length = end - start;
    if (length + rest > room.length) room = widened(room, rest, 2 * (length + rest));
    room.copyWithin(length, 0, rest);
    const filled = fill(disk, fd, room.subarray(0, length), start);
    // Who cut the log off meanwhile is noticed by the commit; until then nothing old may stand in what is searched.
    if (filled < length) room.copyWithin(filled, length, length + rest);
    const part = room.subarray(0, filled + rest);
    if (end === size) torn = filled === length && part[length - 1] !== NEWLINE;
    const firstLine = start === 0 ? 0 : part.indexOf(NEWLINE) + 1;
    if (start > 0 && firstLine === 0) rest = part.length;
    else {
      search.look(part, firstLine);
      rest = firstLine;
    }
    end = start;
    step = Math.min(MOST, 2 * step);
  }
  return torn;
}

/** More memory, with what is at the start of the present one. */
function widened(room: Buffer, kept: number, bytes: number): Buffer {
  const wider = Buffer.allocUnsafeSlow(bytes);
  room.copy(wider, 0, 0, kept);
  return wider;
}
