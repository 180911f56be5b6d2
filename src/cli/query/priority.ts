import { parsePriority } from '../../domain/filter-syntax.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, LISTING, needed } from '../options.ts';
import { runQuery } from './listing.ts';

export const declaration: Declaration = {
  path: ['query', 'priority'],
  summary: 'List the open issues of a priority.',
  positionals: [
    {
      name: 'priority',
      type: 'string',
      required: true,
      description: 'critical, high, normal, low; p0 to p3.',
    },
  ],
  options: { ...LISTING, at: AT },
  reads: 'All issues.',
  writes: 'Nothing.',
  errors: ['UNKNOWN_VALUE', ...AT_ERRORS],
  examples: [
    ['jit query priority critical', 'what is most urgent'],
    ['jit query priority critical,high --json', 'two priorities'],
  ],
  kinds: ['issue-list'],
};

export const run = (input: Input, context: Context): Promise<Output> => {
  const priorities = needed(input, 'priority').split(',').map(parsePriority);
  return runQuery(
    {
      op: 'and',
      of: [
        { op: 'is', what: 'open' },
        { op: 'priority', in: priorities },
      ],
    },
    input,
    context,
  );
};
