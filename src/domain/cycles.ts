import { type Graph, neighbours } from './graph.ts';

/**
 * The cycles of the graph: for each strongly connected component one path that returns to its start.
 * Empty in a store that only jit wrote; a merge of two branches can close one.
 */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  return stronglyConnected(graph).map((component) => {
    const start = component.reduce((least, node) => Math.min(least, node));
    return cycleThrough(graph, start, new Set(component));
  });
}

function cycleThrough(graph: Graph, start: number, inside: ReadonlySet<number>): readonly string[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    for (const next of neighbours(graph.needs, node)) {
      if (next === start) {
        const path = [start, node];
        for (let back = node; back !== start; ) {
          back = cameFrom.get(back)!;
          path.push(back);
        }
        const ids = path.reverse().map((n) => graph.idOf(n));
        return node === start ? [graph.idOf(start), graph.idOf(start)] : [...ids];
      }
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return [];
}

// Tarjan's algorithm with its call stack made explicit. Returns components that hold a cycle.
/** The tangles of the graph: sets of nodes of which each can be reached from each, and that hold a cycle. */
export function stronglyConnected(graph: Graph): number[][] {
  const size = graph.size;
  const order = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const onStack = new Uint8Array(size);
  const edge = new Uint32Array(size);
  const stack: number[] = [];
  const found: number[][] = [];
  const { offsets, targets } = graph.needs;
  let counter = 0;
  for (let root = 0; root < size; root += 1) {
    if (order[root] !== -1) continue;
    const calls = [root];
    while (calls.length > 0) {
      const node = calls[calls.length - 1]!;
      if (order[node] === -1) {
        order[node] = low[node] = counter++;
        edge[node] = offsets[node]!;
        onStack[node] = 1;
        stack.push(node);
      }
      if (edge[node]! < offsets[node + 1]!) {
        const next = targets[edge[node]!]!;
        edge[node]! += 1;
        if (order[next] === -1) calls.push(next);
        else if (onStack[next] === 1) low[node] = Math.min(low[node]!, order[next]!);
        continue;
      }
      calls.pop();
      const caller = calls[calls.length - 1];
      if (caller !== undefined) low[caller] = Math.min(low[caller]!, low[node]!);
      if (low[node] === order[node]) {
        const component = stack.splice(stack.lastIndexOf(node));
        for (const member of component) onStack[member] = 0;
        const loops = component.length > 1 || neighbours(graph.needs, node).includes(node);
        if (loops) found.push(component);
      }
    }
  }
  return found;
}
