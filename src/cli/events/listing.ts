import type { FoundEvents } from '../../operations/events.ts';
import { renderEvents } from '../../render/events.ts';
import type { Page } from '../../render/style.ts';
import type { Output } from '../command.ts';

/** What a command that lists events answers. `option`: the one that would show more of them; a limit is never silent. */
export function eventList({ events, total }: FoundEvents, option: string, page: Page): Output {
  const count = events.length;
  const cut = count < total ? `the last ${count} of ${total} are shown; ${option} shows more` : undefined;
  const note = total === 0 ? 'no event matches' : cut;
  return {
    document: { kind: 'event-list', events, count, total, truncated: count < total },
    text: renderEvents(events, page),
    ...(note === undefined ? {} : { note }),
  };
}
