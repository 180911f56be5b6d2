import { unholdIssues } from '../../operations/hold.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE, fence, IDS, list, text } from '../options.ts';
import { changedOutput } from './changed.ts';

export const declaration: Declaration = {
  path: ['issue', 'unhold'],
  aliases: [['unhold']],
  summary: 'Lift the hold of issues.',
  positionals: [IDS],
  options: { by: BY, ...FENCE },
  reads: 'The issues and their dependencies.',
  writes: 'The issues and their events.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', 'STALE_EPOCH', 'STALE_REVISION'],
  examples: [
    ['jit issue unhold 4F7K2M9Q', 'it may be started again'],
    ['jit issue unhold 4F7K2M9Q 8XW1ZB3T', 'two at once'],
  ],
  kinds: ['issue', 'issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const ids = list(input, 'ids');
  return changedOutput(
    await unholdIssues(context.session({ named: text(input, 'by'), ...fence(input) }), ids),
    ids.length > 1,
  );
}
