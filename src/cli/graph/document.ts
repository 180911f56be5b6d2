import type { GraphPart } from '../../operations/graph.ts';
import { neighbourSummary } from '../../render/documents.ts';

/** A part of the graph: each issue once, with its distance from the root, and the edges `[issue, what it needs]`. */
export const graphDocument = (
  { visits, rows, edges }: GraphPart,
  root: string | null,
  direction: 'needs' | 'needed_by',
) => ({
  kind: 'graph',
  root,
  direction,
  nodes: visits.map(({ id, depth }) => ({ ...neighbourSummary({ id, row: rows.get(id) }), depth })),
  edges,
  count: visits.length,
});
