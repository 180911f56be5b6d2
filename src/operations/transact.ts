import { JitError } from '../domain/errors.ts';
import { type FollowUp, followUp, holdsLease } from '../domain/holder.ts';
import type { Issue, Tombstone } from '../domain/issue.ts';
import { isOfAnotherClone, type Loss, type Standing } from '../domain/lease.ts';
import { Draft } from './draft.ts';
import { inspectLeases } from './lease-damage.ts';
import { endLosses, judgeNow } from './lost-claims.ts';
import type { Session } from './session.ts';

export interface TransactOptions {
  /** `--force`. */
  readonly force?: boolean;
}

/**
 * Runs a change of the store as one transaction, and afterwards brings the leases of what it changed in line. `decide`
 * may run more than once. A failure after the commit says `committed: true`.
 */
export async function transact<T>(
  session: Session,
  decide: (draft: Draft) => Promise<T>,
  options: TransactOptions = {},
): Promise<T> {
  let committed: Draft | undefined;
  const result = await session.store.transact<T>(async (view) => {
    const draft = await Draft.open(session, view, options.force);
    const result = await decide(draft);
    committed = draft;
    return draft.plan(result);
  });
  if (committed !== undefined) await followLeases(session, committed);
  return result;
}

async function followLeases(session: Session, draft: Draft): Promise<void> {
  const changes = draft.changes().filter(({ before }) => before !== undefined);
  if (changes.length === 0) return;
  await afterCommit(async () => {
    // Looked at anew: a lease may have moved on since the decision.
    const ids = changes.map(({ after }) => after.id);
    const { leases, damaged } = await inspectLeases(session, ids);
    for (const { before, after } of changes) {
      const lease = leases.get(after.id);
      if (lease !== undefined) await follow(session, before!, after, lease);
      else if (!('deleted_at' in after) && !damaged.has(after.id))
        await recordFinish(session, before!, after);
    }
  });
}

/** Does what is to be done with leases once a change is committed; a failure says `committed: true`. */
export async function afterCommit<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof JitError)) throw error;
    throw new JitError(
      error.code,
      `the change was made, but its lease could not be brought in line: ${error.message}`,
      {
        details: { ...error.details, committed: true },
        hint: 'jit doctor shows the leases that are not in line',
        cause: error,
      },
    );
  }
}

async function follow(
  session: Session,
  before: Issue,
  after: Issue | Tombstone,
  standing: Standing,
): Promise<void> {
  const { actor, here, leases } = session;
  const { lease, lost } = await judgeNow(session, before, standing);
  if (lost !== undefined) return followLoss(session, after, lost);
  const byHolder = holdsLease({ actor, here, lease });
  const what: FollowUp = followUp(before, after, standing, byHolder);
  const { id, epoch } = standing.lease;
  if (isOfAnotherClone(standing.lease)) {
    // What was finished there was reopened here. A lease that lives there is not ours to give back, whatever its epoch.
    if (what === 'released' && standing.lease.status === 'done')
      await leases.release(id, null, 'released', actor.id);
  } else if (what === 'released') await leases.release(id, epoch, 'released', actor.id);
  else if (what === 'renew') {
    if (isWorthRenewing(standing)) await leases.renew(id, epoch);
  } else if (what === 'handed-over') {
    await leases.renew(id, epoch, { status: 'held', holder: (after as Issue).assignee! });
  } else if (what !== null) await leases.renew(id, epoch, { status: what });
}

/** The record of a lost claim ends as soon as the issue is changed here; where that finishes it, the record says who has. */
async function followLoss(session: Session, after: Issue | Tombstone, lost: Loss): Promise<void> {
  const [ended] = await endLosses(session, [lost]);
  if (ended === undefined || 'deleted_at' in after) return;
  if (after.state !== 'done') return;
  const holder = after.assignee ?? session.actor.id;
  await session.leases.renew(after.id, ended.lease.epoch, { status: 'done', holder });
}

/** A tenth of the ttl must have passed: an agent that writes all the time need not renew each time. */
function isWorthRenewing({ lease, life, remaining }: Standing): boolean {
  if (life === 'overdue') return true;
  return lease.ttl !== null && remaining !== null && remaining < lease.ttl * 0.9;
}

/** Work that was finished without a lease on record leaves one all the same, which keeps other work trees from it. */
async function recordFinish(session: Session, before: Issue, after: Issue): Promise<void> {
  if (before.state !== 'in_progress' || (after.state !== 'done' && after.state !== 'gated')) return;
  const { leases, actor, here } = session;
  const answer = await leases.acquire({
    id: after.id,
    actor: { id: after.assignee ?? actor.id, bare: false },
    here,
    ttl: null,
    tie: null,
    floor: (after.claim_epoch ?? 0) - 1,
    exclusive: true,
    takeover: false,
  });
  if (answer.outcome === 'refused') return;
  await leases.renew(after.id, answer.lease.epoch, { status: after.state === 'done' ? 'done' : 'suspended' });
}
