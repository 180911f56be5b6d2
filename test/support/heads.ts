import { HEAD_KEYS } from '../../src/domain/canonical-json.ts';
import type { IssueHead } from '../../src/domain/issue.ts';
import type { Selection } from '../../src/domain/query.ts';

/** What every store tells of an issue that a query found. Some tell more. */
export const headOf = (issue: IssueHead): IssueHead =>
  Object.fromEntries(HEAD_KEYS.map((key) => [key, issue[key]])) as unknown as IssueHead;

/** A selection with no more than heads. */
export const headsIn = ({ rows, total }: Selection): Selection => ({
  rows: rows.map(({ issue, state, blockedBy }) => ({ issue: headOf(issue), state, blockedBy })),
  total,
});
