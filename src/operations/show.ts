import type { GateRegistry } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { rowOf, rowsOf } from './change.ts';
import { Draft } from './draft.ts';
import { resolveIssues } from './resolve.ts';
import type { Session } from './session.ts';

/** An issue with its direct neighbours. */
export interface IssueDetail {
  readonly row: Row;
  /** The dependencies that are not satisfied. */
  readonly blockedBy: readonly Row[];
  /** All dependencies that are there. */
  readonly needs: readonly Row[];
  readonly blocks: readonly Row[];
  readonly gates: GateRegistry;
}

/** Issues in full, in the order asked for. */
export const showIssues = (session: Session, ids: readonly string[]): Promise<readonly IssueDetail[]> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const details: IssueDetail[] = [];
    for (const issue of await resolveIssues(view, ids)) {
      const row = await rowOf(draft, issue);
      const needs = await rowsOf(draft, issue.dependencies);
      const blockedBy = needs.filter((need) => row.blockedBy.includes(need.issue.id));
      const blocks = await rowsOf(draft, await view.dependents(issue.id));
      details.push({ row, blockedBy, needs, blocks, gates: draft.gates });
    }
    return details;
  });
