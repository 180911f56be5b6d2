import type { Hold } from '../domain/issue.ts';
import { liftHold, putOnHold } from '../domain/lifecycle.ts';
import { type Changed, changeIssues } from './change.ts';
import type { Session } from './session.ts';

/** Keeps issues from being started, whatever their dependencies say. */
export const holdIssues = (session: Session, ids: readonly string[], hold: Hold): Promise<Changed> =>
  changeIssues(session, ids, (issue, facts) => putOnHold(issue, hold, facts));

export const unholdIssues = (session: Session, ids: readonly string[]): Promise<Changed> =>
  changeIssues(session, ids, (issue, facts) => liftHold(issue, facts));
