import type { GateRegistry } from '../domain/issue.ts';
import type { Filter, Row, Selection } from '../domain/query.ts';
import { gateReasons } from '../domain/readiness.ts';
import type { Session } from './session.ts';

/** Ready, and nobody's. */
const FREE: Filter = {
  op: 'and',
  of: [
    { op: 'state', in: ['ready'] },
    { op: 'assignee', in: [null] },
  ],
};

/** Whether anybody could claim it now: ready, assigned to nobody, prechecks passed. */
export const isClaimable = ({ issue, state }: Row, gates: GateRegistry): boolean =>
  state === 'ready' && issue.assignee === null && gateReasons(issue, gates, 'precheck').length === 0;

/** The issues that anybody could claim now, most urgent first; at most `limit`. */
export const listClaimable = (session: Session, limit?: number): Promise<Selection> =>
  session.store.read(async (view) => {
    const gates = await view.gates();
    const { rows } = await view.select({ where: FREE });
    const claimable = rows.filter((row) => isClaimable(row, gates));
    return { rows: claimable.slice(0, limit), total: claimable.length };
  });
