import { JitError } from '../domain/errors.ts';
import type { Issue, IssueBrief, IssueHead } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { type DependencyOf, deriveState, openDependencies } from '../domain/readiness.ts';
import type { View } from '../store/store.ts';

/** Where issues are looked up: a view, or what a transaction has decided so far. */
export interface Lookup {
  /** UTC, RFC 3339. */
  readonly now: string;
  /** An issue, or undefined where there is none or its file cannot be read: the view reports the file. */
  readable(id: string): Promise<Issue | undefined>;
}

/** Looks issues up in a view. */
export const lookupIn = (view: View, now: string): Lookup => ({
  now,
  async readable(id) {
    try {
      return await view.get(id);
    } catch (error) {
      if (error instanceof JitError && error.code === 'CORRUPT_FILE') return undefined;
      throw error;
    }
  },
});

/** The dependencies of an issue, to be looked up without waiting. Those that cannot be read count as not satisfied. */
export async function dependenciesOf(
  lookup: Lookup,
  issue: Pick<IssueHead, 'dependencies'>,
): Promise<DependencyOf<Issue>> {
  const found = new Map<string, Issue>();
  for (const id of issue.dependencies) {
    const dependency = await lookup.readable(id);
    if (dependency !== undefined) found.set(id, dependency);
  }
  return (id) => found.get(id);
}

/** Issues as queries see them; those that are gone, or whose files cannot be read, are left out. */
export async function rowsOf(lookup: Lookup, ids: readonly string[]): Promise<readonly Row<Issue>[]> {
  const rows: Row<Issue>[] = [];
  for (const id of ids) {
    const issue = await lookup.readable(id);
    if (issue !== undefined) rows.push(await rowOf(lookup, issue));
  }
  return rows;
}

/** The same rows with all that their issues have. Throws CORRUPT_FILE for a file that was damaged since the query. */
export async function wholeRows(
  view: View,
  rows: readonly Row<IssueBrief>[],
): Promise<readonly Row<Issue>[]> {
  const whole: Row<Issue>[] = [];
  for (const row of rows) {
    const issue = await view.get(row.issue.id);
    if (issue !== undefined) whole.push({ ...row, issue });
  }
  return whole;
}

/** An issue as queries see it. */
export async function rowOf(lookup: Lookup, issue: Issue): Promise<Row<Issue>> {
  const dependencyOf = await dependenciesOf(lookup, issue);
  return {
    issue,
    state: deriveState(issue, dependencyOf, lookup.now),
    blockedBy: openDependencies(issue, dependencyOf),
  };
}
