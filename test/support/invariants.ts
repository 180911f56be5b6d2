import { expect } from 'vitest';
import { isTombstone } from '../../src/domain/canonical-json.ts';
import type { Event, GateRegistry, Issue, Tombstone } from '../../src/domain/issue.ts';
import { replay } from '../../src/domain/replay.ts';
import { wholeRows } from '../../src/operations/rows.ts';
import { validateStore } from '../../src/operations/validate.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestSession } from './session.ts';

/** All that a store holds, as plain data. */
export interface Contents {
  readonly issues: readonly Issue[];
  readonly tombstones: readonly Tombstone[];
  readonly gates: GateRegistry;
  readonly events: readonly Event[];
}

/** Reads all of a store. */
export const contentsOf = (store: Store): Promise<Contents> =>
  store.read(async (view) => {
    const { rows } = await view.select({ where: { op: 'all' }, sort: ['id'] });
    const events: Event[] = [];
    for await (const event of view.events({})) events.push(event);
    const read = {
      issues: (await wholeRows(view, rows)).map(({ issue }) => issue),
      tombstones: await view.tombstones(),
    };
    return structuredClone({ ...read, gates: await view.gates(), events });
  });

// From which states to which an event may lead; any other event changes no state.
const STATE_CHANGES: Readonly<Record<string, readonly string[]>> = {
  'issue.created': ['null→ready', 'null→backlog'],
  'issue.ready': ['backlog→ready'],
  'issue.blocked': ['ready→backlog'],
  'issue.claimed': ['ready→in_progress', 'backlog→in_progress'],
  'issue.released': ['in_progress→ready'],
  'issue.gated': ['in_progress→gated'],
  'lease.expired': ['in_progress→ready', 'in_progress→backlog'],
  'issue.completed': ['in_progress→done', 'gated→done'],
  'issue.reopened': ['done→ready', 'archived→ready'],
  'issue.archived': ['backlog', 'ready', 'in_progress', 'gated', 'done'].map((state) => `${state}→archived`),
  'issue.deleted': ['backlog', 'ready', 'in_progress', 'gated', 'done', 'archived'].map((s) => `${s}→null`),
  'gate.failed': ['gated→in_progress', 'gated→ready'],
};

// Events that always change the state.
const ALWAYS = [
  'issue.created',
  'issue.ready',
  'issue.blocked',
  'issue.claimed',
  'issue.released',
  'issue.gated',
];

/** What must hold of one transaction: `before` and `after` are the contents around it, `now` its time. */
export function checkTransaction(before: Contents, after: Contents, now: string, refused: boolean): void {
  const added = after.events.slice(before.events.length);
  expect(after.events.slice(0, before.events.length)).toEqual(before.events);
  // Whoever asks for work ends the claims that are overdue, whether or not there is work then.
  const ends = added.length > 0 && added.every(({ event }) => event === 'lease.expired');
  if (refused && !ends) expect(after).toEqual(before);
  if (added.length === 0) expect(after.issues).toEqual(before.issues);
  for (const { event, changes } of added) checkStateChange(event, changes.state);
  const old = new Map(before.issues.map((issue) => [issue.id, issue]));
  for (const issue of after.issues) {
    const events = added.filter(({ id }) => id === issue.id);
    const derivedOnly = events.every(({ event }) => event === 'issue.ready' || event === 'issue.blocked');
    expect(issue.updated_at).toBe(derivedOnly ? old.get(issue.id)?.updated_at : now);
    if (events.length === 0) expect(issue).toEqual(old.get(issue.id));
  }
}

function checkStateChange(event: string, change: readonly [unknown, unknown] | undefined): void {
  if (change !== undefined) expect(STATE_CHANGES[event] ?? []).toContain(`${change[0]}→${change[1]}`);
  else expect(ALWAYS).not.toContain(event);
}

/** What must hold of a store at any time, worked out anew from the files alone. */
export async function checkStore(session: TestSession, contents: Contents): Promise<void> {
  const now = session.clock.now();
  const byId = new Map(contents.issues.map((issue) => [issue.id, issue]));
  const lapsed = new Set(
    contents.issues.filter(({ hold }) => hold?.until !== undefined && hold.until <= now).map(({ id }) => id),
  );
  const { problems, valid } = await validateStore(session);
  expect(valid).toBe(true);
  // That a hold lapsed is written down by the next change of the issue.
  expect(problems.filter(({ id, code }) => !(code === 'stale-state' && lapsed.has(id!)))).toEqual([]);
  for (const issue of contents.issues) checkIssue(issue, byId, contents.gates, lapsed.has(issue.id));
  checkReplay(contents);
  await checkRows(session.store, byId, lapsed);
}

function checkIssue(
  issue: Issue,
  byId: ReadonlyMap<string, Issue>,
  gates: GateRegistry,
  lapsed: boolean,
): void {
  const { state } = issue;
  const open = state !== 'done' && state !== 'archived';
  const passed = (key: string) => issue.gates_status[key]?.status === 'passed';
  for (const id of issue.dependencies) expect(byId.has(id)).toBe(true);
  for (const { target } of issue.links)
    expect([byId.has(target), target === issue.id]).toEqual([true, false]);
  if (open) for (const key of issue.gates_required) expect(Object.hasOwn(gates, key)).toBe(true);
  if (state === 'done') expect(issue.gates_required.every(passed)).toBe(true);
  expect(state === 'done' || state === 'archived' || issue.completed_at === null).toBe(true);
  if (state === 'done') expect([issue.completed_at !== null, issue.resolution]).toEqual([true, 'completed']);
  if (state === 'in_progress') expect(issue.assignee).not.toBeNull();
  const blocked = issue.dependencies.some((id) => byId.get(id)?.completed_at == null);
  if (state === 'ready' && issue.hold !== null) expect(lapsed).toBe(true);
  if (state === 'ready') expect(blocked).toBe(false);
  if (state === 'backlog') expect(blocked || issue.hold !== null).toBe(true);
  if (state === 'gated') expect(blocked || !issue.gates_required.every(passed)).toBe(true);
}

function checkReplay({ issues, tombstones, events }: Contents): void {
  const replayed = replay(events);
  for (const stored of [...issues, ...tombstones]) {
    const { image, broken, unknown } = replayed.get(stored.id)!;
    expect({ image, broken, unknown }).toEqual({ image: stored, broken: [], unknown: [] });
  }
  const last = new Map(events.map((event) => [event.id, event]));
  const there = new Set([...issues, ...tombstones].map(({ id }) => id));
  for (const [id, { image }] of replayed)
    if (!there.has(id)) expect([isTombstone(image), last.get(id)!.event]).toEqual([true, 'issue.deleted']);
}

async function checkRows(
  store: Store,
  byId: ReadonlyMap<string, Issue>,
  lapsed: ReadonlySet<string>,
): Promise<void> {
  const { rows } = await store.read((view) => view.select({ where: { op: 'all' } }));
  for (const { issue, state, blockedBy } of rows) {
    const open = issue.dependencies.filter((id) => byId.get(id)?.completed_at == null);
    expect(blockedBy).toEqual(open);
    const waits = open.length > 0 || (issue.hold !== null && !lapsed.has(issue.id));
    const derived = issue.state === 'backlog' || issue.state === 'ready';
    expect(state).toBe(derived ? (waits ? 'backlog' : 'ready') : issue.state);
  }
}
