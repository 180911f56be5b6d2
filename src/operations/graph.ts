import { criticalPath, type Graph, reach, roots, type TreeLine, tree, type Visit } from '../domain/graph.ts';
import type { Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { rowsOf } from './change.ts';
import { Draft } from './draft.ts';
import { resolveIssue } from './resolve.ts';
import type { Session } from './session.ts';

/** A part of the graph seen from one issue. */
export interface GraphFrom {
  readonly start: Issue;
  /** As a tree in depth-first order. */
  readonly lines: readonly TreeLine[];
  /** Each issue once, in breadth-first order, with its distance. */
  readonly visits: readonly Visit[];
  /** By id: every issue of the part. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Dependencies within the part: `[issue, what it needs]`. */
  readonly edges: readonly (readonly [string, string])[];
}

/** What an issue needs, or what needs it, directly and through others. */
export const walkGraph = (
  session: Session,
  id: string,
  direction: 'needs' | 'neededBy',
): Promise<GraphFrom> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const start = await resolveIssue(view, id);
    const graph = await view.graph();
    const visits = reach(graph, start.id, direction);
    const rows = await byId(
      draft,
      visits.map((visit) => visit.id),
    );
    const edges = [...rows.values()].flatMap(({ issue }) =>
      issue.dependencies.filter((other) => rows.has(other)).map((other) => [issue.id, other] as const),
    );
    return { start, lines: tree(graph, start.id, direction), visits, rows, edges };
  });

/** The whole graph as trees from the issues that nothing needs. */
export const walkForest = (session: Session): Promise<Omit<GraphFrom, 'start'>> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const graph = await view.graph();
    const rows = await byId(draft, graph.ids);
    const edges = [...rows.values()].flatMap(({ issue }) =>
      issue.dependencies.filter((other) => rows.has(other)).map((other) => [issue.id, other] as const),
    );
    const tops = graph.ids.filter(
      (_, node) => graph.neededBy.offsets[node] === graph.neededBy.offsets[node + 1],
    );
    const lines = tops.flatMap((top) => tree(graph, top, 'needs'));
    const visits = graph.ids.map((id) => ({ id, depth: 0, from: null }));
    return { lines, visits, rows, edges };
  });

/** The issues that need nothing. */
export const listRoots = (session: Session): Promise<readonly Row[]> => chosen(session, roots);

/** The longest chain of open issues, first to be done first; with `goal` only what that issue needs. */
export const findCriticalPath = (session: Session, goal: string | null): Promise<readonly Row[]> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const target = goal === null ? undefined : (await resolveIssue(view, goal)).id;
    return rowsOf(draft, criticalPath(await view.graph(), target));
  });

const chosen = (session: Session, choose: (graph: Graph) => readonly string[]): Promise<readonly Row[]> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    return rowsOf(draft, choose(await view.graph()));
  });

async function byId(draft: Draft, ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  return new Map((await rowsOf(draft, ids)).map((row) => [row.issue.id, row]));
}
