import { buildGraph, type Graph, neighbours } from '../domain/graph.ts';
import type { Issue } from '../domain/issue.ts';
import { type Query, type Row, type Selection, select } from '../domain/query.ts';
import { deriveState, openDependencies } from '../domain/readiness.ts';

/** Questions about all issues at once, answered from issues that are in memory. */
export class Snapshot {
  /** By id; iteration is in ULID order. */
  readonly issues: ReadonlyMap<string, Issue>;
  #graph: Graph | undefined;

  constructor(issues: Iterable<Issue>) {
    const sorted = [...issues].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.issues = new Map(sorted.map((issue) => [issue.id, issue]));
  }

  /** The rows that match, with state and blockers derived. `now`: UTC, RFC 3339. */
  select(query: Query, now: string): Selection {
    return select(this.#rows(now), query, now);
  }

  graph(): Graph {
    this.#graph ??= buildGraph(this.issues.values());
    return this.#graph;
  }

  dependents(id: string): readonly string[] {
    const graph = this.graph();
    const node = graph.numberOf(id);
    if (node !== undefined) return [...neighbours(graph.neededBy, node)].map((n) => graph.idOf(n)).sort();
    // What is not there may still be named by others.
    return graph.dangling
      .filter(({ to }) => to === id)
      .map(({ from }) => from)
      .sort();
  }

  *#rows(now: string): Iterable<Row> {
    const dependencyOf = (id: string): Issue | undefined => this.issues.get(id);
    for (const issue of this.issues.values()) {
      yield {
        issue,
        state: deriveState(issue, dependencyOf, now),
        blockedBy: openDependencies(issue, dependencyOf),
      };
    }
  }
}
