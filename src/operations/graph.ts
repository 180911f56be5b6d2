import { criticalPath } from '../domain/critical-path.ts';
import { type Graph, reach, roots, type Visit } from '../domain/graph.ts';
import type { Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { type TreeLine, tops, tree } from '../domain/tree.ts';
import { Draft } from './draft.ts';
import { resolveIssue } from './resolve.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';

/** A part of the graph. */
export interface GraphPart {
  /** As trees in depth-first order. */
  readonly lines: readonly TreeLine[];
  /** Each issue once, the nearest first, with its distance; what is needed but not there comes last. */
  readonly visits: readonly Visit[];
  /** By id: every issue of the part that is there. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Dependencies within the part: `[issue, what it needs]`. */
  readonly edges: readonly (readonly [string, string])[];
}

type Direction = 'needs' | 'neededBy';

/** What an issue needs, or what needs it, directly and through others. */
export const walkGraph = (
  session: Session,
  id: string,
  direction: Direction,
): Promise<GraphPart & { readonly start: Issue }> =>
  session.store.read(async (view) => {
    const draft = Draft.withoutGates(session, view);
    const start = await resolveIssue(view, id);
    return { start, ...(await partOf(draft, await view.graph(), [start.id], direction)) };
  });

/** The whole graph, from the issues that nothing needs. */
export const walkForest = (session: Session): Promise<GraphPart> =>
  session.store.read(async (view) => {
    const draft = Draft.withoutGates(session, view);
    const graph = await view.graph();
    return partOf(draft, graph, tops(graph), 'needs');
  });

async function partOf(
  draft: Draft,
  graph: Graph,
  starts: readonly string[],
  direction: Direction,
): Promise<GraphPart> {
  const found = reach(graph, starts, direction);
  const visits = direction === 'needs' ? [...found, ...missingFrom(graph, found)] : found;
  const rows = await byId(
    draft,
    found.map((visit) => visit.id),
  );
  const inside = new Set(visits.map((visit) => visit.id));
  const edges = [...rows.values()].flatMap(({ issue }) =>
    issue.dependencies.filter((other) => inside.has(other)).map((other) => [issue.id, other] as const),
  );
  return { lines: tree(graph, starts, direction), visits, rows, edges };
}

/** The ids that the visited issues need and that are not there, each once. */
function missingFrom(graph: Graph, visits: readonly Visit[]): readonly Visit[] {
  if (graph.dangling.length === 0) return [];
  const depths = new Map(visits.map(({ id, depth }) => [id, depth]));
  const missing = new Map<string, Visit>();
  for (const { from, to } of graph.dangling) {
    const depth = depths.get(from);
    const known = missing.get(to);
    if (depth === undefined || (known !== undefined && known.depth <= depth + 1)) continue;
    missing.set(to, { id: to, depth: depth + 1, from });
  }
  return [...missing.values()];
}

/** The issues that need nothing. */
export const listRoots = (session: Session): Promise<readonly Row<Issue>[]> => chosen(session, roots);

/** The longest chain of open issues, first to be done first; with `goal` only what that issue needs. */
export const findCriticalPath = (session: Session, goal: string | null): Promise<readonly Row[]> =>
  session.store.read(async (view) => {
    const draft = Draft.withoutGates(session, view);
    const target = goal === null ? undefined : (await resolveIssue(view, goal)).id;
    return rowsOf(draft, criticalPath(await view.graph(), target));
  });

const chosen = (
  session: Session,
  choose: (graph: Graph) => readonly string[],
): Promise<readonly Row<Issue>[]> =>
  session.store.read(async (view) => {
    const draft = Draft.withoutGates(session, view);
    return rowsOf(draft, choose(await view.graph()));
  });

async function byId(draft: Draft, ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  return new Map((await rowsOf(draft, ids)).map((row) => [row.issue.id, row]));
}
