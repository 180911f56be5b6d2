import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, BY, LISTING, text } from '../options.ts';
import { runQuery } from './listing.ts';

export const declaration: Declaration = {
  path: ['query', 'mine'],
  aliases: [['mine']],
  summary: 'List the open issues that are assigned to me.',
  options: { ...LISTING, by: BY, at: AT },
  reads: 'All issues.',
  writes: 'Nothing.',
  errors: [...AT_ERRORS],
  examples: [
    ['jit mine', 'what I have'],
    ['jit mine --json', 'for a script'],
  ],
  kinds: ['issue-list'],
};

export const run = (input: Input, context: Context): Promise<Output> => {
  const me = context.actor(text(input, 'by')).id;
  return runQuery(
    {
      op: 'and',
      of: [
        { op: 'is', what: 'open' },
        { op: 'assignee', in: [me] },
      ],
    },
    input,
    context,
  );
};
