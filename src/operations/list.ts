import type { Query, Selection } from '../domain/query.ts';
import type { Session } from './session.ts';

/** The issues that a query selects. */
export const listIssues = (session: Session, query: Query): Promise<Selection> =>
  session.store.read((view) => view.select(query));
