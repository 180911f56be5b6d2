import { reopen } from '../domain/lifecycle.ts';
import { type Changed, changeIssues } from './change.ts';
import { withComment } from './comment.ts';
import type { Session } from './session.ts';

/** Makes done or archived issues open again. */
export const reopenIssues = (
  session: Session,
  ids: readonly string[],
  comment: string | null,
): Promise<Changed> =>
  changeIssues(session, ids, (issue, facts) =>
    withComment(session, issue, facts, comment, (current) => reopen(current, facts)),
  );
