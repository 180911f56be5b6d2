import { queryEvents } from '../../operations/events.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readLimit } from '../listing.ts';
import { readMoment } from '../moment.ts';
import { list, text } from '../options.ts';
import { eventList } from './listing.ts';

export const declaration: Declaration = {
  path: ['events', 'query'],
  summary: 'Search the events.',
  options: {
    since: {
      type: 'string',
      placeholder: 'WHEN',
      description: 'From then on: a duration back such as 1h, or a date.',
    },
    until: { type: 'string', placeholder: 'WHEN', description: 'Up to then.' },
    event: {
      type: 'string',
      alias: ['e'],
      many: true,
      placeholder: 'NAME',
      description: 'Only these, for example gate.failed, or gate for all of them.',
    },
    assignee: {
      type: 'string',
      alias: ['a'],
      placeholder: 'WHO',
      description: 'Only what concerns this assignee.',
    },
    by: { type: 'string', placeholder: 'WHO', description: 'Only what this one did.' },
    issue: { type: 'id', alias: ['id'], placeholder: 'ID', description: 'Only of this issue.' },
    limit: { type: 'integer', alias: ['n'], placeholder: 'N', description: 'Only the last N.' },
  },
  reads: '.jit/events.jsonl.',
  writes: 'Nothing.',
  errors: ['UNKNOWN_VALUE', 'ISSUE_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [
    ['jit events query --since 1h --event gate.failed', 'what failed lately'],
    ['jit events query --assignee copilot-1 --json', 'the history of an agent'],
  ],
  kinds: ['event-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session();
  const since = text(input, 'since');
  const until = text(input, 'until');
  const found = await queryEvents(session, {
    since: since === undefined ? null : readMoment(since, session.clock),
    until: until === undefined ? null : readMoment(until, session.clock),
    names: list(input, 'event'),
    assignee: text(input, 'assignee') ?? null,
    by: text(input, 'by') ?? null,
    issue: text(input, 'issue') ?? null,
    last: readLimit(input).limit ?? null,
  });
  return eventList(found, '--limit', pageFor(context.terminal));
}
