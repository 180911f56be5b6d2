import { describe, expect, test } from 'vitest';
import type { Event, Issue, Tombstone } from '../../src/domain/issue.ts';
import { deleteIssues } from '../../src/operations/archive.ts';
import { collectGarbage } from '../../src/operations/gc.ts';
import { fixStore, validateStore } from '../../src/operations/validate.ts';
import { contentsOf } from '../support/invariants.ts';
import { GATES, idOf } from '../support/issues.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { complete, create, eventsOf, named } from '../support/work.ts';

const start = () => startSession({ content: { gates: GATES } });
const codes = async (session: TestSession) => (await validateStore(session)).problems.map(({ code }) => code);

/** The same store after somebody edited it by hand, or git merged it. */
async function edited(
  session: TestSession,
  edit: (contents: { issues: Issue[]; events: Event[]; tombstones: readonly Tombstone[] }) => void,
): Promise<TestSession> {
  const { issues, tombstones, gates, events } = await contentsOf(session.store);
  const contents = { issues: [...issues], events: [...events], tombstones };
  edit(contents);
  const content = { issues: [...contents.issues, ...tombstones], gates, events: contents.events };
  return startSession({ content, newId: session.newId, clock: session.clock });
}

describe('validate', () => {
  test('finds nothing in what jit wrote', async () => {
    const session = start();
    const a = await create(session);
    await create(session, { needs: [a], parent: a, gates: ['tests'] });
    await complete(session, a);
    expect(await validateStore(session)).toEqual({
      valid: true,
      problems: [],
      behind: [],
      fixed: [],
      issues: 2,
      events: 5,
    });
  });

  test('names an edit by hand, by its field; that is a warning', async () => {
    const session = start();
    await create(session);
    const by = await edited(session, ({ issues }) => {
      issues[0] = { ...issues[0]!, priority: 'high' };
    });
    expect(await validateStore(by)).toMatchObject({
      valid: true,
      problems: [{ code: 'edited-outside', severity: 'warning', path: '/priority' }],
    });
  });

  test('tells which issues were changed after what the log has of them: not those that were edited by hand', async () => {
    const session = start();
    const [known, done, edits, gone] = [
      await create(session),
      await create(session),
      await create(session),
      await create(session),
    ];
    const { events: before } = await contentsOf(session.store);
    session.clock.forward(1_000);
    await complete(session, done);
    await deleteIssues(session, [gone], { detach: false, force: false, apply: true });
    const later = await create(session);
    const older = await edited(session, ({ issues, events }) => {
      events.splice(0, events.length, ...before);
      const at = issues.findIndex(({ id }) => id === edits);
      issues[at] = { ...issues[at]!, priority: 'high' };
    });
    const { problems, behind } = await validateStore(older);
    expect([...behind].sort()).toEqual([done, gone, later].sort());
    expect(problems.map(({ id }) => id).sort()).toEqual([done, edits, gone, later].sort());
    expect(problems).not.toContainEqual(expect.objectContaining({ id: known }));
    const empty = await edited(session, ({ events }) => events.splice(0));
    expect((await validateStore(empty)).problems.map(({ code }) => code)).toEqual(['empty-log']);
  });

  test('names an empty log, an issue without events, and a history with gaps; a fork is none', async () => {
    const session = start();
    const a = await create(session);
    await complete(session, a);
    expect(await codes(await edited(session, ({ events }) => events.splice(0)))).toEqual(['empty-log']);
    await create(session);
    const forgotten = await edited(session, ({ events }) => events.splice(0, events.length - 1));
    expect(await codes(forgotten)).toEqual(['no-events']);
    const last = (events: readonly Event[]) => events.findLast(({ id }) => id === a)!;
    const fork = await edited(session, ({ events }) => {
      events.push({ ...last(events), eid: idOf(77), event: 'issue.updated', changes: {} });
    });
    expect(await codes(fork)).toEqual([]);
    const gap = await edited(session, ({ events }) => {
      events.push({ ...last(events), eid: idOf(77), prev: idOf(78), changes: {} });
    });
    expect(await codes(gap)).toEqual(['broken-history']);
  });

  test('a hold that lapsed leaves a stale state: a warning, which --fix mends', async () => {
    const session = start();
    await create(session, { hold: { reason: 'x', until: session.clock.ago(-1000) } });
    session.clock.forward(1000);
    expect(await validateStore(session)).toMatchObject({
      valid: true,
      problems: [{ code: 'stale-state', severity: 'warning' }],
    });
    const events = await eventsOf(session, () => fixStore(session, true));
    expect(events.map(({ event }) => event)).toEqual(['issue.ready']);
    expect(await codes(session)).toEqual([]);
  });
});

describe('validate --fix', () => {
  const broken = async () => {
    const session = start();
    const [a, b] = [await create(session), await create(session)];
    const x = await create(session, { needs: [a, b], parent: a });
    const y = await create(session, { gates: ['tests'] });
    await complete(session, y);
    const by = await edited(session, ({ issues, events }) => {
      issues.splice(0, 1);
      events.splice(0, events.length, ...events.filter(({ id }) => id !== a));
      const gated = issues.findIndex(({ id }) => id === y);
      issues[gated] = { ...issues[gated]!, gates_required: [] };
    });
    return { session: by, b, x, y };
  };

  test('removes edges and links that dangle and finishes what nothing is missing for, with events', async () => {
    const { session, x, y } = await broken();
    expect((await codes(session)).sort()).toEqual([
      'dangling-dependency',
      'dangling-link',
      'edited-outside',
      'stale-state',
    ]);
    let fixed: readonly string[] = [];
    const events = await eventsOf(session, async () => {
      fixed = (await fixStore(session, true)).fixed.map(({ code }) => code);
    });
    expect(fixed).toEqual(['edited-outside', 'dangling-dependency', 'dangling-link', 'stale-state']);
    expect(named(events, { x, y })).toEqual([
      'issue.reconciled y',
      'dependency.removed x',
      'issue.updated x',
      'issue.completed y',
    ]);
    expect(await codes(session)).toEqual([]);
  });

  test('done twice changes nothing the second time; without applying it changes nothing at all', async () => {
    const { session } = await broken();
    const before = await contentsOf(session.store);
    const preview = await fixStore(session, false);
    expect(await contentsOf(session.store)).toEqual(before);
    const done = await fixStore(session, true);
    expect(preview.fixed).toEqual(done.fixed);
    const after = await contentsOf(session.store);
    expect((await fixStore(session, true)).fixed).toEqual([]);
    expect(await contentsOf(session.store)).toEqual(after);
  });
});

describe('gc', () => {
  test('removes tombstones older than the limit, and only those', async () => {
    const session = start();
    const day = 24 * 60 * 60 * 1000;
    const [a, b] = [await create(session), await create(session)];
    const remove = (id: string) => deleteIssues(session, [id], { detach: false, force: false, apply: true });
    await remove(a);
    session.clock.forward(10 * day);
    await remove(b);
    expect(await collectGarbage(session, 10, false)).toMatchObject({ tombstones: [a] });
    expect((await contentsOf(session.store)).tombstones).toHaveLength(2);
    expect(await collectGarbage(session, 10, true)).toMatchObject({ tombstones: [a] });
    expect((await contentsOf(session.store)).tombstones.map(({ id }) => id)).toEqual([b]);
    expect(await collectGarbage(session, null, true)).toMatchObject({ tombstones: [] });
    session.clock.forward(90 * day);
    expect(await collectGarbage(session, null, true)).toMatchObject({ tombstones: [b] });
    expect(await codes(session)).toEqual([]);
  });
});
