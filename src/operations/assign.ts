import { assign, release } from '../domain/claim.ts';
import { giveBack } from '../domain/give-back.ts';
import type { Issue } from '../domain/issue.ts';
import { isActive } from '../domain/lease.ts';
import { type Changed, changeIssues } from './change.ts';
import { withComment } from './comment.ts';
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
  const changed = await changeIssues(
    session,
    ids,
    (issue, facts) => {
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
    for (const id of new Set(held)) await session.leases.release(id, null, 'released', session.actor.id);
  });
  return changed;
}

const isWaiting = ({ state }: Issue): boolean => state === 'ready' || state === 'backlog';
