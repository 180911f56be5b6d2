import type { GateRegistry, IssueHead, State } from '../issue.ts';
import type { Problem } from '../problem.ts';
import { type DependencyOf, deriveState, finishReasons } from '../readiness.ts';
import { problemOf } from './problem-of.ts';

/** Where what is stored is no longer what follows from the rest. `gates`: null where they cannot be read. */
export function diagnoseDerived(
  issue: IssueHead,
  { dependencyOf, gates, now }: { dependencyOf: DependencyOf; gates: GateRegistry | null; now: string },
): readonly Problem[] {
  const state = settledState(issue, dependencyOf, gates ?? {}, now);
  if (state === issue.state) return [];
  const finished = state === 'done';
  return [
    problemOf(issue, {
      severity: 'warning',
      code: 'stale-state',
      path: '/state',
      message: finished ? 'is gated, but nothing is missing' : `is stored as ${issue.state}, but is ${state}`,
      fix: finished ? 'complete it' : `store ${state}`,
    }),
  ];
}

/** The state that follows from the dependencies, the gates and the hold. */
export const settledState = (
  issue: IssueHead,
  dependencyOf: DependencyOf,
  gates: GateRegistry,
  now: string,
): State =>
  issue.state === 'gated' && finishReasons(issue, dependencyOf, gates).length === 0
    ? 'done'
    : deriveState(issue, dependencyOf, now);
