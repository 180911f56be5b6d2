import { isTombstone } from '../../domain/canonical-json.ts';
import { diagnoseClaims } from '../../domain/check/claims.ts';
import { diagnoseComments } from '../../domain/check/comments.ts';
import { diagnoseGone, diagnoseHistory, isBehind } from '../../domain/check/log.ts';
import type { Problem } from '../../domain/problem.ts';
import { replayIssue } from '../../domain/replay.ts';
import type { IssueRecord } from '../../store/store.ts';

export { EMPTY_LOG } from '../../domain/check/log.ts';

/** What is wrong with an issue by itself, and beside its events. */
export interface CloseFindings {
  readonly claims: readonly Problem[];
  readonly comments: readonly Problem[];
  /** Where the log does not tell what the file says. */
  readonly untold: readonly Problem[];
  /** It has no file. */
  readonly gone: readonly Problem[];
  /** Its file tells of a later change than the log. */
  readonly isBehind: boolean;
}

const NOTHING: CloseFindings = { claims: [], comments: [], untold: [], gone: [], isBehind: false };

/** Rebuilds an issue from its events, and compares. `digest`: hex SHA-256 of a text. */
export function lookClosely(
  id: string,
  { image, events }: IssueRecord,
  digest: (text: string) => string,
): CloseFindings {
  const history = events.length === 0 ? undefined : replayIssue(id, events);
  if (image === undefined) return { ...NOTHING, gone: diagnoseGone(id, history!) };
  const untold = diagnoseHistory(image, history, digest);
  return {
    ...NOTHING,
    comments: diagnoseComments(image, history),
    untold,
    isBehind: untold.length > 0 && isBehind(image, history),
    claims: isTombstone(image) || history === undefined ? [] : diagnoseClaims(image, history),
  };
}
