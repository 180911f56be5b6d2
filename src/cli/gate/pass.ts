import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, FENCE } from '../options.ts';
import { GATE_KEYS, runVerdict } from './verdict.ts';

export const declaration: Declaration = {
  path: ['gate', 'pass'],
  summary: 'Record that gates of an issue have passed.',
  description:
    'A manual gate needs a person: --by human:NAME, or a person at a terminal. When the last gate of finished work passes, the issue becomes done.',
  positionals: GATE_KEYS,
  options: {
    by: BY,
    ...FENCE,
    override: { type: 'boolean', description: 'A person passes a gate that has a checker; needs --reason.' },
    reason: { type: 'text', placeholder: 'TEXT', description: 'Why; kept with the verdict.' },
  },
  reads: 'The issue, its dependencies, and the gates.',
  writes: 'The issue, those that this makes ready or done, and their events.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'GATE_NOT_DEFINED',
    'GATE_NOT_REQUIRED',
    'HUMAN_REQUIRED',
    'INVALID_TRANSITION',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit gate pass 4F7K2M9Q unit-tests', 'an automatic gate'],
    ['jit gate pass 4F7K2M9Q review --by human:alice', 'a manual gate'],
  ],
  kinds: ['issue'],
};

export const run = (input: Input, context: Context): Promise<Output> => runVerdict('passed', input, context);
