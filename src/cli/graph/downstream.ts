import { walkGraph } from '../../operations/graph.ts';
import { pageFor } from '../../render/style.ts';
import { renderTree } from '../../render/tree.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, ID, needed, text } from '../options.ts';
import { graphDocument } from './document.ts';

export const declaration: Declaration = {
  path: ['graph', 'downstream'],
  summary: 'Show what waits for an issue, directly and through others, as a tree.',
  positionals: [ID],
  options: { at: AT },
  reads: 'The whole graph.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', ...AT_ERRORS],
  examples: [
    ['jit graph downstream 4F7K2M9Q', 'what a delay would hold up'],
    ['jit graph downstream 4F7K2M9Q --json', 'nodes with their distance, and edges'],
  ],
  kinds: ['graph'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const part = await walkGraph(await context.sessionAt(text(input, 'at')), needed(input, 'id'), 'neededBy');
  return {
    document: graphDocument(part, part.start.id, 'needed_by'),
    text: renderTree(part.lines, (node) => part.rows.get(node), pageFor(context.terminal)),
  };
}
