import { checkReason } from './check-reason.ts';
import type { JitError } from './errors.ts';
import {
  checkHolder,
  claimIsOver,
  describeHolder,
  holdsLease,
  isClaimUnder,
  isTakenBack,
  leaseReason,
  reasonOf,
} from './holder.ts';
import { type Actor, actorIs } from './identity.ts';
import { type Issue, type IssueHead, PRIORITIES, ref } from './issue.ts';
import { isActive, type Lease } from './lease.ts';
import { deriveState, isRework, type Reason, startReasons } from './readiness.ts';
import { change, type Facts, name, refuse, type Step, wrongState } from './transition.ts';

/** What a claim comes to: `held` when the actor already had it, and nothing changed. */
export interface Claim {
  readonly outcome: 'claimed' | 'held';
  readonly steps: readonly Step[];
}

/** The claim of somebody who takes it from whoever has it, and says why. */
export interface Steal {
  readonly reason: string;
}

/**
 * Claims a ready issue for the actor, under the actor's lease where there is one. Work whose claim is over is returned to
 * `ready` first. Throws ALREADY_CLAIMED when somebody else works on it, BLOCKED with every reason when it may not be
 * started, INVALID_TRANSITION when it is past starting.
 */
export function claim(issue: Issue, facts: Facts, steal: Steal | null = null): Claim {
  if (steal !== null) checkReason(steal.reason, 'steal');
  if (isHeldByActor(issue, facts)) return { outcome: 'held', steps: [] };
  const returned = steal === null ? lapse(issue, facts) : [];
  const free = freed(issue, returned, steal);
  const reasons = claimReasons(free, facts).filter((reason) => steal === null || !isStealable(reason));
  const taken = reasons.find((reason) => reason.type === 'assignee' || reason.type === 'lease');
  if (taken !== undefined) throw alreadyClaimed(free, facts, reasons);
  const state = deriveState(free, facts.dependencyOf, facts.now);
  if (state !== 'ready' && state !== 'backlog') throw wrongState(issue, 'claim');
  if (reasons.length > 0) throw refuse('BLOCKED', issue, `${name(issue)} is not ready`, reasons);
  const { actor, lease, now } = facts;
  const mine = free.assignee !== null && actorIs(actor, free.assignee);
  const assignee = mine && actor.bare ? free.assignee! : actor.id;
  const under = holdsLease(facts) ? { claim_epoch: lease!.lease.epoch } : {};
  const stolen = steal === null ? {} : { reason: steal.reason, forced: true as const };
  return {
    outcome: 'claimed',
    steps: [
      ...returned,
      {
        event: 'issue.claimed',
        after: change(free, { state: 'in_progress', assignee, ...under }, now),
        note: { assignee, ...stolen },
      },
    ],
  };
}

// What was finished elsewhere is not there to be taken.
const isStealable = (reason: Reason): boolean => reason.type === 'lease' && reason.status !== 'done';

function isHeldByActor(issue: IssueHead, facts: Facts): boolean {
  if (issue.state !== 'in_progress' || issue.assignee === null || !actorIs(facts.actor, issue.assignee))
    return false;
  return holdsLease(facts) && !claimIsOver(issue, facts);
}

// What is stolen is free for the thief, whoever has it now, and whoever it was assigned to.
function freed(issue: Issue, returned: readonly Step[], steal: Steal | null): Issue {
  if (steal === null) return (returned.at(-1)?.after as Issue | undefined) ?? issue;
  return issue.state === 'in_progress'
    ? { ...issue, state: 'ready', assignee: null }
    : { ...issue, assignee: null };
}

/** Returns an issue to `ready` whose claim is over; nothing where it is not. */
export function lapse(issue: Issue, facts: Facts): readonly Step[] {
  if (!claimIsOver(issue, facts)) return [];
  const after = change(issue, { state: 'ready', assignee: null }, facts.now);
  const state = deriveState(after, facts.dependencyOf, facts.now);
  const { assignee } = issue;
  return [
    {
      event: 'lease.expired',
      after: { ...after, state },
      note: { ...(assignee === null ? {} : { assignee }) },
    },
  ];
}

/** Gives up a claim that another clone was first with. Work that was finished meanwhile stays so, until a merge decides. */
export function lose(issue: Issue, lost: Lease, winner: Lease, facts: Facts): readonly Step[] {
  const working = issue.state === 'in_progress' && isClaimUnder(issue, lost);
  const after = working ? change(issue, { state: 'ready', assignee: null }, facts.now) : issue;
  const state = deriveState(after, facts.dependencyOf, facts.now);
  const reason = `${winner.holder} has it, in ${winner.path}`;
  return [{ event: 'lease.lost', after: { ...after, state }, note: { assignee: lost.holder, reason } }];
}

/**
 * Refuses to record a claim whose lease is not the claimer's any more: it took so long that the lease was overdue, and was taken
 * or given back. `claimed`: the issue as it would be recorded. Throws ALREADY_CLAIMED.
 */
export function checkLease(claimed: IssueHead, facts: Facts): void {
  const { lease, here } = facts;
  const under = lease !== null && isActive(lease.lease) && isClaimUnder(claimed, lease.lease);
  if (!under || lease.lease.worktree !== here.worktree) throw lostClaim(claimed, facts);
}

/** The refusal of a claim that was lost, whoever has the issue now. */
export function lostClaim(issue: IssueHead, { lease, here }: Facts): JitError {
  const reason = lease !== null && lease.lease.status !== 'released' ? reasonOf(lease) : null;
  const now = reason === null ? 'it was given back' : `it is ${describeHolder(reason, here)}`;
  return refuse(
    'ALREADY_CLAIMED',
    issue,
    `the claim of ${name(issue)} was lost before it was made: ${now}`,
    reason === null ? [] : [reason],
    'try again, or take other work: jit issue claim-next',
  );
}

/** The refusal of a claim because somebody else has the issue. */
export function alreadyClaimed(
  issue: IssueHead,
  facts: Facts,
  reasons = claimReasons(issue, facts),
): JitError {
  const lease = reasons.find((reason) => reason.type === 'lease');
  const working = issue.state === 'in_progress';
  const by =
    lease?.type === 'lease'
      ? describeHolder(lease, facts.here)
      : `${working ? 'held by' : 'assigned to'} ${issue.assignee}`;
  const elsewhere = working && facts.lease === null ? ', in another clone as far as is known here' : '';
  return refuse(
    'ALREADY_CLAIMED',
    issue,
    `${name(issue)} is ${by}${elsewhere}`,
    reasons,
    lease?.type === 'lease' && lease.status === 'done'
      ? `take other work: jit issue claim-next; where that work was thrown away: jit lease release ${ref(issue.id)} --force`
      : 'take other work: jit issue claim-next; --steal --reason "why" takes it over, and is recorded',
  );
}

/** Everything that keeps the actor from claiming the issue. */
export function claimReasons(issue: IssueHead, facts: Facts): readonly Reason[] {
  const { actor, dependencyOf, gates, now } = facts;
  const reasons: Reason[] = [];
  const lease = leaseReason(issue, facts);
  if (lease !== null) reasons.push(lease);
  const open = issue.state !== 'done' && issue.state !== 'archived';
  const others = issue.assignee !== null && !actorIs(actor, issue.assignee);
  // Work in progress without a lease is another clone's, whatever the name.
  const unknown = issue.state === 'in_progress' && !holdsLease(facts);
  if (lease === null && open && issue.assignee !== null && (others || unknown)) {
    reasons.push({
      type: 'assignee',
      assignee: issue.assignee,
      resolve: `jit issue show ${ref(issue.id)}`,
    });
  }
  if (issue.state !== 'backlog' && issue.state !== 'ready') return reasons;
  return [...reasons, ...startReasons(issue, dependencyOf, gates, now)];
}

/** What ranks one ready issue before another for a claimer. */
export interface Candidate {
  readonly issue: IssueHead;
  /** How many open issues wait on it, directly or through others. */
  readonly waiting: number;
}

/**
 * The order of dispatch, most important first: assigned to the claimer, then rework, then priority,
 * then how much waits on it, then age (by id).
 */
export const compareCandidates =
  (actor: Actor) =>
  (a: Candidate, b: Candidate): number =>
    tierOf(a.issue, actor) - tierOf(b.issue, actor) ||
    b.waiting - a.waiting ||
    (a.issue.id < b.issue.id ? -1 : 1);

/**
 * The first part of that order, which the issue alone decides: a small number, the lowest for the most important. What waits
 * on an issue costs more to find out, and only counts within a tier.
 */
export function tierOf(issue: IssueHead, actor: Actor): number {
  const mine = issue.assignee !== null && actorIs(actor, issue.assignee) ? 0 : 1;
  const rework = isRework(issue) ? 0 : 1;
  return (mine * 2 + rework) * PRIORITIES.length + PRIORITIES.indexOf(issue.priority);
}

/**
 * Gives a claimed issue back. With `to`, it is handed over: ready, and assigned to that one.
 * Nothing happens when nobody has it and nobody is named.
 */
export function release(issue: Issue, facts: Facts, to: string | null): readonly Step[] {
  if (issue.state !== 'in_progress') {
    const waiting = issue.state === 'ready' || issue.state === 'backlog';
    if (!waiting) throw wrongState(issue, 'release');
    return assign(issue, facts, to);
  }
  // Whoever worked on what was taken back brings the file in line.
  const own = issue.assignee !== null && (!facts.actor.explicit || actorIs(facts.actor, issue.assignee));
  const forced = own && isTakenBack(issue, facts) ? {} : checkHolder(issue, facts);
  return [
    {
      event: 'issue.released',
      after: change(issue, { state: 'ready', assignee: to }, facts.now),
      note: { ...(issue.assignee === null ? {} : { assignee: issue.assignee }), ...forced },
    },
  ];
}

/**
 * Sets the assignee without claiming; null takes it away. An issue that is being worked on is
 * released when it is unassigned, and changes hands when it is assigned to another.
 */
export function assign(issue: Issue, facts: Facts, assignee: string | null): readonly Step[] {
  if (issue.assignee === assignee) return [];
  if (issue.state === 'done' || issue.state === 'archived') throw wrongState(issue, 'assign');
  if (assignee === null && issue.state === 'in_progress') return release(issue, facts, null);
  const forced = checkHolder(issue, facts);
  return [
    {
      event: 'issue.updated',
      after: change(issue, { assignee }, facts.now),
      note: { ...(assignee === null ? {} : { assignee }), ...forced },
    },
  ];
}
