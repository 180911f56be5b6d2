import type { Issue, IssueBrief } from '../domain/issue.ts';
import type { Query, Selection } from '../domain/query.ts';
import type { View } from '../store/store.ts';
import { wholeRows } from './rows.ts';
import type { Session } from './session.ts';

/** Chooses issues of a view. */
export type Choose = (view: View) => Promise<Selection<IssueBrief>>;

/** Chooses what a query selects. */
export const byQuery =
  (query: Query): Choose =>
  (view) =>
    view.list(query);

/** The issues that are chosen, as far as lists show them. */
export const listIssues = (session: Session, choose: Choose): Promise<Selection<IssueBrief>> =>
  session.store.read(choose);

/** The same with all their fields. */
export const listWholeIssues = (session: Session, choose: Choose): Promise<Selection<Issue>> =>
  session.store.read(async (view) => {
    const selection = await choose(view);
    return { ...selection, rows: await wholeRows(view, selection.rows) };
  });
