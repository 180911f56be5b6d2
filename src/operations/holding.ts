import { alreadyClaimed, claimReasons } from '../domain/claim.ts';
import { claimSettings } from '../domain/claim-settings.ts';
import { actingFor, finish } from '../domain/complete.ts';
import { JitError } from '../domain/errors.ts';
import { otherHolder } from '../domain/holder.ts';
import type { Actor } from '../domain/identity.ts';
import type { Issue } from '../domain/issue.ts';
import { isActive, type Lease } from '../domain/lease.ts';
import type { Facts } from '../domain/transition.ts';
import { Draft } from './draft.ts';
import { checkFence, checkKnowledge } from './fence.ts';
import { inOneTurn } from './in-one-turn.ts';
import { endLosses } from './lost-claims.ts';
import { resolveIssues } from './resolve.ts';
import type { Session } from './session.ts';

/** What a change needs of the lease of an issue before the store is changed. */
export type Want =
  /** The lease, for this actor. */
  | { readonly what: 'acquire'; readonly actor: Pick<Actor, 'id' | 'bare'> }
  /** The lease that is there, marked: nobody may take the issue while it can be that it was finished. */
  | { readonly what: 'finish'; readonly epoch: number }
  | null;

interface Taken {
  readonly id: string;
  readonly epoch: number;
  /** What takes it back. */
  readonly undo: 'release' | 'hold';
}

/**
 * Takes the leases that a change of issues needs, makes the change, and gives them back when it fails. What is
 * refused for another reason than a lease is left for `run` to refuse, which uses the session that it is given.
 */
export const withLeases = <T>(
  session: Session,
  ids: readonly string[],
  wants: (issue: Issue, facts: Facts) => Want,
  run: (session: Session) => Promise<T>,
  force = false,
): Promise<T> =>
  inOneTurn(session, ids, async (session) => {
    const taken: Taken[] = [];
    try {
      for (const { issue, facts, want } of await findWants(session, ids, wants, force)) {
        taken.push(...(await take(session, issue, facts, want)));
      }
      return await run(session);
    } catch (error) {
      if (!isCommitted(error)) await giveBack(session, taken);
      throw error;
    }
  });

/** A failure after the change was made, which its lease must reflect. */
export const isCommitted = (error: unknown): boolean =>
  error instanceof JitError && error.details.committed === true;

interface Found {
  readonly issue: Issue;
  readonly facts: Facts;
  readonly want: NonNullable<Want>;
}

function findWants(
  session: Session,
  ids: readonly string[],
  wants: (issue: Issue, facts: Facts) => Want,
  force: boolean,
): Promise<readonly Found[]> {
  return session.store.read(async (view) => {
    const draft = await Draft.open(session, view, force);
    const issues = await resolveIssues(view, ids);
    checkFence(session.fence, issues.length);
    await draft.lookAtLeases(issues.map(({ id }) => id));
    const found: Found[] = [];
    for (const issue of issues) {
      await checkKnowledge(draft, issue, session);
      const facts = await draft.facts(issue);
      const want = wants(issue, { ...facts, dependencyOf: supposing(issues, facts) });
      if (want !== null) found.push({ issue, facts, want });
    }
    return found;
  });
}

// What waits for another one of them is claimed on the way as soon as that is finished, in the same transaction.
function supposing(issues: readonly Issue[], { dependencyOf, now }: Facts): Facts['dependencyOf'] {
  const finished = new Map(issues.map((issue) => [issue.id, finish(issue, now).after as Issue]));
  return (id) => finished.get(id) ?? dependencyOf(id);
}

async function take(
  session: Session,
  issue: Issue,
  facts: Facts,
  want: NonNullable<Want>,
): Promise<readonly Taken[]> {
  const { id } = issue;
  if (want.what === 'finish') {
    const lease = await session.leases.renew(id, want.epoch, { status: 'finishing' });
    return lease === null ? [] : [{ id, epoch: want.epoch, undo: 'hold' }];
  }
  if (facts.lost !== undefined) await endLosses(session, [facts.lost]);
  const answer = await session.leases.acquire({
    id,
    actor: want.actor,
    here: session.here,
    ttl: await readTtl(session),
    tie: null,
    floor: issue.claim_epoch ?? 0,
    exclusive: false,
    takeover: false,
  });
  if (answer.outcome === 'refused') throw alreadyClaimed(issue, { ...facts, lease: answer.standing });
  return answer.outcome === 'held' ? [] : [{ id, epoch: answer.lease.epoch, undo: 'release' }];
}

async function giveBack(session: Session, taken: readonly Taken[]): Promise<void> {
  for (const { id, epoch, undo } of taken) {
    if (undo === 'release') await session.leases.release(id, epoch);
    else await session.leases.renew(id, epoch, { status: 'held' });
  }
}

/** How long a claim lasts where nobody says otherwise, in milliseconds; null: without end. */
export const readTtl = ({ store }: Session): Promise<number | null> =>
  store.read(async (view) => claimSettings(await view.config()).ttl);

/** What finishing an issue needs: its holder marks the lease, and what nobody started is claimed on the way. */
export function wantsFinish(issue: Issue, facts: Facts): Want {
  const { lease } = facts;
  if (issue.state === 'in_progress') {
    if (lease === null || !serves(lease.lease) || lease.lease.epoch !== issue.claim_epoch) return null;
    const allowed = facts.force === true || otherHolder(issue, facts) === null;
    return allowed ? { what: 'finish', epoch: lease.lease.epoch } : null;
  }
  return wantsClaim(issue, facts, actingFor(issue, facts.actor));
}

// What was given back only because it was overdue serves its holder on, until somebody takes it: from here on nobody can.
const serves = (lease: Lease): boolean => isActive(lease) || lease.ended === 'expired';

/** What claiming an issue for this actor needs. */
export function wantsClaim(issue: Issue, facts: Facts, actor: Actor): Want {
  if (issue.state !== 'ready' && issue.state !== 'backlog') return null;
  return claimReasons(issue, { ...facts, actor }).length === 0 ? { what: 'acquire', actor } : null;
}
