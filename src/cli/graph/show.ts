import { walkForest, walkGraph } from '../../operations/graph.ts';
import { pageFor } from '../../render/style.ts';
import { renderTree } from '../../render/tree.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { AT, AT_ERRORS, ID, text } from '../options.ts';
import { graphDocument } from './document.ts';

export const declaration: Declaration = {
  path: ['graph', 'show'],
  summary: 'Show what an issue needs, as a tree; without an issue, the whole graph.',
  description: 'What is needed in several places is unfolded once.',
  positionals: [{ ...ID, required: false }],
  options: { at: AT },
  reads: 'The whole graph.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', ...AT_ERRORS],
  examples: [
    ['jit graph show 4F7K2M9Q', 'everything it waits for'],
    ['jit graph show --json', 'all nodes and edges'],
  ],
  kinds: ['graph'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const id = text(input, 'id');
  const session = await context.sessionAt(text(input, 'at'));
  const from = id === undefined ? null : await walkGraph(session, id, 'needs');
  const part = from ?? (await walkForest(session));
  const root = from?.start.id ?? null;
  const drawn = renderTree(part.lines, (node) => part.rows.get(node), pageFor(context.terminal));
  return {
    document: graphDocument(part, root, 'needs'),
    text: drawn,
    ...(drawn === '' ? { note: 'there is no issue' } : {}),
  };
}
