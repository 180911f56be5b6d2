import { type Brief, briefOf } from '../domain/brief.ts';
import { type Candidate, claim, claimReasons, compareCandidates } from '../domain/claim.ts';
import { JitError } from '../domain/errors.ts';
import { type Graph, waitingOn } from '../domain/graph.ts';
import { type Actor, actorIs } from '../domain/identity.ts';
import { type Issue, isHeld, isOpen } from '../domain/issue.ts';
import { type Filter, matches, type Row } from '../domain/query.ts';
import { gateReasons } from '../domain/readiness.ts';
import { rowOf } from './change.ts';
import { Draft } from './draft.ts';
import { resolveIssue } from './resolve.ts';
import type { Session } from './session.ts';

/** A claim, with all that is needed to start. */
export interface Claimed {
  readonly outcome: 'claimed' | 'held';
  readonly row: Row;
  readonly brief: Brief;
}

/** Claims one issue for the session's actor; `held` when the actor already has it. */
export function claimIssue(session: Session, id: string): Promise<Claimed> {
  return session.store.transact(async (view) => {
    const draft = await Draft.open(session, view);
    return draft.plan(await claimIn(draft, await resolveIssue(view, id)));
  });
}

/** Claims an issue within a transaction that does more. */
export async function claimIn(draft: Draft, issue: Issue): Promise<Claimed> {
  const { outcome, steps } = claim(issue, await draft.facts(issue));
  const claimed = await draft.apply(issue, steps);
  await draft.settle();
  return {
    outcome,
    row: await rowOf(draft, claimed),
    brief: briefOf(claimed, await draft.dependencies(claimed), draft.gates),
  };
}

export interface ClaimNextInput {
  /** Only issues that match; null: all. */
  readonly filter: Filter | null;
  /** Return what the actor already holds, before anything new. */
  readonly resume: boolean;
}

/**
 * Claims the most important issue that is really ready. Throws NOTHING_READY with counts, or ALL_DONE when
 * no open issue matches.
 */
export function claimNext(session: Session, input: ClaimNextInput): Promise<Claimed> {
  return session.store.transact(async (view) => {
    const draft = await Draft.open(session, view);
    const next = await findNext(draft, session.actor, input);
    if (next === null) throw await nothingReady(draft, session.actor, input.filter);
    return draft.plan(await claimIn(draft, next));
  });
}

/** How many waiting issues are counted before candidates count as equally needed. */
const MOST_WAITING = 1000;

/** The issue that the actor should work on next; null where nothing is ready. */
export async function findNext(draft: Draft, actor: Actor, input: ClaimNextInput): Promise<Issue | null> {
  const filter: Filter = input.filter ?? { op: 'all' };
  if (input.resume) {
    const held = await draft.view.select({
      where: { op: 'and', of: [filter, { op: 'state', in: ['in_progress'] }] },
    });
    const mine = held.rows.find(({ issue }) => issue.assignee !== null && actorIs(actor, issue.assignee));
    if (mine !== undefined) return mine.issue;
  }
  const candidates = await claimable(draft, filter);
  return mostImportant(candidates, actor, candidates.length > 1 ? await draft.graph() : null);
}

async function claimable(draft: Draft, filter: Filter): Promise<readonly Issue[]> {
  const ready: Filter = { op: 'and', of: [{ op: 'state', in: ['ready'] }, filter] };
  const { rows } = await draft.view.select({ where: ready });
  const changed = draft.issues();
  const changedIds = new Set(changed.map(({ id }) => id));
  const found: Issue[] = [];
  for (const issue of [...rows.map((row) => row.issue).filter(({ id }) => !changedIds.has(id)), ...changed]) {
    if (changedIds.has(issue.id) && !matches(ready, await rowOf(draft, issue), draft.now)) continue;
    if (claimReasons(issue, await draft.facts(issue)).length === 0) found.push(issue);
  }
  return found;
}

function mostImportant(issues: readonly Issue[], actor: Actor, graph: Graph | null): Issue | null {
  const compare = compareCandidates(actor);
  let best: Candidate | null = null;
  for (const issue of issues) {
    const candidate = { issue, waiting: graph === null ? 0 : waitingOn(graph, issue.id, MOST_WAITING) };
    if (best === null || compare(candidate, best) < 0) best = candidate;
  }
  return best?.issue ?? null;
}

/** Says that nothing is ready, with counts, or that all is done. */
export async function nothingReady(draft: Draft, actor: Actor, filter: Filter | null): Promise<JitError> {
  const { rows: before } = await draft.view.select({ where: filter ?? { op: 'all' } });
  const changed = new Map<string, Row>();
  for (const issue of draft.issues()) changed.set(issue.id, await rowOf(draft, issue));
  const rows = before.map((row) => changed.get(row.issue.id) ?? row);
  const open = rows.filter(({ issue }) => isOpen(issue));
  const count = (test: (row: Row) => boolean): number => open.filter(test).length;
  const details = {
    open: open.length,
    in_progress: count(({ issue }) => issue.state === 'in_progress'),
    gated: count(({ issue }) => issue.state === 'gated'),
    blocked: count(({ issue, blockedBy }) => isWaiting(issue) && blockedBy.length > 0),
    on_hold: count(({ issue }) => isWaiting(issue) && isHeld(issue, draft.now)),
    // Ready, but not to be claimed by this actor.
    assigned_to_others: count(
      ({ issue, state }) => state === 'ready' && issue.assignee !== null && !actorIs(actor, issue.assignee),
    ),
    prechecks_pending: count(
      ({ issue, state }) => state === 'ready' && gateReasons(issue, draft.gates, 'precheck').length > 0,
    ),
  };
  const what = filter === null ? 'no issue' : 'no issue that matches the filter';
  if (rows.length > 0 && open.length === 0) {
    return new JitError('ALL_DONE', `${what} is open: all is done`, { details });
  }
  const { in_progress, gated, blocked, on_hold, assigned_to_others, prechecks_pending } = details;
  const others = assigned_to_others > 0 ? `, ${assigned_to_others} assigned to others` : '';
  const prechecks = prechecks_pending > 0 ? `, ${prechecks_pending} with a precheck pending` : '';
  return new JitError(
    'NOTHING_READY',
    `${what} is ready: ${in_progress} in progress, ${blocked} blocked, ${gated} gated, ${on_hold} on hold${others}${prechecks}`,
    { details, hint: 'add --wait 60s to wait for one; jit query blocked shows what waits for what' },
  );
}

const isWaiting = ({ state }: Issue): boolean => state === 'backlog' || state === 'ready';
