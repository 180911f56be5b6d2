import { complete } from '../domain/complete.ts';
import { JitError } from '../domain/errors.ts';
import type { Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { finishReasons, type Reason } from '../domain/readiness.ts';
import { type Changed, changeIn, outcome } from './change.ts';
import type { Claimed } from './claim.ts';
import { type ClaimNextInput, claimNext } from './claim-next.ts';
import { withComment } from './comment.ts';
import type { Draft } from './draft.ts';
import { wantsFinish, withLeases } from './holding.ts';
import { NO_FENCE, type Session } from './session.ts';
import { transact } from './transact.ts';

export interface CompleteInput {
  readonly comment: string | null;
  readonly force: boolean;
}

/** What completing came to, issue by issue. */
export interface Completed extends Changed {
  readonly completions: readonly {
    readonly row: Row<Issue>;
    readonly outcome: 'done' | 'gated';
    /** What still stands before `done`. */
    readonly missing: readonly Reason[];
  }[];
}

/** Declares issues finished: done, or gated while something is missing. */
export async function completeIssues(
  session: Session,
  ids: readonly string[],
  input: CompleteInput,
): Promise<Completed> {
  const { force } = input;
  const complete = (session: Session): Promise<Completed> =>
    transact(session, (draft) => completeIn(session, draft, ids, input), { force });
  return withLeases(session, ids, wantsFinish, complete, force);
}

export interface CompletedAndNext extends Completed {
  /** The next claim, which `becameReady` leaves out; null when nothing was ready. */
  readonly next: Claimed | null;
  /** Why there is no next: NOTHING_READY with counts, ALL_DONE, or what went wrong; null where there is one, or none was asked for. */
  readonly noNext: JitError | null;
}

/** Completes issues, and then claims the next one for the actor. That there is none takes nothing back. */
export async function completeAndClaimNext(
  session: Session,
  ids: readonly string[],
  input: CompleteInput & Omit<ClaimNextInput, 'resume'>,
): Promise<CompletedAndNext> {
  const completed = await completeIssues(session, ids, input);
  try {
    // What the environment says to know is about the issue that was completed.
    const next = await claimNext({ ...session, fence: NO_FENCE }, { ...input, resume: false });
    // What is taken at once is not ready for anybody else.
    const becameReady = completed.becameReady.filter(({ issue }) => issue.id !== next.row.issue.id);
    return { ...completed, becameReady, next, noNext: null };
  } catch (error) {
    if (!(error instanceof JitError)) throw error;
    return { ...completed, next: null, noNext: error };
  }
}

async function completeIn(
  session: Session,
  draft: Draft,
  ids: readonly string[],
  { comment }: CompleteInput,
): Promise<Completed> {
  const named = await changeIn(session, draft, ids, (issue, facts) =>
    withComment(session, issue, facts, comment, (current) => complete(current, facts).steps),
  );
  const changed = await outcome(draft, named);
  const completions: Completed['completions'][number][] = [];
  for (const row of changed.rows) {
    const done = row.issue.state === 'done';
    const missing = done ? [] : finishReasons(row.issue, await draft.dependencies(row.issue), draft.gates);
    completions.push({ row, outcome: done ? 'done' : 'gated', missing });
  }
  return { ...changed, completions };
}
