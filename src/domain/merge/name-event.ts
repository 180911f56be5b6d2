import { formatEvent } from '../canonical-json.ts';
import type { Event } from '../issue.ts';
import { type Digest, deriveId } from './derive-id.ts';
import { compareText } from './order.ts';

/**
 * The event under an id that follows from its text, `prev` included: so one id never has two texts, and no events can follow
 * each other in a ring. The changes are put in the order of their paths, because another log may rebuild the same in another.
 */
export function nameEvent(said: Omit<Event, 'eid'>, digest: Digest): Event {
  const changes = Object.fromEntries(Object.entries(said.changes).sort(([a], [b]) => compareText(a, b)));
  const told = { ...said, changes, eid: '' };
  return { ...told, eid: deriveId(told.ts, digest(formatEvent(told))) };
}
