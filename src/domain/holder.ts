import { JitError } from './errors.ts';
import { type Actor, actorIs } from './identity.ts';
import { type Issue, type IssueHead, ref, type Tombstone } from './issue.ts';
import { isActive, isHolder, type Lease, type Loss, mayEnd, type Standing, type Workplace } from './lease.ts';
import type { Reason } from './readiness.ts';
import { shellWord } from './shell-word.ts';

/** What decides who may change an issue. */
export interface HolderFacts {
  readonly actor: Actor;
  /** Where the actor works. */
  readonly here: Workplace;
  /** The lease of the issue; null where none is on record. */
  readonly lease: Standing | null;
  /** What was lost in a merge; such a lease counts for nothing, so that `lease` is null. */
  readonly lost?: Loss;
  /** `--force`: go past the holder; recorded. */
  readonly force?: boolean;
}

/** Whether the actor holds the lease of the issue, here. */
export const holdsLease = ({ actor, here, lease }: HolderFacts): boolean =>
  lease !== null && isActive(lease.lease) && isHolder(lease.lease, actor, here);

/**
 * Whether the claim that the file records is over, so that the issue is free although the file says otherwise: its lease was
 * given back, is overdue, or has gone to the actor under a later epoch.
 */
export function claimIsOver(issue: IssueHead, facts: HolderFacts): boolean {
  const { lease, here } = facts;
  if (issue.state !== 'in_progress' || lease === null) return false;
  const { epoch, status } = lease.lease;
  // A higher epoch in the file came from another clone, which this repository's leases do not know.
  if ((issue.claim_epoch ?? 0) > epoch) return false;
  if (holdsLease(facts)) return !isClaimUnder(issue, lease.lease);
  return status === 'released' || (lease.life === 'overdue' && mayEnd(lease.lease, here));
}

/**
 * Whether the claim that the file records is stale: given back, or overdue, whoever asks. Also its holder, who goes on with it by
 * name or by epoch, but who asks for new work has not said to go on.
 */
export function isStale(issue: IssueHead, facts: HolderFacts): boolean {
  const { lease, here } = facts;
  if (issue.state !== 'in_progress' || lease === null || (issue.claim_epoch ?? 0) > lease.lease.epoch)
    return false;
  return claimIsOver(issue, facts) || (lease.life === 'overdue' && mayEnd(lease.lease, here));
}

/** Whether the file records just this lease. */
export const isClaimUnder = (issue: Pick<Issue, 'assignee' | 'claim_epoch'>, lease: Lease): boolean =>
  issue.claim_epoch === lease.epoch && issue.assignee === lease.holder;

/** Whether anybody, the actor included, has the issue or has finished it. */
export const isTaken = ({ lease, here }: Pick<HolderFacts, 'lease' | 'here'>): boolean =>
  lease !== null &&
  lease.lease.status !== 'released' &&
  !(lease.life === 'overdue' && mayEnd(lease.lease, here));

/** Whether the one whose work the file records still holds its lease. */
export const holderLives = (issue: IssueHead, { lease }: HolderFacts): boolean =>
  lease !== null && lease.life === 'live' && isActive(lease.lease) && !isBehind(lease.lease, issue);

/** Why the lease keeps the actor from claiming the issue; null where it does not. */
export function leaseReason(issue: IssueHead, facts: HolderFacts): Reason | null {
  const { lease, here } = facts;
  if (lease === null || lease.lease.status === 'released' || holdsLease(facts)) return null;
  const finished = issue.state === 'done' || issue.state === 'archived';
  // Whoever was stopped while it put that on record left the lease as it was before.
  if (finished && (lease.lease.status === 'done' || lease.lease.epoch === issue.claim_epoch)) return null;
  if (lease.lease.status === 'done') return reasonOf(lease);
  return lease.life === 'overdue' && mayEnd(lease.lease, here) ? null : reasonOf(lease);
}

/** A lease as a reason: who has it, and where. */
export function reasonOf({ lease, life }: Standing): Reason & { readonly type: 'lease' } {
  const { holder, worktree, path, branch, epoch, status } = lease;
  const merge = status === 'done' && branch !== null;
  const look = `jit ${status === 'released' ? 'issue claim' : 'lease show'} ${ref(lease.id)}`;
  const resolve = merge ? `git merge ${shellWord(branch)}` : look;
  return { type: 'lease', holder, worktree, path, branch, epoch, status, life, resolve };
}

/** Who has the issue, and where, as a sentence goes on after "it is". */
export function describeHolder(
  reason: Reason & { readonly type: 'lease' },
  here: Pick<Workplace, 'worktree'>,
): string {
  const { holder, worktree, path, branch, status } = reason;
  const on = branch === null ? '' : ` on branch ${branch}`;
  const where = worktree === here.worktree ? '' : ` in ${path}${on}`;
  return status === 'done' ? `finished by ${holder}${where || on}` : `held by ${holder}${where}`;
}

/**
 * Why the actor may not change state or assignee of an issue that somebody works on; null where the actor may. The lease says
 * who that is; without one, the file. An inferred identity acts for a holder in the same work tree.
 */
export function otherHolder(issue: IssueHead, facts: HolderFacts): Reason | null {
  const { actor, here, lease } = facts;
  if (isTakenBack(issue, facts)) return reasonOf(lease!);
  if (lease !== null && isActive(lease.lease) && !isBehind(lease.lease, issue)) {
    const started = issue.state === 'in_progress' || issue.state === 'gated';
    if (!started && lease.life === 'overdue') return null;
    if (isHolder(lease.lease, actor, here)) return null;
    return !actor.explicit && lease.lease.worktree === here.worktree ? null : reasonOf(lease);
  }
  const { state, assignee } = issue;
  if ((state !== 'in_progress' && state !== 'gated') || assignee === null || actorIs(actor, assignee))
    return null;
  if (!actor.explicit && lease !== null && !isBehind(lease.lease, issue)) return null;
  return { type: 'assignee', assignee, resolve: `jit issue show ${ref(issue.id)}` };
}

/**
 * Whether the claim that the file records was ended from elsewhere: given back by force, lost to another clone, or gone on to somebody
 * who has ended a later one. What was only overdue when it was ended still serves its holder, as long as nobody takes it.
 */
export function isTakenBack(issue: IssueHead, { lease }: HolderFacts): boolean {
  if (issue.state !== 'in_progress' || issue.claim_epoch === null || lease === null) return false;
  const { status, epoch, ended } = lease.lease;
  if (issue.claim_epoch < epoch) return !isActive(lease.lease);
  return issue.claim_epoch === epoch && status === 'released' && ended !== 'expired';
}

/** How a lease that is nobody's came to its end. */
function describeEnd({ ended, endedBy, epoch }: Lease): string {
  const claim = `the claim under epoch ${epoch}`;
  if (ended === 'lost') return `${claim} was lost to another clone`;
  if (ended === 'expired') return `${claim} was overdue, and was ended`;
  return endedBy === undefined ? `${claim} was given back` : `${endedBy} gave ${claim} back`;
}

const isBehind = (lease: Lease, issue: IssueHead): boolean => (issue.claim_epoch ?? 0) > lease.epoch;

/**
 * Refuses a change of state or assignee by somebody who is not the holder. Returns whether it was forced, which is then
 * recorded. Throws NOT_HOLDER.
 */
export function checkHolder(issue: IssueHead, facts: HolderFacts): { forced?: true } {
  const reason = otherHolder(issue, facts);
  if (reason === null) return {};
  if (facts.force === true) return { forced: true };
  if (reason.type === 'lease' && reason.status === 'released') throw takenBack(issue, facts, reason);
  const by = reason.type === 'lease' ? describeHolder(reason, facts.here) : `held by ${issue.assignee}`;
  const holder = reason.type === 'lease' ? reason.holder : issue.assignee;
  throw new JitError(
    'NOT_HOLDER',
    `${ref(issue.id)} ${JSON.stringify(issue.title)} is ${by}, not by ${facts.actor.id}`,
    {
      details: { id: issue.id, holder, actor: facts.actor.id, reasons: [reason] },
      hint:
        facts.lost === undefined
          ? 'only its holder may; --force goes past the holder, and is recorded'
          : lostHint(facts.lost),
    },
  );
}

function takenBack(issue: IssueHead, { actor, lease }: HolderFacts, reason: Reason): JitError {
  return new JitError(
    'NOT_HOLDER',
    `${ref(issue.id)} ${JSON.stringify(issue.title)} is nobody’s: ${describeEnd(lease!.lease)}`,
    {
      details: { id: issue.id, holder: null, actor: actor.id, reasons: [reason] },
      hint: `to go on with it, claim it again: jit issue claim ${ref(issue.id)}`,
    },
  );
}

/**
 * Refuses a change under an epoch that is no longer the issue's. Throws STALE_EPOCH, which says who has it now.
 */
export function checkEpoch(issue: IssueHead, epoch: number, { actor, lease, lost, here }: HolderFacts): void {
  // The claim that stands may have the same number.
  const winning = issue.assignee !== null && actorIs(actor, issue.assignee);
  if (lost !== undefined && epoch === lost.standing.lease.epoch && !winning) throw staleInMerge(lost);
  const current = Math.max(lease?.lease.epoch ?? 0, issue.claim_epoch ?? 0);
  const over =
    lease !== null &&
    lease.lease.status === 'released' &&
    (lease.lease.ended !== 'expired' || issue.state !== 'in_progress');
  if (epoch === current && !over) return;
  const told = lease !== null && lease.lease.epoch === current && lease.lease.status !== 'released';
  const reason = told ? reasonOf(lease) : null;
  const now =
    reason?.type === 'lease'
      ? `it is ${describeHolder(reason, here)}, under epoch ${current}`
      : `it is nobody’s${lease?.lease.epoch === current && !isActive(lease.lease) ? `: ${describeEnd(lease.lease)}` : ''}`;
  throw new JitError(
    'STALE_EPOCH',
    `epoch ${epoch} of ${ref(issue.id)} ${JSON.stringify(issue.title)} is stale: ${now}`,
    {
      details: {
        id: issue.id,
        epoch,
        current,
        holder: told ? lease.lease.holder : issue.assignee,
        reasons: reason === null ? [] : [reason],
      },
      hint: 'stop working on it; jit issue claim-next takes other work',
    },
  );
}

const lostHint = ({ standing: { lease } }: Loss): string =>
  `the claim of ${lease.holder} here was lost in a merge; jit issue claim-next takes other work`;

/** The refusal of a change under the epoch of a claim that was lost in a merge. */
export function staleInMerge({ standing: { lease }, winner }: Loss): JitError {
  const { id, epoch, holder } = lease;
  const to = winner === null ? '' : `: ${winner} has it`;
  return new JitError(
    'STALE_EPOCH',
    `epoch ${epoch} of ${ref(id)} is stale: the claim of ${holder} was lost in a merge${to}`,
    {
      details: { id, epoch, current: epoch, holder: winner, reasons: [] },
      hint: 'stop working on it; jit issue claim-next takes other work',
    },
  );
}

/** What a committed change of an issue means for its lease; null: nothing. `renew`: its holder lives. `handed-over`: to the new assignee. */
export type FollowUp = 'held' | 'suspended' | 'done' | 'released' | 'renew' | 'handed-over' | null;

/** What becomes of the lease of an issue that was changed. `before` is undefined for a new issue. */
export function followUp(
  before: Issue | undefined,
  after: Issue | Tombstone,
  { lease }: Standing,
  byHolder: boolean,
): FollowUp {
  if (before === undefined) return null;
  const own =
    lease.epoch === before.claim_epoch || (!('deleted_at' in after) && lease.epoch === after.claim_epoch);
  if ('deleted_at' in after) return own && isActive(lease) ? 'done' : null;
  const wasOpen = before.state === 'backlog' || before.state === 'ready';
  switch (after.state) {
    case 'backlog':
    case 'ready':
      if (wasOpen) return null;
      return lease.status === 'done' || (own && isActive(lease)) ? 'released' : null;
    case 'in_progress':
      if (!own) return null;
      if (before.state !== 'in_progress') return lease.status === 'held' ? null : 'held';
      if (after.assignee !== before.assignee && after.assignee !== null) return 'handed-over';
      return byHolder ? 'renew' : null;
    case 'gated':
      return own && lease.status !== 'suspended' ? 'suspended' : null;
    case 'done':
    case 'archived':
      return own && lease.status !== 'done' ? 'done' : null;
  }
}
