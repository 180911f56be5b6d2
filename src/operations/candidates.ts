import { type Candidate, compareCandidates, tierOf } from '../domain/claim.ts';
import { JitError } from '../domain/errors.ts';
import { waitingOn } from '../domain/graph.ts';
import { claimIsOver, holdsLease, isStale, isTaken } from '../domain/holder.ts';
import { type Actor, actorIs } from '../domain/identity.ts';
import { type IssueHead, isHeld, isOpen } from '../domain/issue.ts';
import { isOfAnotherClone, type Loss } from '../domain/lease.ts';
import { type Filter, matches, type Row } from '../domain/query.ts';
import { gateReasons } from '../domain/readiness.ts';
import type { Draft } from './draft.ts';
import { knownEpoch } from './fence.ts';
import type { Fence } from './session.ts';

/** How many waiting issues are counted before candidates count as equally needed. */
const MOST_WAITING = 1000;

/** What a worker who asks for work could get. */
export interface Candidates {
  /** Most important first; of what comes after them there may be more. */
  readonly ranked: readonly IssueHead[];
  /** Ids of issues that are ready here, but for what was last seen of other clones; complete where nothing is ranked. */
  readonly abroad: readonly string[];
  /** Issues that the file says are in progress, but whose claim is over. */
  readonly over: readonly IssueHead[];
  /** Leases that were lost in a merge. */
  readonly lost: readonly Loss[];
}

/**
 * The most important of the issues that match and that the actor could claim now, `but` for some by their ids. Whether somebody has
 * one elsewhere, and what waits on it, is only looked at as far down the order as there is nothing to claim.
 */
export async function findCandidates(
  draft: Draft,
  actor: Actor,
  filter: Filter,
  but: ReadonlySet<string>,
): Promise<Candidates> {
  const { rows } = await draft.view.select({
    where: { op: 'state', in: ['ready', 'in_progress'] },
    tentative: true,
  });
  const worked = rows.filter(({ state }) => state === 'in_progress').map(({ issue }) => issue);
  const { over, lost } = await findOver(draft, worked);
  const abroad: string[] = [];
  for (const tier of tiersOf(draft, actor, rows, filter)) {
    const free: IssueHead[] = [];
    const passed = tier.filter((issue) => gateReasons(issue, draft.gates, 'precheck').length === 0);
    await draft.lookAtLeases(passed.map(({ id }) => id));
    for (const issue of passed) {
      if (draft.hasDamagedLease(issue.id)) continue;
      const facts = await draft.holderFacts(issue);
      if (!isTaken(facts)) free.push(issue);
      else if (isOfAnotherClone(facts.lease!.lease)) abroad.push(issue.id);
    }
    const claimable = free.filter(({ id }) => !but.has(id));
    if (claimable.length > 0) return { ranked: await rank(draft, actor, claimable), abroad, over, lost };
  }
  return { ranked: [], abroad, over, lost };
}

async function findOver(
  draft: Draft,
  worked: readonly IssueHead[],
): Promise<Pick<Candidates, 'over' | 'lost'>> {
  await draft.lookAtLeases(worked.map(({ id }) => id));
  const over: IssueHead[] = [];
  const lost: Loss[] = [];
  for (const issue of worked) {
    if (draft.hasDamagedLease(issue.id)) continue;
    const facts = await draft.holderFacts(issue);
    if (facts.lost !== undefined) lost.push(facts.lost);
    if (isStale(issue, facts)) over.push(issue);
  }
  return { over, lost };
}

/**
 * What the actor may claim as far as the files say, but for prechecks, by its tier. What a row says is ready waits for no other issue, and
 * is not on hold.
 */
function tiersOf(
  draft: Draft,
  actor: Actor,
  rows: readonly Row[],
  filter: Filter,
): readonly (readonly IssueHead[])[] {
  const tiers = new Map<number, IssueHead[]>();
  for (const row of rows) {
    const { issue, state } = row;
    if (state !== 'ready' || !matches(filter, row, draft.now)) continue;
    if (issue.assignee !== null && !actorIs(actor, issue.assignee)) continue;
    const tier = tierOf(issue, actor);
    if (!tiers.has(tier)) tiers.set(tier, []);
    tiers.get(tier)!.push(issue);
  }
  return [...tiers].sort(([a], [b]) => a - b).map(([, issues]) => issues);
}

async function rank(draft: Draft, actor: Actor, issues: readonly IssueHead[]): Promise<readonly IssueHead[]> {
  if (issues.length < 2) return issues;
  const graph = await draft.graph({ tentative: true });
  const count = waitingOn(graph, MOST_WAITING);
  const candidates: Candidate[] = issues.map((issue) => ({ issue, waiting: count(issue.id) }));
  return candidates.sort(compareCandidates(actor)).map(({ issue }) => issue);
}

/**
 * What the actor works on here under a lease of its own; null where there is nothing that matches. Of what the actor knows under
 * another epoch, somebody else of its name has the lease now.
 */
export async function findHeld(draft: Draft, filter: Filter, fence: Fence): Promise<IssueHead | null> {
  const { rows } = await draft.view.select({
    where: { op: 'and', of: [filter, { op: 'state', in: ['in_progress'] }] },
  });
  await draft.lookAtLeases(rows.map(({ issue }) => issue.id));
  for (const { issue } of rows) {
    if (draft.hasDamagedLease(issue.id)) continue;
    const facts = await draft.holderFacts(issue);
    const known = knownEpoch(fence, issue.id);
    if (known !== null && known !== facts.lease?.lease.epoch) continue;
    if (holdsLease(facts) && !claimIsOver(issue, facts)) return issue;
  }
  return null;
}

/** Says that nothing is ready, with counts, or that all is done. */
export async function nothingReady(draft: Draft, actor: Actor, filter: Filter | null): Promise<JitError> {
  const { rows } = await draft.view.select({ where: filter ?? { op: 'all' } });
  const open = rows.filter(({ issue }) => isOpen(issue));
  await draft.lookAtLeases(open.map(({ issue }) => issue.id));
  const taken = new Set<string>();
  for (const { issue, state } of open) {
    if (state !== 'ready') continue;
    if (draft.hasDamagedLease(issue.id) || isTaken(await draft.holderFacts(issue))) taken.add(issue.id);
  }
  const count = (test: (row: Row) => boolean): number => open.filter(test).length;
  const ready = ({ issue, state }: Row): boolean => state === 'ready' && !taken.has(issue.id);
  const details = {
    open: open.length,
    in_progress: count(({ issue }) => issue.state === 'in_progress'),
    gated: count(({ issue }) => issue.state === 'gated'),
    blocked: count(({ issue, blockedBy }) => isWaiting(issue) && blockedBy.length > 0),
    on_hold: count(({ issue }) => isWaiting(issue) && isHeld(issue, draft.now)),
    // Ready here, but worked on or finished in another work tree or clone.
    taken_elsewhere: taken.size,
    // Ready, but not to be claimed by this actor.
    assigned_to_others: count(
      (row) => ready(row) && row.issue.assignee !== null && !actorIs(actor, row.issue.assignee),
    ),
    prechecks_pending: count(
      (row) => ready(row) && gateReasons(row.issue, draft.gates, 'precheck').length > 0,
    ),
  };
  const what = filter === null ? 'no issue' : 'no issue that matches the filter';
  if (rows.length > 0 && open.length === 0) {
    return new JitError('ALL_DONE', `${what} is open: all is done`, { details });
  }
  const { in_progress, gated, blocked, on_hold, taken_elsewhere, assigned_to_others, prechecks_pending } =
    details;
  const elsewhere = taken_elsewhere > 0 ? `, ${taken_elsewhere} held or finished elsewhere` : '';
  const others = assigned_to_others > 0 ? `, ${assigned_to_others} assigned to others` : '';
  const prechecks = prechecks_pending > 0 ? `, ${prechecks_pending} with a precheck pending` : '';
  return new JitError(
    'NOTHING_READY',
    `${what} is ready: ${in_progress} in progress, ${blocked} blocked, ${gated} gated, ${on_hold} on hold${elsewhere}${others}${prechecks}`,
    { details, hint: 'add --wait 60s to wait for one; jit query blocked shows what waits for what' },
  );
}

const isWaiting = ({ state }: IssueHead): boolean => state === 'backlog' || state === 'ready';
