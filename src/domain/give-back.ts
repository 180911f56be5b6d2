import { release } from './claim.ts';
import { JitError } from './errors.ts';
import { checkHolder, describeHolder, type HolderFacts, reasonOf } from './holder.ts';
import { type Issue, ref } from './issue.ts';
import { isActive, isHolder, type Loss, mayEnd, type Standing, type Workplace } from './lease.ts';
import { type Facts, type Step, wrongState } from './transition.ts';

/**
 * Gives the lease of an issue back, and with it the issue where it is in progress here; with `force` also what somebody else
 * has, and the record of finished work. Nothing happens where nobody has it. Throws NOT_HOLDER, INVALID_TRANSITION.
 */
export function giveBack(issue: Issue, facts: Facts, to: string | null): readonly Step[] {
  const { lease, force } = facts;
  const finished = lease !== null && lease.lease.status === 'done';
  if (finished && force !== true) throw finishedRecord(lease, facts);
  if (issue.state === 'in_progress') return release(issue, facts, to);
  if (issue.state === 'gated' && force !== true) throw wrongState(issue, 'release');
  if (lease === null || lease.lease.status === 'released') return [];
  const past = finished || issue.state === 'gated' ? { forced: true as const } : {};
  const note = { assignee: lease.lease.holder, ...past, ...checkHolder(issue, facts) };
  return [{ event: 'lease.released', after: issue, note }];
}

/** Whether giving the lease back leaves the record that the work is finished: the file here says so. */
export const leavesRecord = (issue: Issue, { lease }: Standing): boolean =>
  isActive(lease) &&
  (issue.state === 'done' || issue.state === 'archived') &&
  issue.claim_epoch === lease.epoch;

/** Refuses to give back the lease of an issue that this work tree does not have. Throws NOT_HOLDER, INVALID_TRANSITION. */
export function checkGiveBack(standing: Standing, facts: HolderFacts): void {
  const { lease, life } = standing;
  if (facts.force === true || lease.status === 'released') return;
  if (lease.status === 'done') throw finishedRecord(standing, facts);
  if (life === 'overdue' && mayEnd(lease, facts.here)) return;
  if (!actsForHolder(standing, facts)) throw notHolding(lease.id, standing, facts, PAST);
}

const PAST = '; --force goes past the holder, and is recorded';

/** Whether the actor has the lease here, or acts for the one who has: an inferred identity in the same work tree. */
export const actsForHolder = ({ lease }: Standing, { actor, here }: HolderFacts): boolean =>
  isActive(lease) && (isHolder(lease, actor, here) || (!actor.explicit && lease.worktree === here.worktree));

/** The refusal of somebody who does not hold the lease of an issue; null: none is on record. `past`: how one may all the same. */
export function notHolding(
  id: string,
  standing: Standing | null,
  { actor, here }: Pick<HolderFacts, 'actor' | 'here'>,
  past = '',
): JitError {
  const active = standing !== null && isActive(standing.lease);
  const by =
    standing !== null && standing.lease.status !== 'released' ? describe(standing, here) : 'nobody’s';
  return new JitError(
    'NOT_HOLDER',
    `${ref(id)} is ${by}, not ${active ? 'held by ' : 'that of '}${actor.id}`,
    {
      details: {
        id,
        holder: active ? standing.lease.holder : null,
        actor: actor.id,
        reasons: active ? [reasonOf(standing)] : [],
      },
      hint: active
        ? `only its holder may, in the work tree of the claim${past}`
        : `there is no claim: jit issue claim ${ref(id)}`,
    },
  );
}

/** The refusal of somebody whose claim was lost in a merge, or who holds none of it. */
export const notHoldingLost = (
  { standing: { lease }, winner }: Loss,
  { actor }: Pick<HolderFacts, 'actor'>,
): JitError =>
  new JitError(
    'NOT_HOLDER',
    `${ref(lease.id)} is ${winner === null ? 'nobody’s' : `that of ${winner}`}, not held by ${actor.id}: the claim of ${lease.holder} was lost in a merge`,
    {
      details: { id: lease.id, holder: winner, actor: actor.id, reasons: [] },
      hint: 'stop working on it; jit issue claim-next takes other work',
    },
  );

/** Whether the actor is the one who lost the claim, here, or acts for that one: an inferred identity, unless it uses force. */
export const isLoser = ({ lost, actor, here, force }: HolderFacts): boolean =>
  lost !== undefined &&
  (isHolder(lost.standing.lease, actor, here) ||
    (force !== true && !actor.explicit && lost.standing.lease.worktree === here.worktree));

/** The refusal of a lease that has gone on to somebody, or is over. */
export function staleLease(
  id: string,
  epoch: number,
  standing: Standing | null,
  here: Pick<Workplace, 'worktree'>,
): JitError {
  const told = standing !== null && standing.lease.status !== 'released';
  const current = standing?.lease.epoch ?? 0;
  const now = told ? `it is ${describe(standing, here)}, under epoch ${current}` : 'it is nobody’s';
  return new JitError('STALE_EPOCH', `epoch ${epoch} of ${ref(id)} is stale: ${now}`, {
    details: {
      id,
      epoch,
      current,
      holder: told ? standing.lease.holder : null,
      reasons: told ? [reasonOf(standing)] : [],
    },
    hint: 'stop working on it; jit issue claim-next takes other work',
  });
}

const finishedRecord = (standing: Standing, { here }: Pick<HolderFacts, 'here'>): JitError => {
  const { id } = standing.lease;
  return new JitError(
    'INVALID_TRANSITION',
    `${ref(id)} is ${describe(standing, here)}: there is nothing to give back`,
    {
      details: { id, reasons: [reasonOf(standing)] },
      hint: 'the record keeps the work from being done again; --force drops it',
    },
  );
};

const describe = (standing: Standing, here: Pick<Workplace, 'worktree'>): string =>
  describeHolder(reasonOf(standing), here);
