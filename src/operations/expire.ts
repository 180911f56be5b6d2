import { lapse } from '../domain/claim.ts';
import type { Issue } from '../domain/issue.ts';
import { type Lease, mayEnd } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { Draft } from './draft.ts';
import { inspectLeases } from './lease-damage.ts';
import { endLosses, findLosses } from './lost-claims.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { settleLeases } from './settle-leases.ts';
import { transact } from './transact.ts';

/** What was overdue or lost in a merge, and is over now. */
export interface Expired {
  readonly leases: readonly Lease[];
  /** The issues that this returned to `ready` or `backlog` here. */
  readonly rows: readonly Row[];
}

/**
 * Ends leases that are overdue, and returns their issues; of these issues, or of all. Those that were lost in a merge end as well, and
 * their issues stay with whoever has them. Nothing else is touched. What was finished
 * although the finisher was stopped before it could say so, stays finished.
 */
export async function expireLeases(session: Session, ids?: readonly string[]): Promise<Expired> {
  await settleLeases(session);
  const { leases, here } = session;
  const recorded = [...(await inspectLeases(session, ids)).leases.values()];
  const lost = await endLosses(session, await findLosses(session, recorded));
  const gone = new Set(lost.map(({ lease }) => lease.id));
  const standings = recorded.filter(({ lease }) => !gone.has(lease.id));
  const overdue = standings.filter(({ lease, life }) => life === 'overdue' && mayEnd(lease, here));
  const endable: string[] = [];
  for (const { lease } of overdue) {
    const finished = await finishedHere(session, lease);
    if (finished === null) endable.push(lease.id);
    else await leases.renew(lease.id, lease.epoch, { status: finished });
  }
  const ended = endable.length === 0 ? [] : await leases.expire(here, endable);
  // Also those that were ended before, by somebody who was stopped before the file said so.
  const over = standings.filter(({ lease }) => lease.status === 'released').map(({ lease }) => lease.id);
  const rows = await returnIssues(session, [...ended.map(({ id }) => id), ...over]);
  return { leases: [...lost.map(({ lease }) => lease), ...ended], rows };
}

function finishedHere(session: Session, lease: Lease): Promise<'done' | 'suspended' | null> {
  if (lease.status !== 'finishing') return Promise.resolve(null);
  return session.store.read(async (view) => {
    const issue = await view.get(lease.id);
    if (issue === undefined || issue.claim_epoch !== lease.epoch) return null;
    if (issue.state === 'gated') return 'suspended';
    return issue.state === 'done' || issue.state === 'archived' ? 'done' : null;
  });
}

async function returnIssues(session: Session, ids: readonly string[]): Promise<readonly Row[]> {
  if (ids.length === 0) return [];
  const stale = await session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    return (await lapsed(draft, ids)).map(({ id }) => id);
  });
  if (stale.length === 0) return [];
  return transact(session, async (draft) => {
    const issues = await lapsed(draft, stale);
    for (const issue of issues) await draft.apply(issue, lapse(issue, await draft.facts(issue)));
    await draft.settle();
    return rowsOf(
      draft,
      issues.map(({ id }) => id),
    );
  });
}

async function lapsed(draft: Draft, ids: readonly string[]): Promise<readonly Issue[]> {
  await draft.lookAtLeases(ids);
  const found: Issue[] = [];
  for (const id of ids) {
    const issue = await draft.readable(id);
    if (issue !== undefined && lapse(issue, await draft.facts(issue)).length > 0) found.push(issue);
  }
  return found;
}
