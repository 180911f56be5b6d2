import { diagnoseCompletion } from './check/completion.ts';
import { diagnoseCycles } from './check/cycles.ts';
import { diagnoseDerived } from './check/derived.ts';
import { diagnoseEdges } from './check/edges.ts';
import { diagnoseGates, diagnoseRegistry } from './check/gates.ts';
import type { Graph } from './graph.ts';
import type { GateRegistry, IssueHead } from './issue.ts';
import type { Problem } from './problem.ts';
import type { DependencyOf } from './readiness.ts';

export interface Board {
  readonly issues: readonly IssueHead[];
  readonly graph: Graph;
  /** null where gates.json cannot be read, so that nothing is said of what it lacks. */
  readonly gates: GateRegistry | null;
  readonly dependencyOf: DependencyOf;
  /** UTC, RFC 3339. */
  readonly now: string;
  /** Ids whose files are there but cannot be read: edges to them are not called dangling. */
  readonly unreadable: ReadonlySet<string>;
}

/** Everything in which issues that are each well-formed contradict one another, or the rules. */
export function diagnose(board: Board): readonly Problem[] {
  const { gates } = board;
  return [
    ...diagnoseRegistry(gates ?? {}),
    ...board.issues.flatMap((issue) => [
      ...diagnoseEdges(issue, board),
      ...(gates === null ? [] : diagnoseGates(issue, gates)),
      ...diagnoseCompletion(issue, gates ?? {}),
      ...diagnoseDerived(issue, board),
    ]),
    ...diagnoseCycles(board.graph),
  ];
}
