import { JitError } from '../../domain/errors.ts';
import { addIssueDependencies } from '../../operations/dependency.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { changedOutput } from '../issue/changed.ts';
import { BY, FENCE, fence, ID, list, needed, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['dep', 'add'],
  aliases: [['issue', 'dep', 'add']],
  summary: 'Make an issue need others: A needs B, and waits until B is done.',
  positionals: [ID, { name: 'on', type: 'id', many: true, description: 'What it needs; or --on.' }],
  options: {
    on: {
      type: 'id',
      alias: ['needs'],
      many: true,
      placeholder: 'IDS',
      description: 'What it needs, instead of words.',
    },
    by: BY,
    ...FENCE,
  },
  reads: 'The whole graph, to refuse a cycle.',
  writes: 'The issue and its events. Nothing when it needs them already.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'CYCLE',
    'INVALID_TRANSITION',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit dep add 4F7K2M9Q 8XW1ZB3T', '4F7K2M9Q needs 8XW1ZB3T'],
    ['jit issue dep add 4F7K2M9Q --on 8XW1ZB3T,C0QJ5RNE', 'two at once'],
  ],
  kinds: ['issue'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const on = list(input, 'on');
  if (on.length === 0)
    throw new JitError('USAGE', 'it is not said what it needs', { hint: 'jit dep add ID OTHER' });
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return changedOutput(await addIssueDependencies(session, needed(input, 'id'), on), false);
}
