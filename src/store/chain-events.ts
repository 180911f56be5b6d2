import type { Event } from '../domain/issue.ts';
import { fitEvent } from './event-line.ts';
import type { EventDraft } from './store.ts';

/**
 * Links each event to the previous one of its issue, and makes it fit a line. Events of the store itself
 * (`id` null) are not chained, and what says itself what it follows stays so. `lastEids`: issue → eid of its last event so far; null
 * where there is none.
 */
export function chainEvents(
  drafts: readonly EventDraft[],
  lastEids: ReadonlyMap<string, string | null>,
): readonly Event[] {
  const last = new Map(lastEids);
  return drafts.map((draft) => {
    const known = draft.id === null ? null : (last.get(draft.id) ?? null);
    const prev = draft.prev === undefined ? known : draft.prev;
    if (draft.id !== null) last.set(draft.id, draft.eid);
    return fitEvent({ ...draft, prev } as Event);
  });
}

/** Ids of the issues that the events are about, each once. */
export const issuesOf = (drafts: readonly EventDraft[]): readonly string[] => [
  ...new Set(drafts.flatMap(({ id }) => (id === null ? [] : [id]))),
];
