import { checkEvent } from '../../domain/generated/checks/event.js';
import type { Event } from '../../domain/issue.ts';
import { readPlainEvent } from '../../domain/plain-event.ts';
import type { Problem } from '../../domain/problem.ts';
import { violations } from '../../domain/violations.ts';
import type { Disk } from '../../system/disk.ts';
import { type Line, readLines } from './events-log.ts';
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
  pass: PassLine,
): Iterable<Event> {
  const file = layout.nameOf(layout.events);
  for (const line of readLines(disk, layout, size)) {
    const event = readEventLine(line, file, pass);
    if (event !== null) yield event;
  }
  yield* pendingEvents(pending);
}

/** Is told what is wrong with a line of the log; `number` from 1. */
export type PassLine = (problem: Problem, number: number) => void;

/** The events of a commit that is not in its place yet. */
export function* pendingEvents(pending: string): Iterable<Event> {
  for (const text of pending.split('\n')) if (text !== '') yield JSON.parse(text) as Event;
}

/** The event of a line of the log; null of an empty line, and of one that cannot be used. */
export function readEventLine({ text, number, ended }: Line, file: string, pass: PassLine): Event | null {
  if (text === '' || text === '\r') return null;
  const plain = readPlainEvent(text);
  if (plain !== null) return plain;
  const { value, problems } = parseText(text, null);
  if (problems.length === 0 && checkEvent(value)) return value as Event;
  const at = (code: string, message: string): Problem => ({
    severity: 'error',
    code,
    message: `line ${number} ${message}`,
    file,
    path: `line ${number}`,
    id: null,
    fix: null,
  });
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    pass(at(ended ? error.code : 'torn-line', error.message), number);
    return null;
  }
  const [mark] = problems.filter((problem) => problem.code === 'byte-order-mark');
  if (mark !== undefined)
    pass({ ...at(mark.code, mark.message), severity: 'warning', fix: 'remove the mark' }, number);
  const found = violations(EVENT, value);
  for (const violation of found.slice(0, 5)) pass(at('schema', schemaProblem(violation).message), number);
  return found.length === 0 ? (value as Event) : null;
}

/** The events of one issue in a log, in the order of its lines; lines that cannot be used are passed over. */
export function eventsOfIssue(log: Buffer, id: string): readonly Event[] {
  const events: Event[] = [];
  // A line that somebody else wrote may have a space before it.
  const needle = `"${id}"`;
  for (let at = log.indexOf(needle); at !== -1; ) {
    const newline = log.indexOf(NEWLINE, at);
    const end = newline === -1 ? log.length : newline;
    const { value } = parseText(log.toString('utf8', log.lastIndexOf(NEWLINE, at) + 1, end), null);
    // Elsewhere it is the id of something else, or names this issue.
    if (violations(EVENT, value).length === 0 && (value as Event).id === id) events.push(value as Event);
    at = log.indexOf(needle, end);
  }
  return events;
}
