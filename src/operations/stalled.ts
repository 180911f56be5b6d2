import type { JitError } from '../domain/errors.ts';
import type { Issue } from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { findStalls, type Stall } from '../domain/stalled.ts';
import type { View } from '../store/store.ts';
import { damageOf } from './lease-damage.ts';
import { judgeLease } from './lost-claims.ts';
import { wholeRows } from './rows.ts';
import type { Session } from './session.ts';

/** An issue in progress on which nobody seems to work. */
export interface Stalled {
  readonly row: Row<Issue>;
  readonly stalls: readonly Stall[];
}

export interface StalledSelection {
  readonly stalled: readonly Stalled[];
  /** How many there are before the limit. */
  readonly total: number;
}

/**
 * The issues in progress whose lease is overdue or not on record, or that had no event for `quiet` milliseconds. Records that
 * cannot be understood are told.
 */
export async function listStalled(
  session: Session,
  quiet: number,
  limit?: number,
): Promise<StalledSelection> {
  const quietSince = session.clock.ago(quiet);
  const damaged = new Map<string, JitError>();
  const stalled = await session.store.read(async (view) => {
    const { rows } = await view.select({ where: { op: 'state', in: ['in_progress'] } });
    const leases = await session.leases.inspect(
      rows.map(({ issue }) => issue.id),
      (id, error) => damaged.set(id, error),
    );
    const times = await readTimes(view, new Set(rows.map(({ issue }) => issue.id)));
    const judged = new Map<string, Standing | null>();
    for (const { issue } of rows)
      judged.set(issue.id, (await judgeLease(session, view, issue, leases.get(issue.id) ?? null)).lease);
    return (await wholeRows(view, rows)).flatMap((row): readonly Stalled[] => {
      const { id } = row.issue;
      const { last = null, claimed = null } = times.get(id) ?? {};
      const activity = { lease: judged.get(id) ?? null, damaged: damaged.has(id), lastEvent: last, claimed };
      const found = findStalls(row.issue, { ...activity, here: session.here }, quietSince);
      // Of the past only its events tell.
      const stalls = session.past === true ? found.filter(({ type }) => type === 'silent') : found;
      return stalls.length === 0 ? [] : [{ row, stalls }];
    });
  });
  for (const [id, error] of damaged) session.tell(damageOf(id, error));
  return { stalled: stalled.slice(0, limit), total: stalled.length };
}

/** When each of these issues had its last event, and was last claimed: one pass over the log, whose order a merge may have mixed. */
async function readTimes(view: View, ids: ReadonlySet<string>) {
  const times = new Map<string, { last: string; claimed?: string }>();
  if (ids.size === 0) return times;
  for await (const { id, ts, event } of view.events({})) {
    if (id === null || !ids.has(id)) continue;
    const known = times.get(id) ?? { last: ts };
    if (ts > known.last) known.last = ts;
    if (event === 'issue.claimed' && ts > (known.claimed ?? '')) known.claimed = ts;
    times.set(id, known);
  }
  return times;
}
