import { HEAD_KEYS } from '../../src/domain/canonical-json.ts';
import type { IssueBrief, IssueHead } from '../../src/domain/issue.ts';
import type { Selection } from '../../src/domain/query.ts';

/** What every store tells of an issue that a query found. Some tell more. */
export const headOf = (issue: IssueHead): IssueHead =>
  Object.fromEntries(HEAD_KEYS.map((key) => [key, issue[key]])) as unknown as IssueHead;

/** What every store tells of an issue that a list shows. */
export const briefOf = (issue: IssueBrief): IssueBrief => {
  const { id, title, state, priority, assignee, claim_epoch, labels } = issue;
  return { id, title, state, priority, assignee, claim_epoch, labels };
};

/** A selection with no more than lists show. */
export const briefsIn = ({ rows, total }: Selection<IssueBrief>): Selection<IssueBrief> => ({
  rows: rows.map(({ issue, state, blockedBy }) => ({ issue: briefOf(issue), state, blockedBy })),
  total,
});

/** A selection with no more than heads. */
export const headsIn = ({ rows, total }: Selection): Selection => ({
  rows: rows.map(({ issue, state, blockedBy }) => ({ issue: headOf(issue), state, blockedBy })),
  total,
});
