import { JitError } from '../../domain/errors.ts';
import { assignIssues } from '../../operations/assign.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE, FORCE, fence, flag, ID, needed, text } from '../options.ts';
import { changedOutput } from './changed.ts';
import { readAssignee } from './fields.ts';

export const declaration: Declaration = {
  path: ['issue', 'assign'],
  aliases: [['assign']],
  summary: 'Say who is to work on an issue, without claiming it.',
  positionals: [
    ID,
    { name: 'to', type: 'string', description: 'Who: {type}:{identifier}, or a name; or --to.' },
  ],
  options: {
    to: {
      type: 'string',
      alias: ['assignee', 'a'],
      placeholder: 'WHO',
      description: 'Who, instead of the word.',
    },
    by: BY,
    force: FORCE,
    ...FENCE,
  },
  reads: 'The issue.',
  writes: 'The issue and an event.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'INVALID_TRANSITION',
    'NOT_HOLDER',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue assign 4F7K2M9Q --to human:alice', 'only alice can claim it'],
    ['jit issue assign 4F7K2M9Q copilot:worker-1', 'the same for an agent'],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const to = readAssignee(text(input, 'to'));
  if (to === undefined)
    throw new JitError('USAGE', 'it is not said to whom', { hint: 'jit issue assign ID --to WHO' });
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await assignIssues(session, [needed(input, 'id')], to, flag(input, 'force')), false);
}
