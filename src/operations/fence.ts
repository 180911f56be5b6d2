import { JitError } from '../domain/errors.ts';
import { checkEpoch } from '../domain/holder.ts';
import { findIds } from '../domain/ids.ts';
import { type Issue, ref } from '../domain/issue.ts';
import type { Draft } from './draft.ts';
import { revisionOf } from './revision.ts';
import type { Fence, Session } from './session.ts';

/** Refuses a fence that could mean several issues. Throws USAGE. */
export function checkFence(fence: Fence, named: number): void {
  const given = [...(fence.epoch === null ? [] : ['--epoch']), ...(fence.rev === null ? [] : ['--if-rev'])];
  if (given.length === 0 || named === 1) return;
  throw new JitError('USAGE', `${given.join(' and ')} goes with one issue, not with ${named}`, {
    hint: 'name one issue, or leave it out',
  });
}

/** Refuses a change of an issue whose claim, or content, is no longer what the actor knows. Throws STALE_EPOCH, STALE_REVISION. */
export async function checkKnowledge(draft: Draft, issue: Issue, session: Session): Promise<void> {
  const epoch = knownEpoch(session.fence, issue.id);
  if (epoch !== null) checkEpoch(issue, epoch, await draft.facts(issue));
  checkRevision(session, issue);
}

/** Refuses a change of an issue that has changed since the actor looked at it. Throws STALE_REVISION. */
export function checkRevision(session: Session, issue: Issue): void {
  const { fence } = session;
  if (fence.rev === null) return;
  const rev = revisionOf(session, issue);
  if (rev === fence.rev.toLowerCase()) return;
  throw new JitError(
    'STALE_REVISION',
    `${ref(issue.id)} ${JSON.stringify(issue.title)} has changed: it is at ${rev}`,
    {
      details: { id: issue.id, rev, expected: fence.rev, updated_at: issue.updated_at },
      hint: `look at it again: jit issue show ${ref(issue.id)} --json`,
    },
  );
}

/** The refusal of a revision of an issue that this work tree does not have, or cannot read. */
export const noRevision = (id: string, expected: string): JitError =>
  new JitError('STALE_REVISION', `${ref(id)} has no revision here: this work tree does not have it`, {
    details: { id, rev: null, expected },
    hint: 'leave --if-rev out, or go to a work tree that has the issue',
  });

/** The epoch of the issue that the actor says to know; null: none. */
export function knownEpoch({ epoch, epochs }: Fence, id: string): number | null {
  if (epoch !== null) return epoch;
  for (const [text, epoch] of epochs) if (findIds([id], text).length > 0) return epoch;
  return null;
}
