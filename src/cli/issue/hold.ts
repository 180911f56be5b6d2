import { JitError } from '../../domain/errors.ts';
import { holdIssues } from '../../operations/hold.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE, fence, ID, needed, text } from '../options.ts';
import { changedOutput } from './changed.ts';
import { readHold } from './fields.ts';

export const declaration: Declaration = {
  path: ['issue', 'hold'],
  aliases: [['hold']],
  summary: 'Keep an issue from being started, whatever its dependencies say.',
  positionals: [ID, { name: 'reason', type: 'text', description: 'Why; or --reason.' }],
  options: {
    reason: { type: 'text', placeholder: 'TEXT', description: 'Why, instead of the word.' },
    until: {
      type: 'string',
      placeholder: 'WHEN',
      description: 'The hold lapses by itself: after a duration such as 2d, or at a date.',
    },
    by: BY,
    ...FENCE,
  },
  reads: 'The issue and its dependencies.',
  writes: 'The issue and an event.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'INVALID_TRANSITION',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit issue hold 4F7K2M9Q "waits for the legal review"', 'not to be started'],
    ['jit issue hold 4F7K2M9Q "code freeze" --until 2d', 'for two days'],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  const hold = readHold(text(input, 'reason'), text(input, 'until'), session.clock);
  if (hold === null)
    throw new JitError('USAGE', 'the reason is missing', { hint: 'jit issue hold ID "why"' });
  return changedOutput(await holdIssues(session, [needed(input, 'id')], hold), false);
}
