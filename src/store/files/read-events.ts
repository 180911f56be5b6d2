import { validateEvent } from '../../domain/generated/validators.js';
import type { Event } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Disk } from '../../system/disk.ts';
import { readLines } from './events-log.ts';
import type { Layout } from './layout.ts';
import { schemaProblem } from './parse-issue.ts';
import { parseText } from './parse-json.ts';

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
    if (error !== undefined) pass(at(ended ? error.code : 'torn-line', error.message));
    else if (validateEvent(value)) yield value as Event;
    else
      for (const violation of (validateEvent.errors ?? []).slice(0, 5))
        pass(at('schema', schemaProblem(violation).message));
  }
  for (const text of pending.split('\n')) if (text !== '') yield JSON.parse(text) as Event;
}
