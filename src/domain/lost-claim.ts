import { isClaimUnder } from './holder.ts';
import { type Event, type Issue, ref } from './issue.ts';
import { isActive, isOfAnotherClone, type Loss, type Standing, type Workplace } from './lease.ts';
import type { Problem } from './problem.ts';

// Two clones that keep claims to themselves give the same epochs. A merge decides which claim stands; the record of the other one
// does not change with it.

/** What the file of an issue says of its claim. */
export type Filed = Pick<Issue, 'state' | 'assignee' | 'claim_epoch'>;

const isStarted = ({ state }: Filed): boolean => state === 'in_progress' || state === 'gated';
const isFinished = ({ state }: Filed): boolean => state === 'done' || state === 'archived';

/**
 * Whether the claim that the file records is another one than this record's, although they have the same epoch: the record says
 * nothing of it. The file of another work tree may be further on, so that there a lease that lives counts.
 */
export function isOfOtherClaim(
  issue: Filed,
  { lease, life }: Standing,
  here: Pick<Workplace, 'worktree'>,
): boolean {
  if (!isStarted(issue) || issue.assignee === null || lease.status === 'done') return false;
  if (issue.claim_epoch !== lease.epoch || issue.assignee === lease.holder) return false;
  if (isOfAnotherClone(lease)) return false;
  return !(isActive(lease) && life === 'live' && lease.worktree !== here.worktree);
}

/** Whether the file allows that this lease was lost in a merge: only then the log need be asked. */
export function isDoubtful(issue: Filed, { lease }: Standing): boolean {
  if (!isActive(lease) || lease.status === 'claiming' || isOfAnotherClone(lease)) return false;
  if ((isStarted(issue) || isFinished(issue)) && isClaimUnder(issue, lease)) return false;
  return (issue.claim_epoch ?? 0) >= lease.epoch || isFinished(issue);
}

/**
 * The loss of a doubtful lease, by the events of its issue: the log knows its claim, and one of another clone under the same or a
 * higher epoch, or a merge said so. Null where the log does not bear it out: it may be the log of another branch.
 */
export function findLoss(issue: Filed, standing: Standing, events: readonly Event[]): Loss | null {
  const { epoch, holder } = standing.lease;
  let claimed = false;
  let rivals: string[] = [];
  let told = false;
  for (const { event, assignee, changes } of events) {
    if (event === 'lease.lost' && assignee === holder) told ||= claimed;
    const after = changes.assignee?.[1] ?? assignee;
    if (typeof after !== 'string') continue;
    const under = changes.claim_epoch?.[1];
    if (event === 'issue.updated' && after === holder && rivals.length > 0) {
      // It was handed over, under the same epoch.
      claimed = true;
      rivals = rivals.filter((name) => name !== changes.assignee?.[0]);
    } else if (event === 'issue.claimed' && typeof under === 'number' && under >= epoch) {
      if (under === epoch && after === holder) claimed = true;
      else rivals.push(after);
    }
  }
  const rival = rivals.at(-1) ?? null;
  if (!claimed || (rival === null && !told)) return null;
  const named = isStarted(issue) || isFinished(issue) ? issue.assignee : null;
  return { standing, winner: named === standing.lease.holder ? rival : (named ?? rival) };
}

/** The record as it is to be read: over. */
export const asLost = ({ standing: { lease } }: Loss): Standing => ({
  lease: { ...lease, status: 'released', tie: null, writer: null, provisional: false, ended: 'lost' },
  life: 'over',
  remaining: null,
});

/** `was lost in a merge: agent:b has it`, as a sentence about a claim goes on. */
export const describeLoss = ({ winner }: Loss): string =>
  `was lost in a merge${winner === null ? '' : ` to ${winner}`}`;

/** A loss, as a problem to tell of. `fix`: the command that ends the record; null where it is ended. */
export const tellLostClaim = (loss: Loss, fix: string | null): Problem => {
  const { id, holder, epoch } = loss.standing.lease;
  return {
    severity: 'warning',
    code: 'lease-lost',
    message: `the claim of ${ref(id)} by ${holder} under epoch ${epoch} ${describeLoss(loss)}`,
    file: null,
    path: null,
    id,
    fix,
  };
};

/** The command that ends the records of lost claims. */
export const END_LOST = 'jit lease expire';
