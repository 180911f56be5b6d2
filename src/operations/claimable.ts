import { isTaken } from '../domain/holder.ts';
import type { GateRegistry } from '../domain/issue.ts';
import type { Filter, Row } from '../domain/query.ts';
import { gateReasons } from '../domain/readiness.ts';
import type { View } from '../store/store.ts';
import { inspectLeases } from './lease-damage.ts';
import type { Choose } from './list.ts';
import { judgeLease } from './lost-claims.ts';
import type { Session } from './session.ts';

/** Ready, and nobody's. */
const FREE: Filter = {
  op: 'and',
  of: [
    { op: 'state', in: ['ready'] },
    { op: 'assignee', in: [null] },
  ],
};

/** Whether anybody could claim it now as far as its file says: ready, assigned to nobody, prechecks passed. */
export const isClaimable = ({ issue, state }: Row, gates: GateRegistry): boolean =>
  state === 'ready' && issue.assignee === null && gateReasons(issue, gates, 'precheck').length === 0;

/** The rows but for those that somebody has, or has finished, in another work tree or clone. */
export async function withoutTaken(
  session: Session,
  view: View,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  if (rows.length === 0) return rows;
  const { here } = session;
  const { leases, damaged } = await inspectLeases(
    session,
    rows.map(({ issue }) => issue.id),
  );
  const free: Row[] = [];
  for (const row of rows) {
    const { id } = row.issue;
    if (damaged.has(id)) continue;
    const { lease } = await judgeLease(session, view, row.issue, leases.get(id) ?? null);
    if (!isTaken({ lease, here })) free.push(row);
  }
  return free;
}

/** Chooses the issues that anybody could claim now, most urgent first; at most `limit`. */
export const claimable =
  (session: Session, limit?: number): Choose =>
  async (view) => {
    const gates = await view.gates();
    const { rows } = await view.select({ where: FREE });
    const free = await withoutTaken(
      session,
      view,
      rows.filter((row) => isClaimable(row, gates)),
    );
    return { rows: free.slice(0, limit), total: free.length };
  };
