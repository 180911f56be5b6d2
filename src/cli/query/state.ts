import { parseStates } from '../../domain/filter-syntax.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, LISTING, needed } from '../options.ts';
import { runQuery } from './listing.ts';

export const declaration: Declaration = {
  path: ['query', 'state'],
  summary: 'List the issues in a state.',
  positionals: [
    {
      name: 'state',
      type: 'string',
      required: true,
      description: 'backlog, ready, in_progress, gated, done, archived; open, closed, blocked.',
    },
  ],
  options: { ...LISTING, at: AT },
  reads: 'All issues.',
  writes: 'Nothing.',
  errors: ['UNKNOWN_VALUE', ...AT_ERRORS],
  examples: [
    ['jit query state in_progress', 'what is being worked on'],
    ['jit query state done,archived --json', 'several states'],
  ],
  kinds: ['issue-list'],
};

export const run = (input: Input, context: Context): Promise<Output> =>
  runQuery(parseStates(needed(input, 'state').split(',')), input, context);
