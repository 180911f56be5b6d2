import { diagnoseDerived, settledState } from '../check/derived.ts';
import { type Issue, isHeld, isSatisfied } from '../issue.ts';
import { latest, type Repair } from './repair.ts';

/** Stores the states that follow from dependencies, gates and holds, and what follows from that in turn. */
export function settleStates(repair: Repair): void {
  const neededBy = new Map<string, string[]>();
  for (const { id, dependencies } of repair.issues()) {
    for (const dependency of dependencies) {
      const others = neededBy.get(dependency);
      if (others === undefined) neededBy.set(dependency, [id]);
      else others.push(id);
    }
  }
  const queue = new Set(repair.issues().map(({ id }) => id));
  for (const id of queue) {
    queue.delete(id);
    const issue = repair.dependencyOf(id)!;
    const problems = diagnoseDerived(issue, repair);
    if (problems.length === 0) continue;
    repair.mend(problems);
    const settled = settleState(repair, issue);
    if (isSatisfied(settled) === isSatisfied(issue)) continue;
    for (const dependent of neededBy.get(id) ?? []) queue.add(dependent);
  }
}

function settleState(repair: Repair, issue: Issue): Issue {
  const { gates, dependencyOf, now } = repair;
  const state = settledState(issue, dependencyOf, gates, now);
  const times = [...timesOf(issue, repair)];
  if (state !== 'done') {
    const event = state === 'ready' ? 'issue.ready' : 'issue.blocked';
    // Deriving does not change `updated_at`.
    return repair.change(issue, { event, note: {}, times }, () => ({ state }));
  }
  const note = issue.assignee === null ? {} : { assignee: issue.assignee };
  return repair.change(issue, { event: 'issue.completed', note, times }, (now) => ({
    state,
    resolution: 'completed',
    completed_at: now,
    updated_at: now,
  }));
}

/** When that happened from which the state follows. */
function timesOf(issue: Issue, { dependencyOf, now }: Repair): readonly string[] {
  const completions = issue.dependencies.map((id) => dependencyOf(id)?.completed_at ?? issue.updated_at);
  const verdicts = Object.values(issue.gates_status).map(({ updated_at }) => updated_at);
  const { hold } = issue;
  const lapsed = hold?.until === undefined || isHeld(issue, now) ? [] : [hold.until];
  return [latest([issue.updated_at, ...completions, ...verdicts, ...lapsed])];
}
