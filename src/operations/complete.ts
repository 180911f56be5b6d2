import { complete } from '../domain/complete.ts';
import type { JitError } from '../domain/errors.ts';
import type { Filter, Row } from '../domain/query.ts';
import { finishReasons, type Reason } from '../domain/readiness.ts';
import { type Changed, changeIn, outcome } from './change.ts';
import { type Claimed, claimIn, findNext, nothingReady } from './claim.ts';
import { withComment } from './comment.ts';
import { Draft } from './draft.ts';
import type { Session } from './session.ts';

export interface CompleteInput {
  readonly comment: string | null;
  readonly force: boolean;
}

/** What completing came to, issue by issue. */
export interface Completed extends Changed {
  readonly completions: readonly {
    readonly row: Row;
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
  return session.store.transact(async (view) => {
    const draft = await Draft.open(session, view, input.force);
    return draft.plan(await completeIn(session, draft, ids, input));
  });
}

export interface CompletedAndNext extends Completed {
  /** The next claim, which `becameReady` leaves out; null when nothing was ready. */
  readonly next: Claimed | null;
  /** Why there is no next: NOTHING_READY with counts, or ALL_DONE; null where there is one, or none was asked for. */
  readonly noNext: JitError | null;
}

/** Completes issues and claims the next one for the actor, in one transaction. */
export function completeAndClaimNext(
  session: Session,
  ids: readonly string[],
  input: CompleteInput & { readonly filter: Filter | null },
): Promise<CompletedAndNext> {
  return session.store.transact<CompletedAndNext>(async (view) => {
    const draft = await Draft.open(session, view, input.force);
    const completed = await completeIn(session, draft, ids, input);
    const next = await findNext(draft, session.actor, { filter: input.filter, resume: false });
    if (next === null) {
      return draft.plan({
        ...completed,
        next,
        noNext: await nothingReady(draft, session.actor, input.filter),
      });
    }
    // What is taken at once is not ready for anybody else.
    const becameReady = completed.becameReady.filter(({ issue }) => issue.id !== next.id);
    return draft.plan({ ...completed, becameReady, next: await claimIn(draft, next), noNext: null });
  });
}

async function completeIn(
  session: Session,
  draft: Draft,
  ids: readonly string[],
  { comment }: CompleteInput,
): Promise<Completed> {
  const named = await changeIn(draft, ids, (issue, facts) =>
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
