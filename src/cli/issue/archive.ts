import { archiveIssues } from '../../operations/archive.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, COMMENT, FENCE, FORCE, fence, flag, IDS, list, text } from '../options.ts';
import { changedOutput } from './changed.ts';

export const declaration: Declaration = {
  path: ['issue', 'archive'],
  aliases: [['archive']],
  summary: 'Put issues away; those that were done leave their dependents satisfied.',
  description:
    'An unfinished issue that an open one depends on is kept, unless --detach removes those dependencies.',
  positionals: [IDS],
  options: {
    detach: { type: 'boolean', description: 'Remove the dependencies of open issues on an unfinished one.' },
    comment: COMMENT,
    by: BY,
    force: FORCE,
    ...FENCE,
  },
  reads: 'The issues and their dependents.',
  writes: 'The issues, with --detach their dependents, and the events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'IN_USE',
    'NOT_HOLDER',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue archive 4F7K2M9Q', 'put it away'],
    ['jit issue archive 4F7K2M9Q --detach --comment "superseded"', 'although others wait for it'],
  ],
  kinds: ['issue', 'issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const ids = list(input, 'ids');
  const changed = await archiveIssues(context.session({ named: text(input, 'by'), ...fence(input) }), ids, {
    resolution: null,
    duplicateOf: null,
    detach: flag(input, 'detach'),
    comment: text(input, 'comment') ?? null,
    force: flag(input, 'force'),
  });
  return changedOutput(changed, ids.length > 1);
}
