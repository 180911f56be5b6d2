import { JitError } from '../domain/errors.ts';
import type { Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import type { Facts, Step } from '../domain/transition.ts';
import type { Draft } from './draft.ts';
import { checkFence, checkKnowledge } from './fence.ts';
import { inOneTurn } from './in-one-turn.ts';
import { resolveIssues } from './resolve.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { transact } from './transact.ts';

/** What a change of issues came to. */
export interface Changed {
  /** The issues that were named, afterwards, in the order given. */
  readonly rows: readonly Row<Issue>[];
  /** Issues that this made ready. */
  readonly becameReady: readonly Row[];
  /** Whether anything changed at all. */
  readonly changed: boolean;
}

type Decide = (issue: Issue, facts: Facts, draft: Draft) => readonly Step[] | Promise<readonly Step[]>;

/** Does the same to several issues in one transaction: all of them, or none. `caughtUp`: what other clones did is known. */
export function changeIssues(
  session: Session,
  ids: readonly string[],
  decide: Decide,
  options: { readonly force?: boolean; readonly caughtUp?: boolean } = {},
): Promise<Changed> {
  const change = (session: Session): Promise<Changed> =>
    transact(session, async (draft) => outcome(draft, await changeIn(session, draft, ids, decide)), options);
  return options.caughtUp === true ? change(session) : inOneTurn(session, ids, change);
}

/**
 * Does the same to several issues within a transaction. Every refusal is reported, not only the first.
 * Returns the issues that were named, as they were before.
 */
export async function changeIn(
  session: Session,
  draft: Draft,
  ids: readonly string[],
  decide: Decide,
): Promise<readonly Issue[]> {
  const issues = await resolveIssues(draft.view, ids);
  checkFence(session.fence, issues.length);
  await draft.lookAtLeases(issues.map(({ id }) => id));
  await forEachRefusing(issues, async (named) => {
    const issue = (await draft.get(named.id)) ?? named;
    await checkKnowledge(draft, issue, session);
    await draft.apply(issue, await decide(issue, await draft.facts(issue), draft));
  });
  return issues;
}

/** Settles the draft and describes what became of the issues that were named. */
export async function outcome(draft: Draft, issues: readonly Issue[]): Promise<Changed> {
  const becameReady = await draft.settle();
  const rows = await rowsOf(
    draft,
    issues.map(({ id }) => id),
  );
  const named = new Set(issues.map(({ id }) => id));
  return {
    rows,
    becameReady: await rowsOf(
      draft,
      becameReady.filter((id) => !named.has(id)),
    ),
    changed: draft.changed,
  };
}

/** Does something to each item, and at the end throws one error that names every refusal. */
export async function forEachRefusing<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
): Promise<void> {
  const refusals: JitError[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      if (!(error instanceof JitError) || items.length === 1) throw error;
      refusals.push(error);
    }
  }
  const [first] = refusals;
  if (first === undefined) return;
  throw new JitError(
    first.code,
    `${refusals.length} of ${items.length} are refused, so nothing was done: ${refusals.map((r) => r.message).join('; ')}`,
    {
      details: {
        reasons: refusals.flatMap(({ details }) => details.reasons ?? []),
        refusals: refusals.map(({ code, message, details, hint }) => ({ code, message, details, hint })),
      },
      ...(first.hint === null ? {} : { hint: first.hint }),
    },
  );
}
