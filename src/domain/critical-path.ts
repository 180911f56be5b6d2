import { type Graph, neighbours, reach } from './graph.ts';

/**
 * The longest chain of open issues, from the first to be done to the last: the least number of steps
 * that remain. With `goal`, only what that issue needs. Issues on a cycle are left out. Empty when
 * nothing is open.
 */
export function criticalPath(graph: Graph, goal?: string): readonly string[] {
  const size = graph.size;
  const counted = goal === undefined ? graph.open : openBelow(graph, goal);
  const length = new Uint32Array(size);
  const through = new Int32Array(size).fill(-1);
  const waiting = new Uint32Array(size);
  const free: number[] = [];
  for (let node = 0; node < size; node += 1) {
    if (counted[node] === 0) continue;
    for (const need of neighbours(graph.needs, node)) waiting[node]! += counted[need]!;
    if (waiting[node] === 0) free.push(node);
  }
  let end = -1;
  for (let head = 0; head < free.length; head += 1) {
    const node = free[head]!;
    length[node]! += 1;
    if (end === -1 || length[node]! > length[end]!) end = node;
    for (const next of neighbours(graph.neededBy, node)) {
      if (counted[next] === 0) continue;
      if (length[node]! > length[next]!) {
        length[next] = length[node]!;
        through[next] = node;
      }
      waiting[next]! -= 1;
      if (waiting[next] === 0) free.push(next);
    }
  }
  const path: string[] = [];
  for (let node = end; node !== -1; node = through[node]!) path.push(graph.idOf(node));
  return path.reverse();
}

function openBelow(graph: Graph, goal: string): Uint8Array {
  const below = new Uint8Array(graph.size);
  for (const { id } of reach(graph, goal, 'needs')) {
    const node = graph.numberOf(id)!;
    below[node] = graph.open[node]!;
  }
  return below;
}
