import type { Event } from '../../domain/issue.ts';
import type { Disk } from '../../system/disk.ts';
import type { History } from '../store.ts';
import { openLog } from './events-log.ts';
import type { Layout } from './layout.ts';
import { LogLines } from './log-lines.ts';
import { type IssueLines, LogTable } from './log-table.ts';
import { type LogPart, type PassLine, pendingEvents } from './read-events.ts';

/**
 * The events of a part of the log, issue by issue. It goes through the log twice: to find which lines are whose, and to read them, some
 * issues at a time. So little is kept, however long the log. Lines that cannot be used go to `pass`.
 */
export function* readHistories(disk: Disk, layout: Layout, part: LogPart, pass: PassLine): Iterable<History> {
  const opened = openTable(disk, layout, part, [], pass);
  try {
    const { table } = opened;
    for (const [from, to] of table.batches()) {
      for (const lines of table.read(from, to)) {
        const events = eventsIn(table, lines);
        if (events.length > 0) yield { id: lines.id, events };
      }
    }
  } finally {
    opened.close();
  }
}

/** Finds the lines of a part of the log. `ids`: more than those that it tells of. Whoever opens it closes it. */
export function openTable(
  disk: Disk,
  layout: Layout,
  { size, pending }: LogPart,
  ids: readonly string[],
  pass: PassLine,
): { readonly table: LogTable; close(): void } {
  const fd = openLog(disk, layout);
  const close = (): void => {
    if (fd !== null) disk.close(fd);
  };
  try {
    const log = fd === null ? null : new LogLines(disk, fd);
    const to = { file: layout.nameOf(layout.events), pass };
    return { table: new LogTable(ids, log, size, [...pendingEvents(pending)], to), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The events of the lines of one issue. */
export function eventsIn(table: LogTable, { lines }: IssueLines): readonly Event[] {
  const events: Event[] = [];
  for (const line of lines) {
    const event = table.eventOf(line);
    if (event !== null) events.push(event);
  }
  return events;
}
