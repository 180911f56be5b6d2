import { claimSettings } from '../domain/claim-settings.ts';
import { JitError } from '../domain/errors.ts';
import type { Event, Issue, IssueBrief, IssueHead } from '../domain/issue.ts';
import { isActive, type Loss, type Standing } from '../domain/lease.ts';
import { findLoss, isDoubtful, isOfOtherClaim, tellLostClaim } from '../domain/lost-claim.ts';
import type { View } from '../store/store.ts';
import type { Session } from './session.ts';

/** What a record says of an issue as its file is. */
export interface Judged {
  /** Null where none is on record, or none that counts for what the file says. */
  readonly lease: Standing | null;
  /** Absent: it was not lost in a merge. */
  readonly lost?: Loss;
}

/**
 * Judges a record by what the file says. The log is read only where the file says that another clone had a claim under the same or a
 * higher epoch.
 */
export async function judgeLease(
  session: Pick<Session, 'here'>,
  view: View,
  issue: IssueBrief,
  standing: Standing | null,
): Promise<Judged> {
  if (standing === null) return { lease: null };
  // Asked for here, since it is looked up in git's files.
  const other = isOfOtherClaim(issue, standing, session.here);
  const doubtful = isDoubtful(issue, standing);
  if (!other && !doubtful) return { lease: standing };
  if (await isConfirmed(view, standing)) return { lease: standing };
  if (other && standing.lease.ended === 'lost')
    return { lease: null, lost: { standing, winner: issue.assignee } };
  const lost = doubtful ? findLoss(issue, standing, await eventsOf(view, issue.id)) : null;
  if (lost !== null) return { lease: null, lost };
  return { lease: other ? null : standing };
}

/** The same outside of a view, which is opened only where it is needed. */
export async function judgeNow(
  session: Session,
  issue: IssueHead,
  standing: Standing | null,
): Promise<Judged> {
  const plain =
    standing === null || !(isOfOtherClaim(issue, standing, session.here) || isDoubtful(issue, standing));
  if (plain) return { lease: standing };
  return session.store.read((view) => judgeLease(session, view, issue, standing));
}

// What the remote has granted no merge takes away: the other clone loses when it comes to the remote.
async function isConfirmed(view: View, { lease }: Standing): Promise<boolean> {
  return isActive(lease) && !lease.provisional && claimSettings(await view.config()).scope === 'remote';
}

async function eventsOf(view: View, id: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  for await (const event of view.events({ id })) events.push(event);
  return events;
}

/** The leases among these that were lost in a merge, as far as the files here tell. */
export function findLosses(session: Session, standings: Iterable<Standing>): Promise<readonly Loss[]> {
  const active = [...standings].filter(({ lease }) => isActive(lease));
  if (active.length === 0) return Promise.resolve([]);
  return session.store.read((view) => lossesIn(session, view, active));
}

/** The same, in a view. */
export async function lossesIn(
  session: Pick<Session, 'here'>,
  view: View,
  standings: Iterable<Standing>,
): Promise<readonly Loss[]> {
  const found: Loss[] = [];
  for (const standing of standings) {
    if (!isActive(standing.lease)) continue;
    const issue = await readable(view, standing.lease.id);
    const { lost } = issue === undefined ? {} : await judgeLease(session, view, issue, standing);
    if (lost !== undefined) found.push(lost);
  }
  return found;
}

async function readable(view: View, id: string): Promise<Issue | undefined> {
  try {
    return await view.get(id);
  } catch (error) {
    if (error instanceof JitError && error.code === 'CORRUPT_FILE') return undefined;
    throw error;
  }
}

/** Ends the records of lost claims, and tells of each. What the files say of the issues stays. Returns the records that this ended. */
export async function endLosses(session: Session, losses: Iterable<Loss>): Promise<readonly Standing[]> {
  const ended: Standing[] = [];
  for (const loss of losses) {
    const { id, epoch } = loss.standing.lease;
    if (!isActive(loss.standing.lease)) continue;
    const lease = await session.leases.release(id, epoch, 'lost');
    if (lease === null) continue;
    session.tell(tellLostClaim(loss, null));
    ended.push({ lease, life: 'over', remaining: null });
  }
  return ended;
}

/** Ends every record of this repository whose claim was lost in a merge. */
export async function endLostClaims(session: Session): Promise<void> {
  const standings = await session.leases.inspect(undefined, () => {});
  await endLosses(session, await findLosses(session, standings.values()));
}
