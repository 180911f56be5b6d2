import type { Event } from '../domain/issue.ts';
import type { EventRange } from './store.ts';

/** Whether an event lies in the range, `last` aside. */
export function inRange(event: Event, { since, until, id }: EventRange): boolean {
  return (
    (id === undefined || event.id === id) &&
    (since === undefined || event.ts >= since) &&
    (until === undefined || event.ts <= until)
  );
}

/** The events of a range: of several with the same eid the first, and only the last n of them where it says so. */
export async function* selectEvents(
  events: Iterable<Event> | AsyncIterable<Event>,
  range: EventRange,
): AsyncIterable<Event> {
  const seen = new Set<string>();
  const last: Event[] = [];
  for await (const event of events) {
    if (seen.has(event.eid)) continue;
    seen.add(event.eid);
    if (!inRange(event, range)) continue;
    if (range.last === undefined) yield event;
    else last.push(event);
    // Cut now and then, so that a long log is not kept whole for its last lines.
    if (range.last !== undefined && last.length > 2 * range.last + 1000)
      last.splice(0, last.length - range.last);
  }
  if (range.last !== undefined && range.last > 0) yield* last.slice(-range.last);
}
