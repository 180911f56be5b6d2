import { isStale } from '../domain/holder.ts';
import { isHeld } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { isClaimable, withoutTaken } from './claimable.ts';
import { Draft } from './draft.ts';
import type { Session } from './session.ts';

export interface Counts {
  readonly total: number;
  /** Neither done nor archived. */
  readonly open: number;
  readonly ready: number;
  /** Ready, assigned to nobody, and no precheck is pending: what a worker could claim. */
  readonly claimable: number;
  readonly in_progress: number;
  /** Ready here, but somebody has it, or has finished it, in another work tree or clone. */
  readonly elsewhere: number;
  /** In progress under a claim that is over, or that nothing here records. */
  readonly stale: number;
  readonly gated: number;
  /** Not started, and waiting for a dependency. */
  readonly blocked: number;
  /** Not started, and on hold; it may be blocked as well. */
  readonly on_hold: number;
  readonly done: number;
  readonly archived: number;
}

export interface Status {
  readonly counts: Counts;
  readonly inProgress: readonly Row[];
  /** Ids of those in progress whose claim is over, or is not on record. */
  readonly stale: ReadonlySet<string>;
  readonly gated: readonly Row[];
  /** The most urgent that can be claimed. */
  readonly ready: readonly Row[];
  /** The latest first. */
  readonly recentlyCompleted: readonly Row[];
  /** UTC, RFC 3339: when this was looked at. */
  readonly now: string;
}

/** How many completions, and how many ready issues, an overview names. */
const SHOWN = 5;

/** An overview of the work. */
export const readStatus = (session: Session): Promise<Status> =>
  session.store.read(async (view) => {
    const { rows } = await view.select({ where: { op: 'all' } });
    const now = session.clock.now();
    const inState = (state: string): readonly Row[] => rows.filter((row) => row.state === state);
    const gates = await view.gates();
    const draft = await Draft.open(session, view);
    const inProgress = inState('in_progress');
    const ready = inState('ready');
    const free = await withoutTaken(session, view, ready);
    const claimable = free.filter((row) => isClaimable(row, gates));
    // Of the past nothing tells who was still there.
    const judged = session.past === true ? [] : inProgress;
    await draft.lookAtLeases(judged.map(({ issue }) => issue.id));
    const stale = new Set<string>();
    for (const { issue } of judged) {
      if (draft.hasDamagedLease(issue.id)) continue;
      const facts = await draft.facts(issue);
      if (facts.lease === null || isStale(issue, facts)) stale.add(issue.id);
    }
    const waiting = inState('backlog');
    const completed = rows.filter(({ issue }) => issue.completed_at !== null);
    const latest = [...completed].sort((a, b) => (a.issue.completed_at! < b.issue.completed_at! ? 1 : -1));
    const blocked = waiting.filter(({ blockedBy }) => blockedBy.length > 0).length;
    return {
      counts: {
        total: rows.length,
        open: rows.filter(({ state }) => state !== 'done' && state !== 'archived').length,
        ready: ready.length,
        claimable: claimable.length,
        in_progress: inProgress.length,
        elsewhere: ready.length - free.length,
        stale: stale.size,
        gated: inState('gated').length,
        blocked,
        on_hold: waiting.filter(({ issue }) => isHeld(issue, now)).length,
        done: inState('done').length,
        archived: inState('archived').length,
      },
      inProgress,
      stale,
      gated: inState('gated'),
      ready: claimable.slice(0, SHOWN),
      recentlyCompleted: latest.slice(0, SHOWN),
      now,
    };
  });
