import { checkEvent } from '../generated/checks/event.js';
import type { Event } from '../issue.ts';

/**
 * The events that a later log has and an earlier one has not, in the order of the later: read from the unified diff that git
 * makes of the two. A line that only moved is not new. Lines that are no events are passed over: `jit validate` names them.
 */
export function addedEvents(diff: string): readonly Event[] {
  const added = new Map<string, Event>();
  const known = new Set<string>();
  let inside = false;
  for (const line of diff.split('\n')) {
    // Before the first hunk there are names of files.
    if (line.startsWith('@@')) inside = true;
    if (!inside || (line[0] !== '+' && line[0] !== '-')) continue;
    const event = readEvent(line.slice(1));
    if (event === null) continue;
    if (line[0] === '-') known.add(event.eid);
    else if (!added.has(event.eid)) added.set(event.eid, event);
  }
  return [...added.values()].filter(({ eid }) => !known.has(eid));
}

function readEvent(line: string): Event | null {
  try {
    const value: unknown = JSON.parse(line);
    return checkEvent(value) ? (value as Event) : null;
  } catch {
    return null;
  }
}
