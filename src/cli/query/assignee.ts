import { parseAssignee } from '../../domain/filter-syntax.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, LISTING, needed } from '../options.ts';
import { runQuery } from './listing.ts';

export const declaration: Declaration = {
  path: ['query', 'assignee'],
  summary: 'List the open issues that are assigned to somebody.',
  positionals: [
    {
      name: 'name',
      type: 'string',
      required: true,
      description: '{type}:{identifier}; a bare name, whatever its type; me; none.',
    },
  ],
  options: { ...LISTING, at: AT },
  reads: 'All issues.',
  writes: 'Nothing.',
  errors: [...AT_ERRORS],
  examples: [
    ['jit query assignee copilot-1', 'whatever its type'],
    ['jit query assignee none --json', 'what nobody has'],
  ],
  kinds: ['issue-list'],
};

export const run = (input: Input, context: Context): Promise<Output> => {
  const assignee = parseAssignee(needed(input, 'name'), () => context.actor().id);
  return runQuery(
    {
      op: 'and',
      of: [
        { op: 'is', what: 'open' },
        { op: 'assignee', in: [assignee] },
      ],
    },
    input,
    context,
  );
};
