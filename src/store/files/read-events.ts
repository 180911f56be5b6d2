import { checkEvent } from '../../domain/generated/checks/event.js';
import type { Event } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import { violations } from '../../domain/violations.ts';
import type { Disk } from '../../system/disk.ts';
import { readLines } from './events-log.ts';
import type { Layout } from './layout.ts';
import { schemaProblem } from './parse-issue.ts';
import { parseText } from './parse-json.ts';

const NEWLINE = 0x0a;

const EVENT = { name: 'Event', check: checkEvent } as const;

/** The part of the log that belongs to a view: what is on disk up to a size, then what waits in the journal. */
export interface LogPart {
  readonly size: number;
  readonly pending: string;
}

/** The events of a part of the log in the order of its lines; lines that cannot be used go to `pass`. */
export function* readEvents(
  disk: Disk,
  layout: Layout,
  { size, pending }: LogPart,
  pass: (problem: Problem) => void,
): Iterable<Event> {
  const file = layout.nameOf(layout.events);
  for (const { text, number, ended } of readLines(disk, layout, size)) {
    if (text === '' || text === '\r') continue;
    const at = (code: string, message: string, place = ''): Problem => ({
      severity: 'error',
      code,
      message: `line ${number} ${message}`,
      file,
      path: `line ${number}${place}`,
      id: null,
      fix: null,
    });
    const { value, problems } = parseText(text, null);
    const error = problems.find(({ severity }) => severity === 'error');
    if (error !== undefined) {
      pass(at(ended ? error.code : 'torn-line', error.message));
      continue;
    }
    const [mark] = problems.filter((problem) => problem.code === 'byte-order-mark');
    if (mark !== undefined)
      pass({ ...at(mark.code, mark.message), severity: 'warning', fix: 'remove the mark' });
    const found = violations(EVENT, value);
    if (found.length === 0) yield value as Event;
    for (const violation of found.slice(0, 5)) pass(at('schema', schemaProblem(violation).message));
  }
  for (const text of pending.split('\n')) if (text !== '') yield JSON.parse(text) as Event;
}

/** The events of one issue in a log, in the order of its lines; lines that cannot be used are passed over. */
export function eventsOfIssue(log: Buffer, id: string): readonly Event[] {
  const events: Event[] = [];
  const needle = `"id":"${id}"`;
  for (let at = log.indexOf(needle); at !== -1; ) {
    const newline = log.indexOf(NEWLINE, at);
    const end = newline === -1 ? log.length : newline;
    const { value } = parseText(log.toString('utf8', log.lastIndexOf(NEWLINE, at) + 1, end), null);
    // In an object inside `changes` it may be the id of something else.
    if (violations(EVENT, value).length === 0 && (value as Event).id === id) events.push(value as Event);
    at = log.indexOf(needle, end);
  }
  return events;
}
