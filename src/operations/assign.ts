import { assign, release } from '../domain/claim.ts';
import { giveBack, isLoser } from '../domain/give-back.ts';
import type { Issue } from '../domain/issue.ts';
import { isActive, type Loss } from '../domain/lease.ts';
import { type Changed, changeIssues } from './change.ts';
import { withComment } from './comment.ts';
import { endLosses } from './lost-claims.ts';
import type { Session } from './session.ts';
import { afterCommit } from './transact.ts';

/** Sets the assignee (`{type}:{identifier}`) of issues without claiming them; null takes it away. */
export const assignIssues = (
  session: Session,
  ids: readonly string[],
  assignee: string | null,
  force = false,
): Promise<Changed> =>
  changeIssues(session, ids, (issue, facts) => assign(issue, facts, assignee), { force });

export interface ReleaseInput {
  /** Hands the issue over to this one, `{type}:{identifier}`. */
  readonly to: string | null;
  readonly comment: string | null;
  readonly force: boolean;
}

/** Gives claimed issues back. */
export async function releaseIssues(
  session: Session,
  ids: readonly string[],
  input: ReleaseInput,
): Promise<Changed> {
  const { to, comment, force } = input;
  const held: string[] = [];
  const lost: Loss[] = [];
  const changed = await changeIssues(
    session,
    ids,
    (issue, facts) => {
      // What the loser of a merge has is the record; the issue is the winner's.
      if (to === null && facts.lost !== undefined && isLoser(facts)) {
        lost.push(facts.lost);
        return withComment(session, issue, facts, comment, () => []);
      }
      // Claimed elsewhere, or by somebody whose file was taken back: here the lease alone is to be given back.
      const byLease = isWaiting(issue) && to === null && facts.lease !== null && isActive(facts.lease.lease);
      if (byLease) held.push(issue.id);
      return withComment(session, issue, facts, comment, (current) =>
        byLease ? giveBack(current, facts, to) : release(current, facts, to),
      );
    },
    { force },
  );
  await afterCommit(async () => {
    await endLosses(session, lost);
    for (const id of new Set(held)) await session.leases.release(id, null, 'released', session.actor.id);
  });
  return changed;
}

const isWaiting = ({ state }: Issue): boolean => state === 'ready' || state === 'backlog';
