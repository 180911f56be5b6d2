import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edge, findClosingEdges } from '../../src/domain/acyclic.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { seeded } from '../support/seeded.ts';

const NODES = 8;
const anyEdges = fc.array(
  fc.tuple(fc.nat({ max: NODES - 1 }), fc.nat({ max: NODES - 1 })).map((pair): Edge => pair),
  { maxLength: 40 },
);

/** The plain way: walk from the end of each new edge, and see whether that leads to its start. */
function closingEdges(edges: readonly Edge[]): readonly number[] {
  const kept: Edge[] = [];
  return edges.flatMap(([from, to], place) => {
    const reached = new Set([to]);
    for (const node of reached) for (const [a, b] of kept) if (a === node) reached.add(b);
    if (reached.has(from)) return [place];
    kept.push([from, to]);
    return [];
  });
}

describe('the edges that close a cycle', () => {
  test('are those that a walk finds, one edge after another', () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        expect(findClosingEdges(NODES, edges)).toEqual(closingEdges(edges));
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a ring it is the last, of a loop the edge itself', () => {
    expect(
      findClosingEdges(3, [
        [0, 1],
        [1, 2],
        [2, 0],
      ]),
    ).toEqual([2]);
    expect(findClosingEdges(1, [[0, 0]])).toEqual([0]);
  });

  test('a ring of 100,000 and a tangle of 20,000 edges are nothing special', () => {
    const size = 100_000;
    const ring = Array.from({ length: size }, (_, node): Edge => [node, (node + 1) % size]);
    const random = seeded(7);
    const pick = () => Math.floor(random() * 2_000);
    const tangle = Array.from({ length: 20_000 }, (): Edge => [pick(), pick()]);
    const spent = cpuTimeOf(() => {
      expect(findClosingEdges(size, ring)).toEqual([size - 1]);
      expect(findClosingEdges(size, [...ring].reverse())).toEqual([size - 1]);
      expect(findClosingEdges(2_000, tangle).length).toBeGreaterThan(5_000);
    });
    expect(spent).toBeLessThan(10_000);
  });
});
