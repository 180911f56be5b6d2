import { formatIssue } from '../domain/canonical-json.ts';
import type { Issue } from '../domain/issue.ts';
import type { Session } from './session.ts';

/** Changes whenever the issue's file does: 16 hexadecimal digits. */
export const revisionOf = (session: Pick<Session, 'digest'>, issue: Issue): string =>
  session.digest(formatIssue(issue)).slice(0, 16);
