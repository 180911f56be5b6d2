import { JitError } from '../../domain/errors.ts';
import { removeIssueDependencies } from '../../operations/dependency.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { changedOutput } from '../issue/changed.ts';
import { BY, FENCE, fence, ID, list, needed, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['dep', 'rm'],
  aliases: [
    ['dep', 'remove'],
    ['issue', 'dep', 'rm'],
    ['issue', 'dep', 'remove'],
  ],
  summary: 'Make an issue no longer need others.',
  positionals: [ID, { name: 'on', type: 'id', many: true, description: 'What it needs no longer; or --on.' }],
  options: {
    on: {
      type: 'id',
      many: true,
      placeholder: 'IDS',
      description: 'What it needs no longer, instead of words.',
    },
    by: BY,
    ...FENCE,
  },
  reads: 'The issue and its dependencies.',
  writes: 'The issue and its events. Nothing when it does not need them.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', 'STALE_EPOCH', 'STALE_REVISION'],
  examples: [
    ['jit dep rm 4F7K2M9Q 8XW1ZB3T', 'remove an edge'],
    ['jit issue dep rm 4F7K2M9Q --on 8XW1ZB3T', 'the same'],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const on = list(input, 'on');
  if (on.length === 0) throw new JitError('USAGE', 'it is not said what', { hint: 'jit dep rm ID OTHER' });
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await removeIssueDependencies(session, needed(input, 'id'), on), false);
}
