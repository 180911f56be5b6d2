import type { Issue } from './issue.ts';

/** What the graph needs to know of an issue. */
export type GraphNode = Pick<Issue, 'id' | 'dependencies' | 'completed_at' | 'state'>;

/**
 * The graph of dependencies in flat arrays: node numbers follow the order of ids, the edges of node
 * `n` are `targets[offsets[n]] … targets[offsets[n + 1] - 1]`. Built in one pass, and walked without
 * recursion, so that a chain of 100,000 issues is nothing special.
 */
export interface Graph {
  /** How many nodes there are; their numbers are in ascending order of ids. */
  readonly size: number;
  idOf(node: number): string;
  /** undefined where there is no such issue. */
  numberOf(id: string): number | undefined;
  /** node → what it needs. */
  readonly needs: Adjacency;
  /** node → what needs it. */
  readonly neededBy: Adjacency;
  /** 1 where the issue was completed. */
  readonly satisfied: Uint8Array;
  /** 1 where the issue is neither done nor archived. */
  readonly open: Uint8Array;
  /** Dependencies on issues that are not there. */
  readonly dangling: readonly { readonly from: string; readonly to: string }[];
}

export interface Adjacency {
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
}

/** The node numbers that `node` has edges to. */
export const neighbours = ({ offsets, targets }: Adjacency, node: number): Uint32Array =>
  targets.subarray(offsets[node], offsets[node + 1]);

/** Builds the graph of these issues; each id must occur once. */
export function buildGraph(issues: Iterable<GraphNode>): Graph {
  const nodes = inOrder([...issues]);
  const size = nodes.length;
  const numbers = new Map<string, number>();
  for (let number = 0; number < size; number += 1) numbers.set(nodes[number]!.id, number);
  const dangling: { from: string; to: string }[] = [];
  const offsets = new Uint32Array(size + 1);
  const targets: number[] = [];
  const satisfied = new Uint8Array(size);
  const open = new Uint8Array(size);
  for (let number = 0; number < size; number += 1) {
    const { id, completed_at, state, dependencies } = nodes[number]!;
    satisfied[number] = completed_at === null ? 0 : 1;
    open[number] = state === 'done' || state === 'archived' ? 0 : 1;
    for (const dependency of dependencies) {
      const target = numbers.get(dependency);
      if (target === undefined) dangling.push({ from: id, to: dependency });
      else targets.push(target);
    }
    offsets[number + 1] = targets.length;
  }
  return withNeededBy({
    size,
    idOf: (node) => nodes[node]!.id,
    numberOf: (id) => numbers.get(id),
    needs: { offsets, targets: new Uint32Array(targets) },
    satisfied,
    open,
    dangling,
  });
}

/** Most often they are in order as they come. */
function inOrder(nodes: GraphNode[]): readonly GraphNode[] {
  for (let place = 1; place < nodes.length; place += 1)
    if (nodes[place - 1]!.id > nodes[place]!.id) return nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
  return nodes;
}

/** A graph with what follows from the rest of it: made when somebody asks for it. */
const withNeededBy = (graph: Omit<Graph, 'neededBy'>): Graph =>
  Object.defineProperty(graph as Graph, 'neededBy', {
    configurable: true,
    enumerable: true,
    get() {
      const value = reverse(graph.needs);
      Object.defineProperty(graph, 'neededBy', { value, enumerable: true });
      return value;
    },
  });

/** The same edges by the node that they lead to. `leaving`: 1 for each node whose edges count; absent: all. */
export function reverse({ offsets, targets }: Adjacency, leaving?: Uint8Array): Adjacency {
  const size = offsets.length - 1;
  const starts = new Uint32Array(size + 1);
  for (let node = 0; node < size; node += 1) {
    if (leaving !== undefined && leaving[node] === 0) continue;
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) starts[targets[edge]! + 1]! += 1;
  }
  for (let node = 0; node < size; node += 1) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const sources = new Uint32Array(starts[size]!);
  for (let node = 0; node < size; node += 1) {
    if (leaving !== undefined && leaving[node] === 0) continue;
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
      const target = targets[edge]!;
      const slot = next[target]!;
      next[target] = slot + 1;
      sources[slot] = node;
    }
  }
  return { offsets: starts, targets: sources };
}

/** The ids of all nodes, in ascending order. */
export const idsOf = (graph: Graph): readonly string[] =>
  Array.from({ length: graph.size }, (_, node) => graph.idOf(node));

/** The graph after some issues were created or changed. */
export function withChanges(graph: Graph, changed: readonly GraphNode[]): Graph {
  const replaced = new Map(changed.map((node) => [node.id, node]));
  const danglingFrom = new Map<string, string[]>();
  for (const { from, to } of graph.dangling) danglingFrom.set(from, [...(danglingFrom.get(from) ?? []), to]);
  const kept = idsOf(graph)
    .filter((id) => !replaced.has(id))
    .map((id): GraphNode => {
      const node = graph.numberOf(id)!;
      const needs = Array.from(neighbours(graph.needs, node), (target) => graph.idOf(target));
      return {
        id,
        dependencies: [...needs, ...(danglingFrom.get(id) ?? [])],
        completed_at: graph.satisfied[node] === 1 ? SOME_TIME : null,
        state: graph.open[node] === 1 ? 'ready' : 'done',
      };
    });
  return buildGraph([...kept, ...changed]);
}

// The graph keeps whether an issue was completed, not when.
const SOME_TIME = '1970-01-01T00:00:00.000Z';

/**
 * A shortest path from one issue to another along dependencies, both ends included; null where there is none.
 * An edge "A needs B" would close a cycle exactly when there is a path from B to A.
 */
export function findPath(graph: Graph, from: string, to: string): readonly string[] | null {
  const start = graph.numberOf(from);
  const goal = graph.numberOf(to);
  if (start === undefined || goal === undefined) return null;
  const cameFrom = new Int32Array(graph.size).fill(-1);
  cameFrom[start] = start;
  const queue = [start];
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    if (node === goal) return pathBack(graph, cameFrom, node);
    for (const next of neighbours(graph.needs, node)) {
      if (cameFrom[next] !== -1) continue;
      cameFrom[next] = node;
      queue.push(next);
    }
  }
  return null;
}

function pathBack(graph: Graph, cameFrom: Int32Array, goal: number): string[] {
  const path = [graph.idOf(goal)];
  for (let node = goal; cameFrom[node] !== node; ) {
    node = cameFrom[node]!;
    path.push(graph.idOf(node));
  }
  return path.reverse();
}

/** An issue met on a walk: how far from the start, and by which issue it was first reached (null at the start). */
export interface Visit {
  readonly id: string;
  readonly depth: number;
  readonly from: string | null;
}

/** Everything reachable from one start or several in breadth-first order, themselves first: what they need, or what needs them. */
export function reach(
  graph: Graph,
  start: string | readonly string[],
  direction: 'needs' | 'neededBy',
): readonly Visit[] {
  const starts = (typeof start === 'string' ? [start] : start).filter(
    (id) => graph.numberOf(id) !== undefined,
  );
  const seen = new Uint8Array(graph.size);
  for (const id of starts) seen[graph.numberOf(id)!] = 1;
  const visits: Visit[] = starts.map((id) => ({ id, depth: 0, from: null }));
  for (let head = 0; head < visits.length; head += 1) {
    const visit = visits[head]!;
    for (const next of neighbours(graph[direction], graph.numberOf(visit.id)!)) {
      if (seen[next] === 1) continue;
      seen[next] = 1;
      visits.push({ id: graph.idOf(next), depth: visit.depth + 1, from: visit.id });
    }
  }
  return visits;
}

/** Ids of the issues that need nothing. */
export const roots = (graph: Graph): readonly string[] =>
  idsOf(graph).filter((_, node) => graph.needs.offsets[node] === graph.needs.offsets[node + 1]);

/**
 * Tells of one issue after another how many open issues wait on it, directly or through others; counted up to `most`. What one count
 * needs serves the next.
 */
export function waitingOn(graph: Graph, most = Number.POSITIVE_INFINITY): (id: string) => number {
  // Only what is open waits.
  const { offsets, targets } = reverse(graph.needs, graph.open);
  const seen = new Uint32Array(graph.size);
  const queue: number[] = [];
  let count = 0;
  return (id) => {
    const start = graph.numberOf(id);
    if (start === undefined) return 0;
    count += 1;
    seen[start] = count;
    queue.length = 0;
    queue.push(start);
    let waiting = 0;
    for (let node = queue.pop(); node !== undefined && waiting < most; node = queue.pop()) {
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
        const next = targets[edge]!;
        if (seen[next] === count) continue;
        seen[next] = count;
        waiting += 1;
        queue.push(next);
      }
    }
    return Math.min(waiting, most);
  };
}
