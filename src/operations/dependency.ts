import { addDependencies, removeDependencies } from '../domain/dependency.ts';
import type { Row } from '../domain/query.ts';
import { type Changed, changeIn, changeIssues, outcome } from './change.ts';
import { Draft } from './draft.ts';
import { resolveIssue, resolveIssues } from './resolve.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { transact } from './transact.ts';

/** Makes an issue need others. Throws CYCLE with the path. */
export const addIssueDependencies = (session: Session, id: string, on: readonly string[]): Promise<Changed> =>
  changeIssues(session, [id], async (issue, facts, draft) => {
    const dependencies = await resolveIssues(draft.view, on);
    const graph = await draft.graph({ from: dependencies.map(({ id }) => id) });
    return addDependencies(issue, dependencies, graph, facts);
  });

/** Makes an issue no longer need others; ids of issues that are gone are taken in full. */
export const removeIssueDependencies = (
  session: Session,
  id: string,
  on: readonly string[],
): Promise<Changed> =>
  transact(session, async (draft) => {
    const named = await changeIn(session, draft, [id], async (issue, facts) => {
      const ids: string[] = [];
      for (const text of on) {
        const known = issue.dependencies.find((dependency) => dependency === text.toUpperCase());
        ids.push(known ?? (await resolveIssue(draft.view, text)).id);
      }
      return removeDependencies(issue, ids, facts);
    });
    return outcome(draft, named);
  });

/** What an issue needs, and what needs it. */
export interface Neighbours {
  readonly row: Row;
  readonly needs: readonly Row[];
  readonly neededBy: readonly Row[];
  /** Ids of dependencies that are not there. */
  readonly missing: readonly string[];
}

/** The direct neighbours of an issue in the graph. */
export const listDependencies = (session: Session, id: string): Promise<Neighbours> =>
  session.store.read(async (view) => {
    const draft = Draft.withoutGates(session, view);
    const issue = await resolveIssue(view, id);
    const [row] = await rowsOf(draft, [issue.id]);
    const needs = await rowsOf(draft, issue.dependencies);
    const neededBy = await rowsOf(draft, await view.dependents(issue.id));
    const found = new Set(needs.map((need) => need.issue.id));
    return { row: row!, needs, neededBy, missing: issue.dependencies.filter((other) => !found.has(other)) };
  });
