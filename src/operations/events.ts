import { EVENT_NAMES } from '../domain/event.ts';
import { sameHolder } from '../domain/identity.ts';
import { findIds, isUlid } from '../domain/ids.ts';
import type { Event } from '../domain/issue.ts';
import { unknownValue } from '../domain/suggest.ts';
import type { View } from '../store/store.ts';
import { resolveIssue } from './resolve.ts';
import type { Session } from './session.ts';

/** Which events to find; what is absent or null does not limit them. */
export interface EventsInput {
  /** UTC, RFC 3339. */
  readonly since?: string | null;
  readonly until?: string | null;
  /** Names such as `gate.failed`, or the part before the dot; empty: all. */
  readonly names?: readonly string[];
  /** Events that name this assignee, or that changed the assignee from or to it. */
  readonly assignee?: string | null;
  readonly by?: string | null;
  readonly issue?: string | null;
  /** Only the last n of those that match. */
  readonly last?: number | null;
}

/** Events in the order of the log. */
export interface FoundEvents {
  readonly events: readonly Event[];
  /** How many matched before `last` cut them. */
  readonly total: number;
}

/** The events that match. Throws UNKNOWN_VALUE for a name that no event has. */
export async function queryEvents(session: Session, input: EventsInput = {}): Promise<FoundEvents> {
  const { since = null, until = null, issue = null, last = null, names = [] } = input;
  for (const name of names) checkName(name);
  return session.store.read(async (view) => {
    const found: Event[] = [];
    const range = {
      ...(since === null ? {} : { since }),
      ...(until === null ? {} : { until }),
      ...(issue === null ? {} : { id: await issueId(view, issue) }),
    };
    for await (const event of view.events(range)) if (matchesInput(event, input)) found.push(event);
    const events = last === null ? found : found.slice(Math.max(0, found.length - last));
    return { events, total: found.length };
  });
}

// A deleted issue still has its events, also when its tombstone is gone: a full id that has any is taken as it is. An
// abbreviation means a deleted issue only where it means nothing else.
async function issueId(view: View, text: string): Promise<string> {
  const id = text.toUpperCase();
  if (isUlid(id)) for await (const event of view.events({ id, last: 1 })) return event.id ?? id;
  const deleted = new Set((await view.tombstones()).map((tombstone) => tombstone.id));
  const [only, ...others] = findIds(await view.ids(), text);
  if (only !== undefined && others.length === 0 && deleted.has(only)) return only;
  return (await resolveIssue(view, text)).id;
}

function checkName(name: string): void {
  const groups = EVENT_NAMES.map((known) => known.slice(0, known.indexOf('.')));
  if (groups.includes(name) || EVENT_NAMES.some((known) => known === name)) return;
  throw unknownValue('event', name, EVENT_NAMES);
}

function matchesInput(event: Event, { names = [], assignee = null, by = null }: EventsInput): boolean {
  const named =
    names.length === 0 || names.some((name) => event.event === name || event.event.startsWith(`${name}.`));
  return (
    named && (by === null || sameHolder(by, event.by)) && (assignee === null || concerns(event, assignee))
  );
}

function concerns(event: Event, assignee: string): boolean {
  const [before, after] = event.changes.assignee ?? [null, null];
  const names = [event.assignee, before, after].filter((name): name is string => typeof name === 'string');
  return names.some((name) => sameHolder(assignee, name));
}
