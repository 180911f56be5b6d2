import type { GateRegistry, Link } from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { rowOf, rowsOf } from './change.ts';
import { Draft } from './draft.ts';
import { resolveIssues } from './resolve.ts';
import type { Session } from './session.ts';

/** An issue with its direct neighbours. */
export interface IssueDetail {
  readonly row: Row;
  /** All dependencies that are there. */
  readonly needs: readonly Row[];
  readonly blocks: readonly Row[];
  /** The issues that link to it: its parts, what was discovered during it, what repeats it. */
  readonly linkedFrom: readonly { readonly type: Link['type']; readonly row: Row }[];
  readonly gates: GateRegistry;
  /** Null where none is on record. */
  readonly lease: Standing | null;
}

/** Issues in full, in the order asked for. */
export const showIssues = (session: Session, ids: readonly string[]): Promise<readonly IssueDetail[]> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const all = await view.select({ where: { op: 'all' }, sort: ['id'] });
    const details: IssueDetail[] = [];
    for (const issue of await resolveIssues(view, ids)) {
      const row = await rowOf(draft, issue);
      const needs = await rowsOf(draft, issue.dependencies);
      const blocks = await rowsOf(draft, await view.dependents(issue.id));
      const linkedFrom = linksTo(issue.id, all.rows);
      await draft.lookAtLeases([issue.id]);
      const lease = draft.hasDamagedLease(issue.id) ? null : await draft.lease(issue.id);
      details.push({ row, needs, blocks, linkedFrom, gates: draft.gates, lease });
    }
    return details;
  });

const linksTo = (id: string, rows: readonly Row[]): IssueDetail['linkedFrom'] =>
  rows.flatMap((row) =>
    row.issue.links.filter(({ target }) => target === id).map(({ type }) => ({ type, row })),
  );
