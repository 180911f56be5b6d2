import { JitError } from '../domain/errors.ts';
import { actsForHolder, notHolding, notHoldingLost, staleLease } from '../domain/give-back.ts';
import { checkEpoch } from '../domain/holder.ts';
import { isActive, type Standing } from '../domain/lease.ts';
import { checkRevision, knownEpoch, noRevision } from './fence.ts';
import { type Leased, showLease } from './leased.ts';
import type { Session } from './session.ts';

/** How long a lease is to last from now on; neither: as before. Milliseconds. */
export interface RenewInput {
  /** After each renewal; null: without end. */
  readonly ttl?: number | null;
  /** So much longer than it would: from now on it lasts what remains of it and this. */
  readonly addTime?: number;
}

/**
 * Renews the lease that the actor has, also one that is overdue, as long as nobody took it. Throws NOT_HOLDER,
 * STALE_EPOCH, STALE_REVISION, ISSUE_NOT_FOUND.
 */
export async function renewLease(session: Session, text: string, input: RenewInput): Promise<Leased> {
  const { actor, here, fence } = session;
  const leased = await showLease(session, text);
  const { id, row, lease, lost } = leased;
  if (fence.rev !== null && row === null) throw noRevision(id, fence.rev);
  if (row !== null) checkRevision(session, row.issue);
  const facts = { actor, here, lease, ...(lost === undefined ? {} : { lost }) };
  const epoch = knownEpoch(fence, id);
  if (epoch !== null && row !== null) checkEpoch(row.issue, epoch, facts);
  if (epoch !== null && (lease?.lease.epoch !== epoch || !isActive(lease.lease))) {
    throw staleLease(id, epoch, lease, here);
  }
  if (lost !== undefined) throw notHoldingLost(lost, facts);
  if (lease === null || !actsForHolder(lease, facts)) throw notHolding(id, lease, facts);
  let now = await renew(session, lease, changeOf(lease, input));
  // Its process is gone, and whoever renews goes on without it.
  if (now.life === 'overdue' && now.lease.tie !== null) now = await renew(session, now, { tie: null });
  return { ...leased, lease: now };
}

async function renew(
  { leases, here }: Session,
  { lease }: Standing,
  change: { readonly ttl?: number | null; readonly tie?: null },
): Promise<Standing> {
  const { id, epoch } = lease;
  const renewed = await leases.renew(id, epoch, change);
  const now = (await leases.inspect([id])).get(id) ?? null;
  if (renewed === null || now?.lease.epoch !== epoch) throw staleLease(id, epoch, now, here);
  return now;
}

function changeOf({ lease, remaining }: Standing, { ttl, addTime }: RenewInput): { ttl?: number | null } {
  if (ttl !== undefined) return { ttl };
  if (addTime === undefined || lease.ttl === null) return {};
  // Where only watching tells what remains, or time does not count now, it may be all of it.
  const longer = (remaining ?? lease.ttl) + addTime;
  if (Number.isSafeInteger(longer)) return { ttl: longer };
  throw new JitError('USAGE', 'that is too long', {
    hint: '--ttl 0 makes a claim that never is overdue by time',
  });
}
