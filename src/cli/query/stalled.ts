import { listStalled } from '../../operations/stalled.ts';
import { issueList } from '../../render/documents.ts';
import { renderRow } from '../../render/issue-rows.ts';
import { renderStalls } from '../../render/stalled.ts';
import { joinLines, pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readLimit, rowForm } from '../listing.ts';
import { AT, AT_ERRORS, LISTING, number, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['query', 'stalled'],
  aliases: [['stalled']],
  summary: 'List work that nobody seems to be at: a stale claim, none on record, or long silence.',
  description:
    'Each with the last sign of life, and the command that frees it. A claim without a lease on record is another clone’s, as far as is known here.',
  options: {
    for: {
      type: 'duration',
      placeholder: 'DURATION',
      description: 'Silence is no event for so long; 30m unless said otherwise.',
    },
    ...LISTING,
    at: AT,
  },
  reads: 'The issues in progress, their leases, and all events once.',
  writes: 'Nothing.',
  errors: ['UNKNOWN_VALUE', ...AT_ERRORS],
  examples: [
    ['jit stalled', 'with the commands that free it'],
    ['jit query stalled --for 2h --json', 'for a script'],
  ],
  kinds: ['stalled-list'],
};

/** How long no event is silence, unless somebody says otherwise; milliseconds. */
const QUIET = 30 * 60_000;

export async function run(input: Input, context: Context): Promise<Output> {
  const session = await context.sessionAt(text(input, 'at'));
  const form = rowForm(input);
  const quiet = number(input, 'for') ?? QUIET;
  const { stalled, total } = await listStalled(session, quiet, readLimit(input).limit);
  const { issues, count, truncated } = issueList(
    stalled.map(({ row }) => form(row)),
    total,
  );
  const page = pageFor(context.terminal);
  const now = session.clock.now();
  const cut = `${stalled.length} of ${total} are shown; raise --limit for more`;
  return {
    document: {
      kind: 'stalled-list',
      issues: issues.map((issue, at) => ({ ...issue, stalled: stalled[at]!.stalls })),
      count,
      total,
      truncated,
    },
    text: joinLines(
      stalled.flatMap(({ row, stalls }) => [renderRow(row), ...renderStalls(stalls, now, page)]),
    ),
    ...(stalled.length < total ? { note: cut } : total === 0 ? { note: 'nothing has stalled' } : {}),
  };
}
