import { assign, release } from '../domain/claim.ts';
import { type Changed, changeIssues } from './change.ts';
import { withComment } from './comment.ts';
import type { Session } from './session.ts';

/** Sets the assignee (`{type}:{identifier}`) of issues without claiming them; null takes it away. */
export const assignIssues = (
  session: Session,
  ids: readonly string[],
  assignee: string | null,
  force = false,
): Promise<Changed> =>
  changeIssues(session, ids, (issue, facts) => assign(issue, facts, assignee), { force });

export interface ReleaseInput {
  /** Hands the issue over to this one, `{type}:{identifier}`. */
  readonly to: string | null;
  readonly comment: string | null;
  readonly force: boolean;
}

/** Gives claimed issues back. */
export const releaseIssues = (
  session: Session,
  ids: readonly string[],
  input: ReleaseInput,
): Promise<Changed> =>
  changeIssues(
    session,
    ids,
    (issue, facts) =>
      withComment(session, issue, facts, input.comment, (current) => release(current, facts, input.to)),
    { force: input.force },
  );
