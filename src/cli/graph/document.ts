import type { GraphFrom } from '../../operations/graph.ts';
import { issueSummary } from '../../render/documents.ts';

/** A part of the graph: each issue once, with its distance from the root, and the edges `[issue, what it needs]`. */
export const graphDocument = (
  { visits, rows, edges }: Omit<GraphFrom, 'start'>,
  root: string | null,
  direction: 'needs' | 'needed_by',
) => ({
  kind: 'graph',
  root,
  direction,
  nodes: visits.flatMap(({ id, depth }) => {
    const row = rows.get(id);
    return row === undefined ? [] : [{ ...issueSummary(row), depth }];
  }),
  edges,
  count: visits.length,
});
