import { findClosingEdges } from '../acyclic.ts';
import { diagnoseCycles } from '../check/cycles.ts';
import { stronglyConnected } from '../cycles.ts';
import { buildGraph, type Graph, neighbours } from '../graph.ts';
import type { Event } from '../issue.ts';
import { compareText, compareTimes } from '../merge/order.ts';
import { removeDependency } from './mend-edges.ts';
import type { Repair } from './repair.ts';

interface Need {
  readonly from: string;
  readonly to: string;
  /** When it was added; null where no event tells of it, or only one that found it there. */
  readonly since: string | null;
}

/**
 * Removes the dependencies by which issues wait for themselves: as if all that lie in a tangle were added again in the order
 * in which they were added, and those that close a cycle refused. Those that were written by hand come last; what was added at
 * the same time comes in the order of the ids.
 */
export function breakCycles(repair: Repair): void {
  const graph = buildGraph(repair.issues());
  const problems = diagnoseCycles(graph);
  if (problems.length === 0) return;
  repair.mend(problems);
  for (const tangle of stronglyConnected(graph)) {
    const needs = needsInside(graph, tangle, repair).sort(compareNeeds);
    const numbers = new Map(tangle.map((node, number) => [graph.idOf(node), number]));
    const edges = needs.map(({ from, to }) => [numbers.get(from)!, numbers.get(to)!] as const);
    for (const place of findClosingEdges(tangle.length, edges)) {
      const { from, to, since } = needs[place]!;
      const issue = repair.dependencyOf(from)!;
      const reason = 'it was the last of a cycle: the issue would wait for itself';
      removeDependency(repair, issue, to, reason, since === null ? [] : [since]);
    }
  }
}

function needsInside(graph: Graph, tangle: readonly number[], repair: Repair): Need[] {
  const inside = new Set(tangle);
  return tangle.flatMap((node) => {
    const from = graph.idOf(node);
    const since = findAdditions(repair.history(from)?.events ?? []);
    return [...neighbours(graph.needs, node)]
      .filter((target) => inside.has(target))
      .map((target): Need => {
        const to = graph.idOf(target);
        return { from, to, since: since.get(to) ?? null };
      });
  });
}

/** When each dependency of an issue was added last. */
function findAdditions(events: readonly Event[]): ReadonlyMap<string, string> {
  const since = new Map<string, string>();
  for (const { event, ts, changes } of events) {
    for (const id of addedBy(changes)) {
      if (event === 'issue.reconciled') since.delete(id);
      else since.set(id, ts);
    }
  }
  return since;
}

const PATH = 'dependencies.';

const addedBy = (changes: Event['changes']): readonly string[] =>
  Object.entries(changes).flatMap(([path, [, after]]) => {
    if (path === 'dependencies' && Array.isArray(after)) return after.filter((id) => typeof id === 'string');
    return path.startsWith(PATH) && after === true ? [path.slice(PATH.length)] : [];
  });

function compareNeeds(a: Need, b: Need): number {
  if (a.since === null || b.since === null) {
    if (a.since !== b.since) return a.since === null ? 1 : -1;
    return compareText(a.from, b.from) || compareText(a.to, b.to);
  }
  return compareTimes(a.since, b.since) || compareText(a.from, b.from) || compareText(a.to, b.to);
}
