import type { Event, Issue } from '../../src/domain/issue.ts';
import { completeIssues } from '../../src/operations/complete.ts';
import { type CreateInput, createIssue } from '../../src/operations/create.ts';
import { contentsOf } from './invariants.ts';
import type { TestSession } from './session.ts';

/** Creates an issue; what is not given is empty. Returns its id. */
export async function create(session: TestSession, fields: Partial<CreateInput> = {}): Promise<string> {
  const nothing = { needs: [], blocks: [], parent: null, discoveredFrom: null, gates: [], hold: null };
  const { issue } = await createIssue(session, { title: 'work', ...nothing, assignee: null, ...fields });
  return issue.id;
}

/** The stored issue. Throws where there is none. */
export async function stored(session: TestSession, id: string): Promise<Issue> {
  const issue = await session.store.read((view) => view.get(id));
  if (issue === undefined) throw new Error(`no issue ${id}`);
  return issue;
}

export const complete = (session: TestSession, ...ids: string[]) =>
  completeIssues(session, ids, { comment: null, force: false });

/** What an operation added to the log. */
export async function eventsOf(session: TestSession, act: () => Promise<unknown>): Promise<readonly Event[]> {
  const before = (await contentsOf(session.store)).events.length;
  await act();
  return (await contentsOf(session.store)).events.slice(before);
}

/** The same as `event id`, with the ids by the names they have in the test. */
export const named = (
  events: readonly Event[],
  names: Readonly<Record<string, string>>,
): readonly string[] => {
  const nameOf = new Map(Object.entries(names).map(([name, id]) => [id, name]));
  return events.map(({ event, id }) => `${event} ${id === null ? 'store' : (nameOf.get(id) ?? id)}`);
};
