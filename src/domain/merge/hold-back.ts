import type { Hold, Issue, State } from '../issue.ts';
import { gateVerdict, pendingGates } from '../readiness.ts';
import type { Judge } from './decision.ts';
import type { Gates } from './merge-gates.ts';
import type { Work } from './merge-work.ts';
import { isFinished } from './state-table.ts';
import type { Side, Three } from './three-way.ts';

type Merged = Work & Gates & Pick<Issue, 'hold'>;
type Sides = Three<Issue> & Readonly<Record<Side, Issue>>;

/**
 * Takes back what each side could do, but not both together: `done` is not reached past a gate that the other side requires,
 * or has failed. What was so on one side already is left to `jit validate`.
 */
export function holdBack(merged: Merged, sides: Sides, judge: Judge): Merged {
  const { state, assignee, hold } = merged;
  if (state === 'backlog' || state === 'ready') return { ...merged, state: unstarted(state, hold) };
  const completed = isFinished(merged) && merged.completed_at !== null;
  if (state !== 'gated' && !completed) return merged;
  const open = newlyOpen(merged, sides, completed);
  const failed = open.some((key) => gateVerdict(merged as Issue, key) === 'failed');
  if (open.length === 0 || (state === 'gated' && !failed)) return merged;
  if (!failed) {
    judge.decide({ field: 'state', rule: 'gates', kept: 'gated', dropped: state });
    return { ...merged, state: 'gated', completed_at: null, resolution: null };
  }
  const back: State = assignee === null ? unstarted('ready', hold) : 'in_progress';
  judge.decide({ field: 'state', rule: 'rework', kept: back, dropped: state });
  // The work will change, so what had passed for it must pass again: as where a gate fails without any merge.
  const kept = Object.entries(merged.gates_status).filter(([, { status }]) => status !== 'passed');
  return {
    ...merged,
    state: back,
    completed_at: null,
    resolution: null,
    gates_status: Object.fromEntries(kept),
  };
}

const unstarted = (state: State, hold: Hold | null): State =>
  hold !== null && hold.until === undefined ? 'backlog' : state;

/** Required gates that have not passed, though they had, or were not required, where the stage was reached. */
function newlyOpen(merged: Merged, { ours, theirs }: Sides, completed: boolean): readonly string[] {
  const there = [ours, theirs].filter((side) =>
    completed ? side.completed_at === merged.completed_at : side.state === 'gated',
  );
  const verdict = (issue: Issue, key: string): string =>
    issue.gates_required.includes(key) ? gateVerdict(issue, key) : 'not required';
  return pendingGates(merged as Issue).filter((key) =>
    there.every((side) => {
      const before = verdict(side, key);
      return completed ? before === 'passed' || before === 'not required' : before !== 'failed';
    }),
  );
}
