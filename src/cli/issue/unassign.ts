import { assignIssues } from '../../operations/assign.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE, FORCE, fence, flag, IDS, list, text } from '../options.ts';
import { changedOutput } from './changed.ts';

export const declaration: Declaration = {
  path: ['issue', 'unassign'],
  aliases: [['unassign']],
  summary: 'Take the assignee away; what is in progress is released.',
  positionals: [IDS],
  options: { by: BY, force: FORCE, ...FENCE },
  reads: 'The issues.',
  writes: 'The issues and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'INVALID_TRANSITION',
    'NOT_HOLDER',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue unassign 4F7K2M9Q', 'anybody may claim it'],
    ['jit issue unassign 4F7K2M9Q --force --by human:lead', 'take it from an agent that is gone'],
  ],
  kinds: ['issue', 'issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const ids = list(input, 'ids');
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await assignIssues(session, ids, null, flag(input, 'force')), ids.length > 1);
}
