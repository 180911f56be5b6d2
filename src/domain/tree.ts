import { type Graph, neighbours } from './graph.ts';

/** One line of a tree drawn from a graph. */
export interface TreeLine {
  readonly id: string;
  readonly depth: number;
  /** It was drawn before, so that what is below it is not drawn again. */
  readonly repeated: boolean;
  /** Last among its siblings. */
  readonly last: boolean;
}

/**
 * The graph below one start or several as trees in depth-first order, with the issues that are needed but not there;
 * what was shown once is not unfolded again.
 */
export function tree(
  graph: Graph,
  start: string | readonly string[],
  direction: 'needs' | 'neededBy',
): readonly TreeLine[] {
  const starts = (typeof start === 'string' ? [start] : start).filter(
    (id) => graph.numberOf(id) !== undefined,
  );
  const missing = new Map<string, string[]>();
  for (const { from, to } of direction === 'needs' ? graph.dangling : [])
    missing.set(from, [...(missing.get(from) ?? []), to]);
  const unfolded = new Set<string>();
  const lines: TreeLine[] = [];
  const stack = starts.toReversed().map((id) => ({ id, depth: 0, last: true }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { id, depth, last } = top;
    const node = graph.numberOf(id);
    const there = node === undefined ? [] : [...neighbours(graph[direction], node)];
    const below = [...there.map((next) => graph.idOf(next)), ...(missing.get(id) ?? [])];
    const repeated = unfolded.has(id);
    lines.push({ id, depth, last, repeated: repeated && below.length > 0 });
    if (repeated) continue;
    unfolded.add(id);
    for (let i = below.length - 1; i >= 0; i -= 1) {
      stack.push({ id: below[i]!, depth: depth + 1, last: i === below.length - 1 });
    }
  }
  return lines;
}

/**
 * Issues from which the whole graph is reached along what they need: those that nothing needs, and where only cycles
 * are left, the first of them until all is reached.
 */
export function tops(graph: Graph): readonly string[] {
  const { offsets } = graph.neededBy;
  const seen = new Uint8Array(graph.size);
  const found: string[] = [];
  const cover = (start: number): void => {
    if (seen[start] === 1) return;
    found.push(graph.idOf(start));
    seen[start] = 1;
    const queue = [start];
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      for (const next of neighbours(graph.needs, node)) {
        if (seen[next] === 1) continue;
        seen[next] = 1;
        queue.push(next);
      }
    }
  };
  for (let node = 0; node < graph.size; node += 1) if (offsets[node] === offsets[node + 1]) cover(node);
  for (let node = 0; node < graph.size; node += 1) cover(node);
  return found;
}
