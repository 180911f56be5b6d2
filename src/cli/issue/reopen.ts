import { reopenIssues } from '../../operations/reopen.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, COMMENT, FENCE, fence, IDS, list, text } from '../options.ts';
import { changedOutput } from './changed.ts';

export const declaration: Declaration = {
  path: ['issue', 'reopen'],
  aliases: [['reopen']],
  summary: 'Make done or archived issues open again: unassigned, with all gates to be passed anew.',
  positionals: [IDS],
  options: { comment: COMMENT, by: BY, ...FENCE },
  reads: 'The issues, their dependencies and dependents.',
  writes: 'The issues, the dependents that must wait again, and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'INVALID_TRANSITION',
    'BLOCKED',
    'GATE_NOT_DEFINED',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue reopen 4F7K2M9Q --comment "fails on Windows"', 'with the reason'],
    ['jit reopen 4F7K2M9Q', 'the short form'],
  ],
  kinds: ['issue', 'issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const ids = list(input, 'ids');
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await reopenIssues(session, ids, text(input, 'comment') ?? null), ids.length > 1);
}
