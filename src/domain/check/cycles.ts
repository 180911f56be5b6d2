import { findCycles } from '../cycles.ts';
import type { Graph } from '../graph.ts';
import { ref } from '../issue.ts';
import type { Problem } from '../problem.ts';
import { problemOf } from './problem-of.ts';

/** Longest part of a cycle that a message spells out. */
const SHOWN = 12;

/** Issues that wait for themselves: one cycle of each tangle. */
export const diagnoseCycles = (graph: Graph): readonly Problem[] =>
  findCycles(graph).map((cycle): Problem => {
    const [first, second] = [cycle[0]!, cycle[1]!];
    const shown = cycle.length > SHOWN ? [...cycle.slice(0, SHOWN), '…', first] : cycle;
    const path = shown.map((id) => (id === '…' ? id : ref(id))).join(' → ');
    return problemOf(
      { id: first },
      {
        severity: 'error',
        code: 'cycle',
        path: '/dependencies',
        message: `waits for itself: ${path}; remove one of these edges, for example: jit dep rm ${ref(first)} ${ref(second)}`,
        fix: 'remove the dependency that was added last',
      },
    );
  });
