import { findCriticalPath } from '../../operations/graph.ts';
import { issueSummary } from '../../render/documents.ts';
import { renderSteps } from '../../render/issue-rows.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, ID, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['graph', 'critical-path'],
  summary: 'Show the longest chain of open issues: the least number of steps that remain.',
  positionals: [{ ...ID, required: false, description: 'Only what this issue needs.' }],
  options: { at: AT },
  reads: 'The whole graph.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', ...AT_ERRORS],
  examples: [
    ['jit graph critical-path', 'of all open work'],
    ['jit graph critical-path 4F7K2M9Q', 'up to this issue'],
  ],
  kinds: ['critical-path'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const rows = await findCriticalPath(await context.sessionAt(text(input, 'at')), text(input, 'id') ?? null);
  return {
    document: { kind: 'critical-path', issues: rows.map(issueSummary), count: rows.length },
    text: renderSteps(rows, pageFor(context.terminal)),
    ...(rows.length === 0 ? { note: 'nothing is open' } : {}),
  };
}
