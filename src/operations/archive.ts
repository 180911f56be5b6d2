import { type Issue, isOpen, type Resolution } from '../domain/issue.ts';
import { archive, detach, remove } from '../domain/lifecycle.ts';
import type { Row } from '../domain/query.ts';
import { type Changed, changeIssues, forEachRefusing } from './change.ts';
import { withComment } from './comment.ts';
import { Draft } from './draft.ts';
import { checkFence, checkKnowledge } from './fence.ts';
import { resolveIssue, resolveIssues } from './resolve.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { transact } from './transact.ts';

export interface ArchiveInput {
  readonly resolution: Resolution;
  readonly duplicateOf: string | null;
  /** Remove the dependencies of open issues on an unfinished one. */
  readonly detach: boolean;
  readonly comment: string | null;
  readonly force: boolean;
}

/** Puts issues away, with the reason why they were not finished. */
export const archiveIssues = (
  session: Session,
  ids: readonly string[],
  input: ArchiveInput,
): Promise<Changed> =>
  changeIssues(
    session,
    ids,
    async (issue, facts, draft) => {
      const duplicateOf =
        input.duplicateOf === null ? null : (await resolveIssue(draft.view, input.duplicateOf)).id;
      const together = new Set((await resolveIssues(draft.view, ids)).map(({ id }) => id));
      const users =
        issue.completed_at === null
          ? (await draft.allDependents(issue.id)).filter((user) => isOpen(user) && !together.has(user.id))
          : [];
      const neededBy = input.detach ? [] : users;
      const archived = { resolution: input.resolution, duplicateOf, neededBy };
      const steps = withComment(session, issue, facts, input.comment, (current) =>
        archive(current, facts, archived),
      );
      if (input.detach) await detachAll(draft, users, issue.id);
      return steps;
    },
    { force: input.force },
  );

async function detachAll(draft: Draft, users: readonly Issue[], id: string): Promise<void> {
  for (const user of users) await draft.apply(user, detach(user, id, await draft.facts(user)));
}

/** What deleting would do, before it is done. */
export interface Deletion {
  readonly deleted: readonly { readonly id: string; readonly title: string }[];
  /** Issues that named one of them, and do so no longer. */
  readonly detached: readonly Row[];
}

/** Replaces issues by tombstones. With `apply` false it only says what would happen. */
export function deleteIssues(
  session: Session,
  ids: readonly string[],
  input: { readonly detach: boolean; readonly force: boolean; readonly apply: boolean },
): Promise<Deletion> {
  const decide = async (draft: Draft): Promise<Deletion> => {
    const issues = await resolveIssues(draft.view, ids);
    checkFence(session.fence, issues.length);
    const doomed = new Set(issues.map(({ id }) => id));
    const detached = new Set<string>();
    await forEachRefusing(issues, async ({ id }) => {
      const users = (await issuesNaming(draft, id)).filter((user) => !doomed.has(user.id));
      if (input.detach) {
        await detachAll(draft, users, id);
        for (const user of users) detached.add(user.id);
      }
      const issue = (await draft.get(id))!;
      await checkKnowledge(draft, issue, session);
      await draft.apply(issue, remove(issue, await draft.facts(issue), input.detach ? [] : users));
    });
    await draft.settle();
    return {
      deleted: issues.map(({ id, title }) => ({ id, title })),
      detached: await rowsOf(draft, [...detached]),
    };
  };
  if (!input.apply)
    return session.store.read(async (view) => decide(await Draft.open(session, view, input.force)));
  return transact(session, decide, { force: input.force });
}

async function issuesNaming(draft: Draft, id: string): Promise<readonly Issue[]> {
  const ids = new Set((await draft.allDependents(id)).map((dependent) => dependent.id));
  const linking = await draft.view.select({ where: { op: 'links-to', id } });
  for (const { issue } of linking.rows) ids.add(issue.id);
  for (const changed of draft.issues()) ids.add(changed.id);
  const named: Issue[] = [];
  for (const other of [...ids].sort()) {
    const current = await draft.get(other);
    const names = current?.dependencies.includes(id) || current?.links.some(({ target }) => target === id);
    if (names === true && current !== undefined && current.id !== id) named.push(current);
  }
  return named;
}
