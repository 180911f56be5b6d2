import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { criticalPath } from '../../src/domain/critical-path.ts';
import { findCycles } from '../../src/domain/cycles.ts';
import {
  buildGraph,
  findPath,
  type Graph,
  type GraphNode,
  idsOf,
  neighbours,
  reach,
  roots,
  waitingOn,
  withChanges,
} from '../../src/domain/graph.ts';
import { tops, tree } from '../../src/domain/tree.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { BEFORE, idOf } from '../support/issues.ts';

// Much work on little time: a busy machine may take its own.
vi.setConfig({ testTimeout: 120_000 });

const nodeOf = (number: number, needs: readonly number[], finished = false): GraphNode => ({
  id: idOf(number),
  dependencies: [...new Set(needs)].sort((a, b) => a - b).map(idOf),
  completed_at: finished ? BEFORE : null,
  state: finished ? 'done' : 'ready',
});

const SIZE = 9;
const anyNumber = fc.nat({ max: SIZE - 1 });

/** Up to 9 issues with any edges: cycles, edges to itself, and to issues that are not there. */
const anyNodes = fc
  .uniqueArray(fc.tuple(anyNumber, fc.array(anyNumber, { maxLength: 3 }), fc.boolean()), {
    selector: ([number]) => number,
    maxLength: SIZE,
  })
  .map((nodes) => nodes.map(([number, needs, finished]) => nodeOf(number, needs, finished)));

/** The same without cycles: an issue needs only those with smaller numbers. */
const anyDag = fc
  .array(fc.tuple(fc.array(anyNumber, { maxLength: 3 }), fc.boolean()), { maxLength: SIZE })
  .map((nodes) =>
    nodes.map(([needs, done], i) =>
      nodeOf(
        i,
        needs.filter((need) => need < i),
        done,
      ),
    ),
  );

// The reference: sets of strings, and the definitions spelled out.
const edgesOf = (nodes: readonly GraphNode[]): readonly (readonly [string, string])[] => {
  const ids = new Set(nodes.map(({ id }) => id));
  return nodes.flatMap(({ id, dependencies }) =>
    dependencies.filter((to) => ids.has(to)).map((to) => [id, to] as const),
  );
};

/** How far each issue is from `start` along the edges, found by asking all edges again and again. */
function distances(start: string, edges: readonly (readonly [string, string])[]): Map<string, number> {
  const found = new Map([[start, 0]]);
  for (let depth = 0; depth <= SIZE; depth += 1)
    for (const [from, to] of edges) if (found.get(from) === depth && !found.has(to)) found.set(to, depth + 1);
  return found;
}

const backwards = (edges: readonly (readonly [string, string])[]) =>
  edges.map(([from, to]) => [to, from] as const);

/** The number of issues on the longest path among `open`, and every path that long. */
function longest(open: ReadonlySet<string>, edges: readonly (readonly [string, string])[]): number {
  const below = (id: string): number =>
    1 + Math.max(0, ...edges.filter(([from, to]) => from === id && open.has(to)).map(([, to]) => below(to)));
  return Math.max(0, ...[...open].map(below));
}

const plain = (graph: Graph) => ({
  ids: idsOf(graph),
  needs: idsOf(graph).map((_, n) => [...neighbours(graph.needs, n)].map(graph.idOf).sort()),
  neededBy: idsOf(graph).map((_, n) => [...neighbours(graph.neededBy, n)].map(graph.idOf).sort()),
  satisfied: [...graph.satisfied],
  open: [...graph.open],
  dangling: [...graph.dangling].map(({ from, to }) => `${from} ${to}`).sort(),
});

describe('the graph agrees with its definition', () => {
  test('built: edges both ways, what is open and satisfied, and what dangles', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const sorted = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
        const ids = sorted.map(({ id }) => id);
        const edges = edgesOf(nodes);
        expect(plain(buildGraph(nodes))).toEqual({
          ids,
          needs: ids.map((id) =>
            edges
              .filter(([from]) => from === id)
              .map(([, to]) => to)
              .sort(),
          ),
          neededBy: ids.map((id) =>
            edges
              .filter(([, to]) => to === id)
              .map(([from]) => from)
              .sort(),
          ),
          satisfied: sorted.map(({ completed_at }) => (completed_at === null ? 0 : 1)),
          open: sorted.map(({ state }) => (state === 'done' ? 0 : 1)),
          dangling: sorted
            .flatMap(({ id, dependencies }) =>
              dependencies.filter((to) => !ids.includes(to)).map((to) => `${id} ${to}`),
            )
            .sort(),
        });
        expect(roots(buildGraph(nodes))).toEqual(ids.filter((id) => !edges.some(([from]) => from === id)));
      }),
    );
  });

  test('changed: the same as built anew from the issues after the change', () => {
    fc.assert(
      fc.property(anyNodes, anyNodes, (before, changed) => {
        const after = new Map([...before, ...changed].map((node) => [node.id, node]));
        expect(plain(withChanges(buildGraph(before), changed))).toEqual(plain(buildGraph(after.values())));
      }),
    );
  });

  test('reach: exactly what is reachable, nearest first, each once, by an edge from where it says', () => {
    fc.assert(
      fc.property(
        anyNodes,
        anyNumber,
        fc.constantFrom('needs' as const, 'neededBy' as const),
        (nodes, n, way) => {
          const edges = way === 'needs' ? edgesOf(nodes) : backwards(edgesOf(nodes));
          const visits = reach(buildGraph(nodes), idOf(n), way);
          const there = nodes.some(({ id }) => id === idOf(n));
          const expected = there ? distances(idOf(n), edges) : new Map<string, number>();
          expect(new Map(visits.map(({ id, depth }) => [id, depth]))).toEqual(expected);
          expect(visits).toHaveLength(expected.size);
          visits.forEach(({ depth, from, id }, i) => {
            expect(depth).toBeGreaterThanOrEqual(visits[Math.max(0, i - 1)]!.depth);
            if (i > 0) expect(edges.some(([a, b]) => a === from && b === id)).toBe(true);
          });
        },
      ),
    );
  });

  test('findPath: a shortest path along edges, or none where there is none', () => {
    fc.assert(
      fc.property(anyNodes, anyNumber, anyNumber, (nodes, a, b) => {
        const edges = edgesOf(nodes);
        const path = findPath(buildGraph(nodes), idOf(a), idOf(b));
        const there = nodes.some(({ id }) => id === idOf(a));
        const distance = there ? distances(idOf(a), edges).get(idOf(b)) : undefined;
        expect(path === null ? undefined : path.length - 1).toBe(distance);
        expect([path?.[0] ?? idOf(a), path?.at(-1) ?? idOf(b)]).toEqual([idOf(a), idOf(b)]);
        path?.slice(1).forEach((id, i) => {
          expect(edges.some(([from, to]) => from === path[i] && to === id)).toBe(true);
        });
      }),
    );
  });

  test('findCycles: one for each knot, along edges, back to its start; none exactly where there is no cycle', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const edges = edgesOf(nodes);
        const reaches = (a: string, b: string) =>
          edges.some(([from, to]) => from === a && distances(to, edges).has(b));
        const knotted = nodes.map(({ id }) => id).filter((id) => reaches(id, id));
        const knots = new Set(
          knotted.map((id) =>
            knotted
              .filter((other) => id === other || (reaches(id, other) && reaches(other, id)))
              .sort()
              .join(),
          ),
        );
        const cycles = findCycles(buildGraph(nodes));
        expect(cycles).toHaveLength(knots.size);
        for (const cycle of cycles) {
          expect(cycle.length).toBeGreaterThan(1);
          expect(cycle[0]).toBe(cycle.at(-1));
          expect(new Set(cycle).size).toBe(cycle.length - 1);
          for (let i = 1; i < cycle.length; i += 1)
            expect(edges.some(([from, to]) => from === cycle[i - 1] && to === cycle[i])).toBe(true);
        }
        const found = cycles.map((cycle) => [...knots].find((knot) => knot.includes(cycle[0]!)));
        expect(new Set(found).size).toBe(knots.size);
      }),
    );
  });

  test('criticalPath: as long as the longest chain of open issues, first to be done first', () => {
    fc.assert(
      fc.property(anyDag, fc.option(anyNumber), (nodes, goal) => {
        const edges = edgesOf(nodes);
        const wanted = goal === null ? null : distances(idOf(goal), edges);
        const open = new Set(
          nodes
            .filter(({ state, id }) => state !== 'done' && (wanted === null || wanted.has(id)))
            .map(({ id }) => id),
        );
        if (goal !== null && !nodes.some(({ id }) => id === idOf(goal))) open.clear();
        const path = criticalPath(buildGraph(nodes), ...(goal === null ? [] : [idOf(goal)]));
        expect(path).toHaveLength(longest(open, edges));
        expect(path.every((id) => open.has(id))).toBe(true);
        for (let i = 1; i < path.length; i += 1)
          expect(edges.some(([from, to]) => from === path[i] && to === path[i - 1])).toBe(true);
      }),
    );
  });

  test('criticalPath: ends also where there are cycles, and passes through no issue twice', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const edges = edgesOf(nodes);
        const path = criticalPath(buildGraph(nodes));
        expect(new Set(path).size).toBe(path.length);
        for (let i = 1; i < path.length; i += 1)
          expect(edges.some(([from, to]) => from === path[i] && to === path[i - 1])).toBe(true);
      }),
    );
  });

  test('waitingOn: how many open issues wait, through open ones, counted up to a limit', () => {
    fc.assert(
      fc.property(anyNodes, anyNumber, fc.nat({ max: 4 }), (nodes, n, most) => {
        const done = new Set(nodes.filter(({ state }) => state === 'done').map(({ id }) => id));
        const edges = backwards(edgesOf(nodes)).filter(([, to]) => !done.has(to));
        const there = nodes.some(({ id }) => id === idOf(n));
        const expected = there ? distances(idOf(n), edges).size - 1 : 0;
        const graph = buildGraph(nodes);
        const [all, some] = [waitingOn(graph), waitingOn(graph, most)];
        // What was counted before does not matter.
        for (const { id } of nodes) expect(some(id)).toBe(Math.min(all(id), most));
        expect(all(idOf(n))).toBe(expected);
        expect(some(idOf(n))).toBe(Math.min(expected, most));
      }),
    );
  });

  test('tree: draws every reachable issue, unfolds each once, and every line hangs on an edge', () => {
    fc.assert(
      fc.property(
        anyNodes,
        anyNumber,
        fc.constantFrom('needs' as const, 'neededBy' as const),
        (nodes, n, way) => {
          // What is needed but not there is drawn as well.
          const all = nodes.flatMap(({ id, dependencies }) => dependencies.map((to) => [id, to] as const));
          const edges = way === 'needs' ? all : backwards(edgesOf(nodes));
          const there = nodes.some(({ id }) => id === idOf(n));
          const expected = there ? [...distances(idOf(n), edges).keys()] : [];
          const lines = tree(buildGraph(nodes), idOf(n), way);
          expect(new Set(lines.map(({ id }) => id))).toEqual(new Set(expected));
          const unfolded = new Set<string>();
          const above: string[] = [];
          lines.forEach(({ id, depth, repeated, last }, i) => {
            above.length = depth;
            if (depth > 0)
              expect(edges.some(([from, to]) => from === above[depth - 1] && to === id)).toBe(true);
            above.push(id);
            const children = edges.filter(([from]) => from === id).length;
            expect(repeated).toBe(unfolded.has(id) && children > 0);
            const drawn = lines.slice(i + 1).findIndex((line) => line.depth <= depth);
            const below = lines.slice(i + 1, drawn === -1 ? undefined : i + 1 + drawn);
            const direct = below.filter((line) => line.depth === depth + 1);
            expect(direct).toHaveLength(unfolded.has(id) ? 0 : children);
            expect(direct.map((line) => line.last)).toEqual(direct.map((_, j) => j === direct.length - 1));
            if (depth === 0) expect(last).toBe(true);
            unfolded.add(id);
          });
        },
      ),
    );
  });
});

test('tops: everything is reached from them, and they hold whatever nothing needs', () => {
  fc.assert(
    fc.property(anyNodes, (nodes) => {
      const graph = buildGraph(nodes);
      const found = tops(graph);
      const reached = new Set(reach(graph, found, 'needs').map(({ id }) => id));
      expect(reached).toEqual(new Set(idsOf(graph)));
      const needed = new Set(edgesOf(nodes).map(([, to]) => to));
      for (const id of idsOf(graph)) if (!needed.has(id)) expect(found).toContain(id);
      // In a graph without cycles there are no others.
      if (findCycles(graph).length === 0) expect(found.filter((id) => needed.has(id))).toEqual([]);
      const lines = tree(graph, found, 'needs');
      expect(lines.filter(({ depth }) => depth === 0).map(({ id }) => id)).toEqual(found);
      expect(
        new Set(lines.filter(({ repeated }) => !repeated).map(({ id }) => id)).size,
      ).toBeGreaterThanOrEqual(graph.size);
    }),
  );
});

describe('a chain of 100,000 issues is nothing special', () => {
  const size = 100_000;
  const chain = Array.from({ length: size }, (_, i) => nodeOf(i, i === 0 ? [] : [i - 1]));
  const graph = buildGraph(chain);
  const first = idOf(0);
  const last = idOf(size - 1);

  test.each<[string, () => unknown, unknown]>([
    ['buildGraph', () => buildGraph(chain).size, size],
    ['withChanges', () => withChanges(graph, [nodeOf(size, [0])]).size, size + 1],
    ['findPath', () => findPath(graph, last, first)!.length, size],
    ['reach', () => reach(graph, last, 'needs').at(-1), { id: first, depth: size - 1, from: idOf(1) }],
    ['tree', () => tree(graph, first, 'neededBy').length, size],
    ['waitingOn', () => waitingOn(graph)(first), size - 1],
    ['criticalPath', () => criticalPath(graph).length, size],
    ['criticalPath of one', () => criticalPath(graph, last)[0], first],
    ['findCycles, none', () => findCycles(graph), []],
    ['findCycles, one', () => findCycles(withChanges(graph, [nodeOf(0, [size - 1])]))[0]!.length, size + 1],
    ['roots', () => roots(graph), [first]],
  ])('%s', (_, act, expected) => {
    let result: unknown;
    const spent = cpuTimeOf(() => {
      result = act();
    });
    expect(result).toEqual(expected);
    // A walk that is quadratic misses this by far.
    expect(spent).toBeLessThan(10_000);
  });
});
