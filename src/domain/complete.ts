import { claim, claimReasons } from './claim.ts';
import { checkHolder, otherHolder } from './holder.ts';
import type { Actor } from './identity.ts';
import type { GateStatus, Issue } from './issue.ts';
import { deriveState, finishReasons, type Reason } from './readiness.ts';
import { change, type Facts, name, refuse, type Step, wrongState } from './transition.ts';

/** What completing comes to. `missing` is what still stands before `done`. */
export interface Completion {
  readonly outcome: 'done' | 'gated';
  readonly missing: readonly Reason[];
  readonly steps: readonly Step[];
}

/**
 * Declares the work finished: `done` when nothing is missing, else `gated`, which becomes done by
 * itself when the last gate has passed and the last dependency is satisfied. An unblocked issue that
 * nobody started is claimed on the way. Throws NOT_HOLDER, BLOCKED, ALREADY_CLAIMED, INVALID_TRANSITION.
 */
export function complete(issue: Issue, facts: Facts): Completion {
  if (issue.state === 'done') return { outcome: 'done', missing: [], steps: [] };
  if (issue.state === 'archived') throw wrongState(issue, 'complete');
  if (issue.state === 'gated') {
    const missing = finishReasons(issue, facts.dependencyOf, facts.gates);
    return { outcome: missing.length === 0 ? 'done' : 'gated', missing, steps: settle(issue, facts) };
  }
  const forced = checkHolder(issue, facts);
  const started = issue.state === 'in_progress' ? { issue, steps: [] } : startToComplete(issue, facts);
  const worked = withoutFailedVerdicts(started.issue);
  const missing = finishReasons(worked, facts.dependencyOf, facts.gates);
  const step: Step =
    missing.length === 0
      ? finish(worked, facts.now, forced)
      : {
          event: 'issue.gated',
          after: change(worked, { state: 'gated' }, facts.now),
          note: { ...forced },
        };
  return { outcome: missing.length === 0 ? 'done' : 'gated', missing, steps: [...started.steps, step] };
}

/** `done`, at last. */
export function finish(issue: Issue, now: string, forced: { forced?: true } = {}): Step {
  const { assignee } = issue;
  return {
    event: 'issue.completed',
    after: change(issue, { state: 'done', resolution: 'completed', completed_at: now }, now),
    note: { ...(assignee === null ? {} : { assignee }), ...forced },
  };
}

// The verdict "failed" was about earlier work: this is new work, to be judged anew. Why it failed stays to be read.
function withoutFailedVerdicts(issue: Issue): Issue {
  const statuses = Object.entries(issue.gates_status);
  if (statuses.every(([, { status }]) => status !== 'failed')) return issue;
  const pending = (status: GateStatus): GateStatus =>
    status.status === 'failed' ? { ...status, status: 'pending' } : status;
  return {
    ...issue,
    gates_status: Object.fromEntries(statuses.map(([key, status]) => [key, pending(status)])),
  };
}

function startToComplete(issue: Issue, facts: Facts): { issue: Issue; steps: readonly Step[] } {
  const { steps } = claim(issue, { ...facts, actor: actingFor(issue, facts.actor) });
  return { issue: steps.at(-1)!.after as Issue, steps };
}

/** Somebody whose name was only inferred acts for the one the issue is assigned to. */
export const actingFor = ({ assignee }: Issue, actor: Actor): Actor =>
  assignee === null || actor.explicit ? actor : { ...actor, id: assignee, bare: false };

/**
 * `update --state done`: the strict form. Refuses with every reason while anything is open, and changes
 * nothing then. Throws BLOCKED, GATES_PENDING where only gates are open, ALREADY_CLAIMED or NOT_HOLDER
 * where it is somebody else's besides, INVALID_TRANSITION.
 */
export function completeStrictly(issue: Issue, facts: Facts): Completion {
  if (issue.state === 'done' || issue.state === 'archived') return complete(issue, facts);
  const started = issue.state === 'in_progress' || issue.state === 'gated';
  const reasons = dedupe([
    ...(started
      ? holderReasons(issue, facts)
      : claimReasons(issue, { ...facts, actor: actingFor(issue, facts.actor) })),
    ...finishReasons(issue, facts.dependencyOf, facts.gates),
  ]);
  if (reasons.length === 0) return complete(issue, facts);
  const taken = reasons.some((reason) => reason.type === 'assignee' || reason.type === 'lease');
  const gatesOnly = reasons.every((reason) => reason.type === 'gate');
  throw refuse(
    taken ? (started ? 'NOT_HOLDER' : 'ALREADY_CLAIMED') : gatesOnly ? 'GATES_PENDING' : 'BLOCKED',
    issue,
    `${name(issue)} cannot be done yet`,
    reasons,
    'jit issue complete moves finished work to gated, and it becomes done by itself',
  );
}

function holderReasons(issue: Issue, facts: Facts): readonly Reason[] {
  const reason = facts.force === true ? null : otherHolder(issue, facts);
  return reason === null ? [] : [reason];
}

const dedupe = (reasons: readonly Reason[]): readonly Reason[] => [
  ...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values(),
];

/**
 * Brings what is derived up to date after a neighbour changed: `backlog` and `ready` follow the
 * dependencies, and finished work that waited for nothing else becomes done. Deriving does not change `updated_at`.
 */
export function settle(issue: Issue, facts: Pick<Facts, 'dependencyOf' | 'gates' | 'now'>): readonly Step[] {
  if (issue.state === 'gated') {
    const missing = finishReasons(issue, facts.dependencyOf, facts.gates);
    return missing.length === 0 ? [finish(issue, facts.now)] : [];
  }
  const state = deriveState(issue, facts.dependencyOf, facts.now);
  if (state === issue.state) return [];
  return [{ event: state === 'ready' ? 'issue.ready' : 'issue.blocked', after: { ...issue, state } }];
}
