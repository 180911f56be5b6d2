import { checkGiveBack, giveBack, isLoser, leavesRecord, staleLease } from '../domain/give-back.ts';
import type { HolderFacts } from '../domain/holder.ts';
import { sameHolder } from '../domain/identity.ts';
import type { Issue, IssueHead } from '../domain/issue.ts';
import { isActive, isOfAnotherClone, type Loss, type Standing } from '../domain/lease.ts';
import { findNearestHolder } from '../domain/near-holder.ts';
import type { Problem } from '../domain/problem.ts';
import type { Row } from '../domain/query.ts';
import { forEachRefusing, outcome } from './change.ts';
import { withComment } from './comment.ts';
import type { Draft } from './draft.ts';
import { checkFence, checkKnowledge, checkRevision, knownEpoch, noRevision } from './fence.ts';
import { inspectAll, type Leased, resolveLeased, withRow } from './leased.ts';
import { endLosses, lossesIn } from './lost-claims.ts';
import type { Session } from './session.ts';
import { afterCommit, transact } from './transact.ts';

export interface ReleaseLeasesInput {
  readonly comment: string | null;
  /** Also what somebody else has, the record of finished work, and records that cannot be understood. */
  readonly force: boolean;
}

/** What giving leases back came to. */
export interface ReleasedLeases {
  /** Afterwards, in the order given. */
  readonly released: readonly Leased[];
  /** Other issues that this made ready. */
  readonly becameReady: readonly Row[];
  readonly changed: boolean;
}

/** Gives leases back, and with them the issues that are in progress here: all of them, or none. */
export async function releaseLeases(
  session: Session,
  texts: readonly string[],
  input: ReleaseLeasesInput,
): Promise<ReleasedLeases> {
  const ids = await session.store.read(async (view) => {
    const found = new Set<string>();
    for (const text of texts) found.add(await resolveLeased(session, view, text));
    return [...found];
  });
  checkFence(session.fence, ids.length);
  const replaced = await replaceDamaged(session, ids, input.force);
  const released = await releaseAll(session, ids, {
    ...input,
    to: null,
    mayRelease: () => true,
    isRecord: isLoser,
  });
  return { ...released, changed: released.changed || replaced };
}

/** Puts a record in the place of each that cannot be understood, so that the issue is nobody's. Returns whether there were any. */
async function replaceDamaged({ leases }: Session, ids: readonly string[], force: boolean): Promise<boolean> {
  const damaged: string[] = [];
  await leases.inspect(ids, (id, error) => {
    if (!force) throw error;
    damaged.push(id);
  });
  for (const id of damaged) await leases.release(id, null);
  return damaged.length > 0;
}

export interface ReleaseHolderInput {
  /** Hands all over to this one, `{type}:{identifier}`. */
  readonly to: string | null;
  readonly comment: string | null;
  /** False: only says what would be released. */
  readonly apply: boolean;
}

/**
 * Frees everything that a holder works on, by lease or by file. What waits for its gates, or is finished, stays so. That there is
 * nothing is told, with the name that was probably meant.
 */
export async function releaseHolder(
  session: Session,
  holder: string,
  { apply, ...how }: ReleaseHolderInput,
): Promise<ReleasedLeases> {
  const mayRelease = (issue: IssueHead | null, lease: Standing | null): boolean =>
    worksOn(holder, issue, lease);
  const isRecord = ({ lost }: HolderFacts): boolean =>
    lost !== undefined && sameHolder(holder, lost.standing.lease.holder);
  const standings = await inspectAll(session);
  const ids = await session.store.read(async (view) => {
    const { rows } = await view.select({ where: { op: 'state', in: ['in_progress'] } });
    const files = new Map(rows.map(({ issue }) => [issue.id, issue]));
    const losses = await lossesIn(session, view, standings.values());
    const lost = new Map(losses.map((loss) => [loss.standing.lease.id, loss.standing.lease.holder]));
    const all = new Set([...files.keys(), ...standings.keys()]);
    const found = [...all]
      .filter((id) => {
        const loser = lost.get(id);
        const lease = loser === undefined ? (standings.get(id) ?? null) : null;
        return mayRelease(files.get(id) ?? null, lease) || (loser !== undefined && sameHolder(holder, loser));
      })
      .sort();
    if (found.length > 0) return found;
    const active = [...standings.values()].filter(({ lease }) => isActive(lease));
    const assignees = [...files.values()].flatMap(({ assignee }) => assignee ?? []);
    session.tell(
      holdsNothing(holder, 'works on nothing', [...active.map(({ lease }) => lease.holder), ...assignees]),
    );
    return found;
  });
  if (apply) {
    await replaceDamaged(session, ids, true);
    return releaseAll(session, ids, { ...how, force: true, mayRelease, isRecord });
  }
  return session.store.read(async (view) => {
    const released: Leased[] = [];
    for (const id of ids) released.push(await withRow(session, view, id, standings.get(id) ?? null));
    return { released, becameReady: [], changed: false };
  });
}

/** What is told of a name that is asked for, and holds nothing. `others`: those who do. */
export function holdsNothing(holder: string, what: string, others: readonly string[]): Problem {
  const near = others.some((other) => sameHolder(holder, other))
    ? undefined
    : findNearestHolder(holder, others);
  return {
    severity: 'warning',
    code: 'holds-nothing',
    message: `${holder} ${what}${near === undefined ? '' : `; did you mean ${near}?`}`,
    file: null,
    path: null,
    id: null,
    fix: null,
  };
}

// The lease says who works on it; where there is none that counts, the file.
function worksOn(holder: string, issue: IssueHead | null, standing: Standing | null): boolean {
  const known = issue?.state === 'in_progress' ? issue : null;
  const counts =
    standing !== null && isActive(standing.lease) && (known?.claim_epoch ?? 0) <= standing.lease.epoch;
  if (counts) return standing.lease.status !== 'suspended' && sameHolder(holder, standing.lease.holder);
  return standing?.lease.status !== 'done' && known?.assignee != null && sameHolder(holder, known.assignee);
}

interface ReleaseAllInput extends ReleaseLeasesInput {
  readonly to: string | null;
  /** Whether it is still to be released when its turn comes. */
  mayRelease(issue: IssueHead | null, lease: Standing | null): boolean;
  /** Whether of a claim that was lost in a merge only the record is to be ended: the issue is somebody else's. */
  isRecord(facts: HolderFacts): boolean;
}

async function releaseAll(
  session: Session,
  ids: readonly string[],
  input: ReleaseAllInput,
): Promise<ReleasedLeases> {
  let drops: readonly Drop[] = [];
  let lost: readonly Loss[] = [];
  const changed = await transact(
    session,
    async (draft) => {
      const decided = await decide(session, draft, ids, input);
      drops = decided.drops;
      lost = decided.lost;
      return outcome(draft, decided.issues);
    },
    { force: input.force },
  );
  return afterCommit(async () => {
    let dropped = (await endLosses(session, lost)).length > 0;
    for (const { id, epoch } of drops) {
      if ((await session.leases.release(id, epoch, 'released', session.actor.id)) !== null) dropped = true;
    }
    const after = await session.leases.inspect(ids);
    const released = await session.store.read((view) =>
      Promise.all(ids.map((id) => withRow(session, view, id, after.get(id) ?? null))),
    );
    return { released, becameReady: changed.becameReady, changed: changed.changed || dropped };
  });
}

interface Drop {
  readonly id: string;
  /** Null: whoever has it. */
  readonly epoch: number | null;
}

/** Applies what is to be done to the issues; `drops` are the leases to give back afterwards. */
async function decide(session: Session, draft: Draft, ids: readonly string[], input: ReleaseAllInput) {
  const drops: Drop[] = [];
  const lost: Loss[] = [];
  const issues: Issue[] = [];
  await draft.lookAtLeases(ids);
  await forEachRefusing(ids, async (id) => {
    const issue = (await draft.get(id)) ?? null;
    const lease = await draft.lease(id);
    const facts = issue === null ? null : await draft.facts(issue);
    const record = facts?.lost !== undefined && input.isRecord(facts) ? facts.lost : null;
    if (record === null && !input.mayRelease(issue, facts?.lost === undefined ? lease : null)) return;
    if (issue !== null && facts !== null) {
      if (record === null) await checkKnowledge(draft, issue, session);
      else checkRevision(session, issue);
      const steps = withComment(session, issue, facts, input.comment, (current) =>
        record === null ? giveBack(current, facts, input.to) : [],
      );
      await draft.apply(issue, steps);
      issues.push(issue);
    } else if (lease !== null) checkAbsent(session, lease, input.force);
    if (facts?.lost !== undefined) {
      lost.push(facts.lost);
      return;
    }
    // None is known here; but another clone may have one, of which only the remote knows.
    if (lease === null && input.force) drops.push({ id, epoch: null });
    if (lease === null || lease.lease.status === 'released') return;
    if (issue === null || !leavesRecord(issue, lease))
      drops.push({ id, epoch: isOfAnotherClone(lease.lease) ? null : lease.lease.epoch });
  });
  return { drops, lost, issues };
}

function checkAbsent({ actor, here, fence }: Session, lease: Standing, force: boolean): void {
  const { id, epoch, status } = lease.lease;
  if (fence.rev !== null) throw noRevision(id, fence.rev);
  const known = knownEpoch(fence, id);
  if (known !== null && (known !== epoch || status === 'released')) throw staleLease(id, known, lease, here);
  checkGiveBack(lease, { actor, here, lease, force });
}
