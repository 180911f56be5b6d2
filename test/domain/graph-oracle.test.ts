import * as graphlib from '@dagrejs/graphlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCycles } from '../../src/domain/cycles.ts';
import { buildGraph, findPath, reach } from '../../src/domain/graph.ts';

// graphlib as an independent judge of our own walks, on graphs that are small enough for its recursion.

const id = (node: number): string => `01ARZ3NDEKTSV4RRFFQ69G${String(node).padStart(4, '0')}`;

const edges = fc.array(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 14 })), {
  maxLength: 40,
});

function bothGraphs(pairs: readonly (readonly [number, number])[]) {
  const theirs = new graphlib.Graph();
  const nodes = Array.from({ length: 15 }, (_, node) => ({
    id: id(node),
    dependencies: [...new Set(pairs.filter(([from]) => from === node).map(([, to]) => id(to)))],
    completed_at: null,
    state: 'ready' as const,
  }));
  for (const node of nodes) theirs.setNode(node.id);
  for (const node of nodes) for (const need of node.dependencies) theirs.setEdge(node.id, need);
  return { ours: buildGraph(nodes), theirs };
}

test('finds a cycle exactly where graphlib finds one', () => {
  fc.assert(
    fc.property(edges, (pairs) => {
      const { ours, theirs } = bothGraphs(pairs);
      const members = new Set(graphlib.alg.findCycles(theirs).flat());
      const cycles = findCycles(ours);
      expect(cycles.length).toBe(graphlib.alg.findCycles(theirs).length);
      for (const cycle of cycles) {
        expect(cycle.at(0)).toBe(cycle.at(-1));
        for (const node of cycle) expect(members).toContain(node);
      }
    }),
    { numRuns: 300 },
  );
});

test('reaches what graphlib reaches, by paths as short as its own', () => {
  fc.assert(
    fc.property(edges, (pairs) => {
      const { ours, theirs } = bothGraphs(pairs);
      const distances = graphlib.alg.dijkstra(theirs, id(0));
      const reachable = Object.keys(distances).filter((node) => Number.isFinite(distances[node]!.distance));
      expect(
        reach(ours, id(0), 'needs')
          .map((visit) => visit.id)
          .sort(),
      ).toEqual(reachable.sort());
      for (const node of reachable) {
        expect(findPath(ours, id(0), node)).toHaveLength(distances[node]!.distance + 1);
      }
    }),
    { numRuns: 300 },
  );
});
