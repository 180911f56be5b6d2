import type { GateRegistry, Issue, Link } from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { inspectLeases } from './lease-damage.ts';
import { judgeLease } from './lost-claims.ts';
import { resolveIssues } from './resolve.ts';
import { lookupIn, rowOf, rowsOf } from './rows.ts';
import type { Session } from './session.ts';

/** An issue with its direct neighbours. */
export interface IssueDetail {
  readonly row: Row<Issue>;
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
    const gates = await view.gates();
    const lookup = lookupIn(view, session.clock.now());
    const details: IssueDetail[] = [];
    for (const issue of await resolveIssues(view, ids)) {
      const row = await rowOf(lookup, issue);
      const needs = await rowsOf(lookup, issue.dependencies);
      const blocks = await rowsOf(lookup, await view.dependents(issue.id));
      const linking = await view.select({ where: { op: 'links-to', id: issue.id }, sort: ['id'] });
      const linkedFrom = linksTo(issue.id, linking.rows);
      // A record that cannot be understood is told of.
      const { leases } = await inspectLeases(session, [issue.id]);
      const { lease } = await judgeLease(session, view, issue, leases.get(issue.id) ?? null);
      details.push({ row, needs, blocks, linkedFrom, gates, lease });
    }
    return details;
  });

const linksTo = (id: string, rows: readonly Row[]): IssueDetail['linkedFrom'] =>
  rows.flatMap((row) =>
    row.issue.links.filter(({ target }) => target === id).map(({ type }) => ({ type, row })),
  );
