import { listBlocked } from '../../operations/blocked.ts';
import { issueSummary } from '../../render/documents.ts';
import { renderRow } from '../../render/issue-rows.ts';
import { renderReasons } from '../../render/reasons.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['query', 'blocked'],
  aliases: [['blocked']],
  summary: 'List what cannot go on, with every reason: dependencies, gates, holds.',
  options: { at: AT },
  reads: 'All issues and the gates.',
  writes: 'Nothing.',
  errors: [...AT_ERRORS],
  examples: [
    ['jit query blocked', 'with the command that would clear each reason away'],
    ['jit query blocked --json', 'for machines'],
  ],
  kinds: ['blocked-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const blocked = await listBlocked(await context.sessionAt(text(input, 'at')));
  const page = pageFor(context.terminal);
  return {
    document: {
      kind: 'blocked-list',
      issues: blocked.map(({ row, reasons }) => ({ ...issueSummary(row), reasons })),
      count: blocked.length,
    },
    text: blocked
      .map(
        ({ row, reasons }) => `${renderRow(row)}\n${renderReasons(reasons, page).replace(/^(?=.)/gm, '  ')}`,
      )
      .join(''),
    ...(blocked.length === 0 ? { note: 'nothing is blocked' } : {}),
  };
}
