import { type Brief, briefOf } from '../domain/brief.ts';
import { alreadyClaimed, claim, lostClaim, type Steal } from '../domain/claim.ts';
import { JitError } from '../domain/errors.ts';
import { staleLease } from '../domain/give-back.ts';
import { checkEpoch } from '../domain/holder.ts';
import { actorIs } from '../domain/identity.ts';
import { type Issue, type IssueHead, ref } from '../domain/issue.ts';
import { isActive, isOfAnotherClone, type Lease, type Standing } from '../domain/lease.ts';
import type { Problem } from '../domain/problem.ts';
import type { Row } from '../domain/query.ts';
import type { Facts } from '../domain/transition.ts';
import { askAnew } from './catch-up.ts';
import { Draft } from './draft.ts';
import { checkRevision, knownEpoch } from './fence.ts';
import { isCommitted, readTtl } from './holding.ts';
import { inOneTurn } from './in-one-turn.ts';
import { endLosses, judgeNow } from './lost-claims.ts';
import { resolveIssue } from './resolve.ts';
import { rowOf } from './rows.ts';
import type { Session } from './session.ts';
import { transact } from './transact.ts';

/** A claim, with all that is needed to start. */
export interface Claimed {
  readonly outcome: 'claimed' | 'held';
  readonly row: Row<Issue>;
  readonly lease: Standing;
  readonly brief: Brief;
}

/** How a lease is asked for. */
export interface Terms {
  /** Milliseconds; null: never overdue by time; absent: as configured. */
  readonly ttl?: number | null;
  /** The process whose end ends the lease; absent: none. */
  readonly tie?: string;
  /** Take it from whoever has it. */
  readonly steal?: Steal;
}

/**
 * Claims one issue for the session's actor; `held` when the actor already has it here, which renews the lease. Under an epoch (the
 * session's fence) it only goes on with what the actor has. Throws STALE_EPOCH, STALE_REVISION.
 */
export const claimIssue = (session: Session, id: string, terms: Terms = {}): Promise<Claimed> =>
  inOneTurn(session, [id], (session) => claimNamed(session, id, terms));

async function claimNamed(session: Session, id: string, terms: Terms): Promise<Claimed> {
  const { steal = null } = terms;
  // Whoever takes something from others must know whether they have finished it.
  if (steal !== null) await askAnew(session, [id]);
  const issue = await findClaimable(session, id, steal).catch(async (error: unknown) => {
    const elsewhere = heldInAnotherClone(error);
    if (elsewhere === null) throw error;
    // What is known of other clones is as old as the last contact.
    await session.leases.refresh([elsewhere]);
    return findClaimable(session, id, steal);
  });
  const ttl = await readTtl(session);
  const before = (await session.leases.inspect([issue.id])).get(issue.id) ?? null;
  const claimed = await claimUnderLease(session, issue, terms, { exclusive: false, ttl, before });
  if ('refusedBy' in claimed) throw await refusal(session, issue.id, claimed.refusedBy);
  return claimed;
}

// Refused before a lease is asked for, so that what cannot be claimed is not even held for a moment.
const findClaimable = (session: Session, id: string, steal: Steal | null): Promise<Issue> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const issue = await resolveIssue(view, id);
    const facts = await draft.facts(issue);
    checkClaimEpoch(session, issue, facts);
    checkRevision(session, issue);
    claim(issue, facts, steal);
    return issue;
  });

/** Refuses to go on under an epoch with what is over: claiming it again is a new claim, under another one. Throws STALE_EPOCH. */
function checkClaimEpoch({ fence }: Session, issue: Issue, facts: Facts): void {
  const epoch = knownEpoch(fence, issue.id);
  if (epoch === null) return;
  checkEpoch(issue, epoch, facts);
  const { lease, here } = facts;
  if (lease === null || lease.lease.epoch !== epoch || !isActive(lease.lease))
    throw staleLease(issue.id, epoch, lease, here);
}

/** The id of the issue whose claim was refused because of what was last seen of another clone; null for any other failure. */
function heldInAnotherClone(error: unknown): string | null {
  if (!(error instanceof JitError) || error.code !== 'ALREADY_CLAIMED') return null;
  const reasons = error.details.reasons ?? [];
  const foreign = reasons.some((reason) => reason.type === 'lease' && isOfAnotherClone(reason));
  return foreign ? (error.details.id as string) : null;
}

/** What is known when a lease is asked for. */
export interface Known {
  /** A process that shares its name with others gets what is its own only. */
  readonly exclusive: boolean;
  /** The ttl of leases of which nothing else is said; milliseconds, null: never overdue by time. */
  readonly ttl: number | null;
  /** The lease as it was last seen. */
  readonly before: Standing | null;
}

/**
 * Lease first, then the transaction: a claim that fails gives its lease back, and one that is killed between the
 * two leaves a lease that anybody may take at once.
 */
export async function claimUnderLease(
  session: Session,
  issue: IssueHead,
  terms: Terms,
  { exclusive, before, ...known }: Known,
): Promise<Claimed | { readonly refusedBy: Standing }> {
  const { leases, here } = session;
  const { id, assignee } = issue;
  // A bare name that means the assignee claims under the assignee's full name.
  const actor =
    assignee !== null && actorIs(session.actor, assignee)
      ? { ...session.actor, id: assignee }
      : session.actor;
  const { steal = null, tie = null, ttl = known.ttl } = terms;
  await endLoss(session, issue, before);
  const floor = issue.claim_epoch ?? 0;
  const takeover = steal !== null;
  const keep = { ttl: terms.ttl === undefined, tie: terms.tie === undefined };
  const answer = await leases.acquire({ id, actor, here, ttl, tie, keep, floor, exclusive, takeover });
  if (answer.outcome === 'refused') return { refusedBy: answer.standing };
  const { epoch } = answer.lease;
  const branch = before === null || before.lease.epoch === epoch ? null : before.lease.branch;
  const claimed = await transact(session, (draft) => claimIn(draft, session, id, steal, branch)).catch(
    async (error: unknown) => {
      if (answer.outcome === 'granted' && !isCommitted(error)) await leases.release(id, epoch);
      throw error;
    },
  );
  const lease = (await leases.inspect([id])).get(id) ?? null;
  // Somebody may have taken it, or given it back, since the claim was recorded.
  if (lease?.lease.epoch !== epoch || !isActive(lease.lease)) throw await lost(session, id, lease);
  // Where the file said so already, the transaction changed nothing that would have confirmed it.
  const confirmed =
    lease.lease.status === 'claiming' ? await leases.renew(id, epoch, { status: 'held' }) : lease.lease;
  if (confirmed === null) throw await lost(session, id, (await leases.inspect([id])).get(id) ?? null);
  if (confirmed.provisional) session.tell(provisionalClaim(confirmed));
  const outcome = answer.outcome === 'held' ? 'held' : 'claimed';
  return { ...claimed, outcome, lease: { ...lease, lease: confirmed } };
}

// What was lost in a merge neither goes on nor keeps others from the issue.
async function endLoss(session: Session, issue: IssueHead, before: Standing | null): Promise<void> {
  const { lost } = await judgeNow(session, issue, before);
  if (lost !== undefined) await endLosses(session, [lost]);
}

const provisionalClaim = ({ id }: Lease): Problem => ({
  severity: 'warning',
  code: 'claim-provisional',
  message: `the remote could not be reached: the claim of ${ref(id)} holds here, and is settled at the next contact`,
  file: null,
  path: null,
  id,
  fix: null,
});

async function claimIn(
  draft: Draft,
  session: Session,
  id: string,
  steal: Steal | null,
  branch: string | null,
): Promise<Omit<Claimed, 'lease' | 'outcome'>> {
  const issue = await draft.resolve(id);
  checkRevision(session, issue);
  const facts = await draft.facts(issue);
  // What is stolen has a new epoch by now.
  if (steal === null) checkClaimEpoch(session, issue, facts);
  const claimed = await draft.apply(issue, claim(issue, facts, steal).steps);
  await draft.settle();
  return {
    row: await rowOf(draft, claimed),
    brief: briefOf(claimed, await draft.dependencies(claimed), draft.gates, {
      epoch: facts.lease?.lease.epoch ?? null,
      branch,
    }),
  };
}

/** Who was first, as it is now. */
const refusal = (session: Session, id: string, by: Standing): Promise<JitError> =>
  refuseBy(session, id, by, alreadyClaimed);

/** Who has it instead, as it is now. */
const lost = (session: Session, id: string, by: Standing | null): Promise<JitError> =>
  refuseBy(session, id, by, lostClaim);

function refuseBy(
  session: Session,
  id: string,
  lease: Standing | null,
  refuse: (issue: Issue, facts: Facts) => JitError,
): Promise<JitError> {
  return session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const issue = await draft.resolve(id);
    return refuse(issue, { ...(await draft.facts(issue)), lease });
  });
}
