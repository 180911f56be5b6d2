import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE } from '../options.ts';
import { GATE_KEYS, runVerdict } from './verdict.ts';

export const declaration: Declaration = {
  path: ['gate', 'fail'],
  summary: 'Record that gates of an issue have failed; finished work goes back to be mended.',
  positionals: GATE_KEYS,
  options: {
    by: BY,
    ...FENCE,
    reason: {
      type: 'text',
      placeholder: 'TEXT',
      description: 'Why; kept with the verdict and shown to who mends it.',
    },
  },
  reads: 'The issue and the gates.',
  writes: 'The issue and its events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'GATE_NOT_DEFINED',
    'GATE_NOT_REQUIRED',
    'INVALID_TRANSITION',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit gate fail 4F7K2M9Q review --reason "it has no test" --by human:alice', 'a review with findings'],
    ['jit gate fail 4F7K2M9Q unit-tests --by ci:nightly', 'from a script'],
  ],
  kinds: ['issue'],
};

export const run = (input: Input, context: Context): Promise<Output> => runVerdict('failed', input, context);
