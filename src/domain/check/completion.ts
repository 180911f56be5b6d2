import { type GateRegistry, type IssueHead, isOpen } from '../issue.ts';
import type { Problem } from '../problem.ts';
import { gateDefinition, pendingGates } from '../readiness.ts';
import { problemOf } from './problem-of.ts';

/** Where state, completion and gates of an issue contradict one another. */
export function diagnoseCompletion(issue: IssueHead, gates: GateRegistry): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (code: string, path: string, message: string, fix: string): void => {
    problems.push(problemOf(issue, { severity: 'error', code, path, message, fix }));
  };
  if (lacksCompletion(issue)) {
    const fix = 'take the time of its completion from the log, or of its last change';
    report('done-without-completion', '/completed_at', 'is done, but has no completed_at', fix);
  }
  if (isOpen(issue) && issue.completed_at !== null) {
    const message = `has completed_at, but is ${issue.state}`;
    report('completed-but-open', '/completed_at', message, 'remove completed_at: the state stands');
  }
  const pending = gatesPassedOver(issue, gates);
  if (pending.length > 0) {
    const message = `is ${issue.state}, but has not passed: ${pending.join(', ')}`;
    report(
      'done-with-pending-gates',
      '/gates_status',
      message,
      'let it wait at its gates, or go back to work',
    );
  }
  if (issue.state === 'in_progress' && issue.assignee === null) {
    const message = 'is in progress, but nobody holds it';
    report('in-progress-without-assignee', '/assignee', message, 'give it back');
  }
  return problems;
}

/** It is done, and does not say since when. */
export const lacksCompletion = ({ state, completed_at }: IssueHead): boolean =>
  state === 'done' && completed_at === null;

/** Defined gates that an issue had to pass before it was completed, and has not. */
export const gatesPassedOver = (issue: IssueHead, gates: GateRegistry): readonly string[] =>
  isOpen(issue) || issue.completed_at === null
    ? []
    : pendingGates(issue).filter((key) => gateDefinition(gates, key) !== undefined);
