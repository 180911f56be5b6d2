import { listRoots } from '../../operations/graph.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { wholeListing } from '../listing.ts';
import { AT, AT_ERRORS, LISTING, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['graph', 'roots'],
  summary: 'List the issues that need nothing.',
  options: { full: LISTING.full!, fields: LISTING.fields!, at: AT },
  reads: 'The whole graph.',
  writes: 'Nothing.',
  errors: ['UNKNOWN_VALUE', ...AT_ERRORS],
  examples: [
    ['jit graph roots', 'where work can begin'],
    ['jit graph roots --json --fields id,title', 'for a script'],
  ],
  kinds: ['issue-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const rows = await listRoots(await context.sessionAt(text(input, 'at')));
  return wholeListing({ rows, total: rows.length }, input, context);
}
