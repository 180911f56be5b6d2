import type { Event } from '../../domain/issue.ts';
import { queryEvents } from '../../operations/events.ts';
import { renderEvent } from '../../render/events.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readLimit } from '../listing.ts';
import { flag } from '../options.ts';
import { watchUntil } from '../wait.ts';
import { eventList } from './listing.ts';

/** How many events are shown when nothing is said. */
const DEFAULT_LAST = 10;

export const declaration: Declaration = {
  path: ['events', 'tail'],
  aliases: [['events']],
  summary: 'Show the last events, and with --follow those to come.',
  options: {
    lines: {
      type: 'integer',
      alias: ['n'],
      placeholder: 'N',
      description: `The last N; default ${DEFAULT_LAST}.`,
    },
    follow: {
      type: 'boolean',
      alias: ['f'],
      description: 'Print new events as they come, until interrupted.',
    },
  },
  reads: '.jit/events.jsonl.',
  writes: 'Nothing.',
  examples: [
    ['jit events tail -n 20', 'the last twenty'],
    ['jit events tail --follow --json', 'one document a line, as it happens'],
  ],
  kinds: ['event-list', 'event'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session();
  const last = readLimit({ limit: input.lines }).limit ?? DEFAULT_LAST;
  const page = pageFor(context.terminal);
  const { events: all, total } = await queryEvents(session);
  const events = all.slice(Math.max(0, all.length - last));
  const output = eventList({ events, total }, '-n', page);
  if (!flag(input, 'follow')) return output;
  // By eid and not by position: git may replace the log, and a merge may put events in its middle.
  const seen = new Set(all.map(({ eid }) => eid));
  const print = (event: Event): void =>
    context.emit({ document: { kind: 'event', event }, text: renderEvent(event, page) });
  events.forEach(print);
  await watchUntil(session.store, context.signal, async () => {
    for (const event of (await queryEvents(session)).events) {
      if (seen.has(event.eid)) continue;
      seen.add(event.eid);
      print(event);
    }
  });
  return { ...output, streamed: true };
}
