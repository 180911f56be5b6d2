import { releaseIssues } from '../../operations/assign.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, COMMENT, FENCE, FORCE, fence, flag, IDS, list, text } from '../options.ts';
import { changedOutput } from './changed.ts';
import { readAssignee } from './fields.ts';

export const declaration: Declaration = {
  path: ['issue', 'release'],
  aliases: [['release']],
  summary: 'Give claimed issues back, or hand them over.',
  positionals: [IDS],
  options: {
    to: {
      type: 'string',
      placeholder: 'WHO',
      description: 'Hand over: assigned to this one, ready to be claimed.',
    },
    comment: COMMENT,
    by: BY,
    force: FORCE,
    ...FENCE,
  },
  reads: 'The issues and their dependencies.',
  writes: 'The issues and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'INVALID_TRANSITION',
    'NOT_HOLDER',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue release 4F7K2M9Q', 'give it back'],
    ['jit release 4F7K2M9Q --to agent:b --comment "schema is done, endpoint is not"', 'hand it over'],
  ],
  kinds: ['issue', 'issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const ids = list(input, 'ids');
  const changed = await releaseIssues(context.session({ named: text(input, 'by'), ...fence(input) }), ids, {
    to: readAssignee(text(input, 'to')) ?? null,
    comment: text(input, 'comment') ?? null,
    force: flag(input, 'force'),
  });
  return changedOutput(changed, ids.length > 1);
}
