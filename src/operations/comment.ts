import { addComment } from '../domain/edit.ts';
import type { Issue } from '../domain/issue.ts';
import type { Facts, Step } from '../domain/transition.ts';
import { type Changed, changeIssues } from './change.ts';
import type { Session } from './session.ts';

/** Adds a comment to issues. */
export const commentIssues = (session: Session, ids: readonly string[], body: string): Promise<Changed> =>
  changeIssues(session, ids, (issue, facts) => addComment(issue, session.newId(), body, facts));

/** The steps of a verb, with a comment before it when one is given. */
export function withComment(
  session: Session,
  issue: Issue,
  facts: Facts,
  body: string | null,
  verb: (issue: Issue) => readonly Step[],
): readonly Step[] {
  if (body === null) return verb(issue);
  const comment = addComment(issue, session.newId(), body, facts);
  return [...comment, ...verb(comment.at(-1)!.after as Issue)];
}
