import { readStatus } from '../operations/status.ts';
import { renderBoard } from '../render/board.ts';
import { issueSummary } from '../render/documents.ts';
import { pageFor } from '../render/style.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { AT, AT_ERRORS, text } from './options.ts';

export const declaration: Declaration = {
  path: ['status'],
  summary: 'Show an overview of the work: counts, what is in progress, what was completed last.',
  options: { at: AT },
  reads: 'All issues.',
  writes: 'Nothing.',
  errors: [...AT_ERRORS],
  examples: [
    ['jit status', 'the board'],
    ['jit status --json', 'for machines'],
  ],
  kinds: ['status'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const status = await readStatus(await context.sessionAt(text(input, 'at')));
  return {
    document: {
      kind: 'status',
      counts: status.counts,
      in_progress: status.inProgress.map(issueSummary),
      gated: status.gated.map(issueSummary),
      ready: status.ready.map(issueSummary),
      recently_completed: status.recentlyCompleted.map((row) => ({
        ...issueSummary(row),
        completed_at: row.issue.completed_at,
      })),
    },
    text: renderBoard(status, pageFor(context.terminal)),
  };
}
