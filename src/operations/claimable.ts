import { isTaken } from '../domain/holder.ts';
import type { GateRegistry, IssueBrief } from '../domain/issue.ts';
import type { Filter, Row, Selection } from '../domain/query.ts';
import { gateReasons, isPrecheck } from '../domain/readiness.ts';
import type { View } from '../store/store.ts';
import { inspectLeases } from './lease-damage.ts';
import type { Choose } from './list.ts';
import { judgeLease } from './lost-claims.ts';
import { lookupIn, rowsOf } from './rows.ts';
import type { Session } from './session.ts';

/** The same as `isClaimable`, as a filter. */
const thatAreClaimable = (gates: GateRegistry): Filter => ({
  op: 'and',
  of: [
    { op: 'state', in: ['ready'] },
    { op: 'assignee', in: [null] },
    { op: 'passed', gates: Object.keys(gates).filter((key) => isPrecheck(gates, key)) },
  ],
});

/** Whether anybody could claim it now as far as its file says: ready, assigned to nobody, prechecks passed. */
export const isClaimable = ({ issue, state }: Row, gates: GateRegistry): boolean =>
  state === 'ready' && issue.assignee === null && gateReasons(issue, gates, 'precheck').length === 0;

/** The rows but for those that somebody has, or has finished, in another work tree or clone. */
export async function withoutTaken<T extends IssueBrief>(
  session: Session,
  view: View,
  rows: readonly Row<T>[],
): Promise<readonly Row<T>[]> {
  if (rows.length === 0) return rows;
  const { here } = session;
  const { leases, damaged } = await inspectLeases(
    session,
    rows.map(({ issue }) => issue.id),
  );
  const free: Row<T>[] = [];
  for (const row of rows) {
    const { id } = row.issue;
    if (damaged.has(id)) continue;
    const standing = leases.get(id) ?? null;
    // Nobody has most of them: for each a step less to wait for.
    const lease = standing === null ? null : (await judgeLease(session, view, row.issue, standing)).lease;
    if (!isTaken({ lease, here })) free.push(row);
  }
  return free;
}

/** Chooses the issues that anybody could claim now, most urgent first; at most `limit`. */
export const claimable =
  (session: Session, limit?: number): Choose =>
  async (view) => {
    const gates = await view.gates();
    if (limit === undefined) return all(session, view, gates);
    const { rows: likely, total } = await all(session, view, gates, true);
    // Few are looked at one by one, rather than all.
    const ids = likely.slice(0, limit).map(({ issue }) => issue.id);
    const rows = await rowsOf(lookupIn(view, session.clock.now()), ids);
    if (rows.length === ids.length && rows.every((row) => isClaimable(row, gates))) return { rows, total };
    const found = await all(session, view, gates);
    return { ...found, rows: found.rows.slice(0, limit) };
  };

async function all(
  session: Session,
  view: View,
  gates: GateRegistry,
  tentative = false,
): Promise<Selection<IssueBrief>> {
  const { rows } = await view.list({ where: thatAreClaimable(gates), tentative });
  const free = await withoutTaken(session, view, rows);
  return { rows: free, total: free.length };
}
