import { complete } from '../domain/complete.ts';
import { JitError } from '../domain/errors.ts';
import { staleLease } from '../domain/give-back.ts';
import { reasonOf, staleInMerge } from '../domain/holder.ts';
import { type Issue, ref } from '../domain/issue.ts';
import { isActive, isHolder, type Lease, type Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { pendingGates } from '../domain/readiness.ts';
import { type Facts, name, type Step } from '../domain/transition.ts';
import { type Changed, changeIssues } from './change.ts';
import { type Claimed, claimIssue } from './claim.ts';
import { withComment } from './comment.ts';
import { completeIssues } from './complete.ts';
import { wantsFinish, withLeases } from './holding.ts';
import { showLease } from './leased.ts';
import { endLosses, findLosses } from './lost-claims.ts';
import { releaseLeases } from './release-leases.ts';
import { NO_FENCE, type Session } from './session.ts';

/** A claim that a process keeps for as long as it runs. */
export interface HeldWork {
  readonly id: string;
  readonly epoch: number;
}

export interface HoldTerms {
  /** The process. */
  readonly tie: string;
  /** Milliseconds; null: never overdue by time; absent: as configured. */
  readonly ttl?: number | null;
}

/** Claims an issue for a process. What another process of the same name keeps is refused. Throws ALREADY_CLAIMED. */
export async function claimForProcess(session: Session, text: string, terms: HoldTerms): Promise<Claimed> {
  const { id, lease } = await showLease(session, text);
  if (lease !== null && isKeptByAnother(lease, terms.tie, session)) throw keptByAnother(lease);
  return claimIssue(session, id, terms);
}

const isKeptByAnother = ({ lease, life }: Standing, tie: string, { actor, here }: Session): boolean =>
  life === 'live' &&
  isActive(lease) &&
  lease.tie !== null &&
  lease.tie !== tie &&
  isHolder(lease, actor, here);

const keptByAnother = (standing: Standing): JitError => {
  const { id, holder, tie } = standing.lease;
  const pid = Number.parseInt(tie ?? '', 10);
  return new JitError('ALREADY_CLAIMED', `${ref(id)} is held by ${holder} for process ${pid}, which runs`, {
    details: { id, holder, pid, reasons: [reasonOf(standing)] },
    hint: 'take other work: jit issue claim-next; what one process keeps, no other of the same name gets',
  });
};

/** The claim renewed; `over` when the work is finished already, `lost` when somebody else has it or may have it. */
export async function renewWork(session: Session, { id, epoch }: HeldWork): Promise<Lease | 'over' | 'lost'> {
  const { leases } = session;
  const renewed = await leases.renew(id, epoch);
  if (renewed !== null) return (await endLoss(session, id)) ? 'lost' : renewed;
  const now = (await leases.inspect([id])).get(id)?.lease;
  return now?.epoch === epoch && now.status === 'done' ? 'over' : 'lost';
}

/** Ends the claim where it was lost in a merge, and returns whether it was. Files that cannot be read now tell at the next renewal. */
async function endLoss(session: Session, id: string): Promise<boolean> {
  const standing = (await session.leases.inspect([id])).get(id);
  try {
    const losses = standing === undefined ? [] : await findLosses(session, [standing]);
    await endLosses(session, losses);
    return losses.length > 0;
  } catch (error) {
    if (error instanceof JitError) return false;
    throw error;
  }
}

/** The error of a process that goes on with work that is no longer its own. */
export async function workLost(session: Session, { id, epoch }: HeldWork): Promise<JitError> {
  const { lease, lost } = await showLease(session, id);
  return lost === undefined ? staleLease(id, epoch, lease, session.here) : staleInMerge(lost);
}

/** How work ends: finished, finished only for its gates to decide, or given back. */
export type End = 'complete' | 'gate' | 'release';

export interface EndedWork {
  readonly outcome: 'done' | 'gated' | 'released';
  /** Null where this work tree does not have the issue any more. */
  readonly row: Row | null;
  readonly becameReady: readonly Row[];
}

/**
 * Ends work under its claim. What the worker has ended itself stays as it is. Throws STALE_EPOCH where somebody else has it;
 * INVALID_TRANSITION where a gate is to decide, and none is pending: then it was given back.
 */
export async function endWork(
  session: Session,
  work: HeldWork,
  end: End,
  comment: string | null,
): Promise<EndedWork> {
  const { id, epoch } = work;
  const fenced = { ...session, fence: { ...NO_FENCE, epoch } };
  const { lease, row } = await showLease(session, id);
  if (lease?.lease.epoch !== epoch) throw await workLost(session, work);
  const { status, ended } = lease.lease;
  if (status === 'released' && ended !== 'released') throw await workLost(session, work);
  if (status === 'released') return { outcome: 'released', row, becameReady: [] };
  if (status === 'done' || status === 'suspended') {
    return { outcome: status === 'done' ? 'done' : 'gated', row, becameReady: [] };
  }
  if (end === 'release') return giveBackWork(fenced, id, comment);
  const finished =
    end === 'gate' ? await handIn(fenced, id, comment) : await completeWork(fenced, id, comment);
  const after = finished.rows[0] ?? null;
  const done = after?.issue.state === 'done';
  return { outcome: done ? 'done' : 'gated', row: after, becameReady: finished.becameReady };
}

async function giveBackWork(session: Session, id: string, comment: string | null): Promise<EndedWork> {
  const { released, becameReady } = await releaseLeases(session, [id], { comment, force: false });
  return { outcome: 'released', row: released[0]?.row ?? null, becameReady };
}

const completeWork = (session: Session, id: string, comment: string | null): Promise<Changed> =>
  completeIssues(session, [id], { comment, force: false });

async function handIn(session: Session, id: string, comment: string | null): Promise<Changed> {
  const decide = (issue: Issue, facts: Facts): readonly Step[] =>
    withComment(session, issue, facts, comment, (current) => {
      if (pendingGates(current).length === 0) throw noGate(issue);
      return complete(current, facts).steps;
    });
  try {
    return await withLeases(session, [id], wantsFinish, (session) =>
      changeIssues(session, [id], decide, { caughtUp: true }),
    );
  } catch (error) {
    if (!(error instanceof JitError) || error.details.gates_pending !== false) throw error;
    await giveBackWork(session, id, 'the work was to be handed in to its gates, but none is pending');
    throw error;
  }
}

const noGate = (issue: Issue): JitError =>
  new JitError(
    'INVALID_TRANSITION',
    `no gate of ${name(issue)} is pending that could decide: it is given back`,
    {
      details: { id: issue.id, title: issue.title, state: issue.state, gates_pending: false, reasons: [] },
      hint: `jit gate add ${ref(issue.id)} KEY requires one; --on-success complete needs none`,
    },
  );
