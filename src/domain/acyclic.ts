/** An edge between two nodes, by their numbers. */
export type Edge = readonly [from: number, to: number];

/**
 * The edges that close a cycle, if they are added one after another and those that do are left out: by place in `edges`,
 * ascending. It keeps an order of the nodes in which every edge leads forward, and mends it only where a new edge leads
 * back (the algorithm of Pearce and Kelly). Nothing recurses.
 */
export function findClosingEdges(nodes: number, edges: readonly Edge[]): readonly number[] {
  const order = new Growing(nodes);
  return edges.flatMap(([from, to], place) => (order.add(from, to) ? [] : [place]));
}

class Growing {
  /** node → its rank. */
  readonly #rank: Int32Array;
  readonly #after: number[][];
  readonly #before: number[][];

  constructor(nodes: number) {
    this.#rank = Int32Array.from({ length: nodes }, (_, node) => node);
    this.#after = Array.from({ length: nodes }, () => []);
    this.#before = Array.from({ length: nodes }, () => []);
  }

  /** Whether the edge was added: false where it would close a cycle. */
  add(from: number, to: number): boolean {
    if (from === to) return false;
    const rank = this.#rank;
    if (rank[from]! > rank[to]!) {
      const highest = rank[from]!;
      const forward = reach(to, this.#after, (node) => rank[node]! <= highest);
      if (forward.includes(from)) return false;
      const lowest = rank[to]!;
      const backward = reach(from, this.#before, (node) => rank[node]! >= lowest);
      this.#reorder(backward, forward);
    }
    this.#after[from]!.push(to);
    this.#before[to]!.push(from);
    return true;
  }

  /** Puts the nodes of `first` before those of `then`, in the ranks that they have among them. */
  #reorder(first: readonly number[], then: readonly number[]): void {
    const rank = this.#rank;
    const byRank = (a: number, b: number): number => rank[a]! - rank[b]!;
    const nodes = [...[...first].sort(byRank), ...[...then].sort(byRank)];
    const ranks = nodes.map((node) => rank[node]!).sort((a, b) => a - b);
    for (const [i, node] of nodes.entries()) rank[node] = ranks[i]!;
  }
}

function reach(
  start: number,
  edges: readonly (readonly number[])[],
  within: (node: number) => boolean,
): readonly number[] {
  const found = [start];
  const seen = new Set(found);
  for (let head = 0; head < found.length; head += 1) {
    for (const next of edges[found[head]!]!) {
      if (seen.has(next) || !within(next)) continue;
      seen.add(next);
      found.push(next);
    }
  }
  return found;
}
