import { describe, expect, test, vi } from 'vitest';
import type { Issue, Tombstone } from '../../src/domain/issue.ts';
import { deleteIssues } from '../../src/operations/archive.ts';
import { assignIssues } from '../../src/operations/assign.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { addIssueDependencies } from '../../src/operations/dependency.ts';
import { type EventsInput, queryEvents } from '../../src/operations/events.ts';
import { judgeGates } from '../../src/operations/gate.ts';
import { collectGarbage } from '../../src/operations/gc.ts';
import { exportRows, selectForExport } from '../../src/operations/select-export.ts';
import { showIssues } from '../../src/operations/show.ts';
import { updateIssues } from '../../src/operations/update.ts';
import { explain } from '../../src/operations/why.ts';
import type { Store, View } from '../../src/store/store.ts';
import { agent } from '../support/actors.ts';
import { contentsOf } from '../support/invariants.ts';
import { GATES, idOf, issueWith } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { startSession } from '../support/session.ts';
import { complete, create, named, stored } from '../support/work.ts';

// Much work on little time: a busy machine may take its own.
vi.setConfig({ testTimeout: 120_000 });

const start = () => startSession({ content: { gates: GATES } });

describe('events', () => {
  const all: EventsInput = {
    since: null,
    until: null,
    names: [],
    assignee: null,
    by: null,
    issue: null,
    last: null,
  };

  const worked = async () => {
    const session = start();
    const a = await create(session);
    session.clock.forward(1000);
    const b = await create(session, { assignee: 'copilot:w1', gates: ['tests'] });
    await judgeGates(session, b, ['tests'], { status: 'failed', reason: null, override: false });
    session.clock.forward(1000);
    await claimIssue(session.as(agent('w2')), a);
    const ask = async (input: Partial<EventsInput>) =>
      named((await queryEvents(session, { ...all, ...input })).events, { a, b });
    return { session, ask, a, b };
  };

  test('are found by time, name, group, assignee, actor and issue, in the order of the log', async () => {
    const { session, ask, a } = await worked();
    expect(await ask({})).toEqual(['issue.created a', 'issue.created b', 'gate.failed b', 'issue.claimed a']);
    expect(await ask({ since: session.clock.ago(1000) })).toHaveLength(3);
    expect(await ask({ until: session.clock.ago(1001) })).toEqual(['issue.created a']);
    expect(await ask({ names: ['gate.failed'] })).toEqual(['gate.failed b']);
    expect(await ask({ names: ['gate', 'issue.claimed'] })).toEqual(['gate.failed b', 'issue.claimed a']);
    expect(await ask({ assignee: 'w1' })).toEqual(['issue.created b']);
    expect(await ask({ assignee: 'agent:w1' })).toEqual([]);
    expect(await ask({ by: 'agent:w2' })).toEqual(['issue.claimed a']);
    expect(await ask({ issue: a.slice(-8), last: 1 })).toEqual(['issue.claimed a']);
    expect(await ask({ last: 0 })).toEqual([]);
  });

  test('concern an assignee also when they take the issue away', async () => {
    const { session, ask, b } = await worked();
    await assignIssues(session, [b], null);
    expect(await ask({ assignee: 'copilot:w1' })).toEqual(['issue.created b', 'issue.updated b']);
  });

  test('of a name that no event has are refused, not an empty list', async () => {
    const { session } = await worked();
    const error = await refusalIn(queryEvents(session, { ...all, names: ['gate.fialed'] }));
    expect([error.code, error.details.nearest]).toEqual(['UNKNOWN_VALUE', 'gate.failed']);
  });

  test('of a deleted issue are there, also when its tombstone is gone', async () => {
    const { session, ask, b } = await worked();
    await deleteIssues(session, [b], { detach: false, force: true, apply: true });
    expect((await ask({ issue: b.toLowerCase() })).at(-1)).toBe('issue.deleted b');
    await collectGarbage(session, 0, true);
    expect((await ask({ issue: b })).at(-1)).toBe('issue.deleted b');
    const unknown = queryEvents(session, {
      ...all,
      issue: `${b.slice(0, -1)}${b.endsWith('0') ? '1' : '0'}`,
    });
    expect((await refusalIn(unknown)).code).toBe('ISSUE_NOT_FOUND');
  });

  test('of one issue form a chain', async () => {
    const { session, a } = await worked();
    await complete(session.as(agent('w2')), a);
    const { events: chain } = await queryEvents(session, { ...all, issue: a });
    expect(chain.map(({ prev }) => prev)).toEqual([null, ...chain.slice(0, -1).map(({ eid }) => eid)]);
  });
});

describe('why', () => {
  test('names the direct reasons, and at the bottom the work that all waits for, with who holds it', async () => {
    const session = start();
    const [root, other] = [await create(session), await create(session)];
    const middle = await create(session, { needs: [root] });
    const top = await create(session, { needs: [middle, other], hold: { reason: 'later' } });
    await claimIssue(session.as(agent('w1')), root);
    const why = await explain(session, top);
    expect(why.reasons).toMatchObject([
      { type: 'dependency', id: expect.any(String) },
      { type: 'dependency' },
      { type: 'hold', reason: 'later' },
    ]);
    expect(why.rootBlockers.map(({ issue }) => [issue.id, issue.assignee])).toEqual([
      [root, 'agent:w1'],
      [other, null],
    ]);
    expect(why.next).toBe(`jit issue show ${root.slice(-8)}`);
  });

  test('says how to start what is ready, to finish what is begun, and nothing of what is done', async () => {
    const session = start();
    const a = await create(session);
    const ref = a.slice(-8);
    expect(await explain(session, a)).toMatchObject({
      reasons: [],
      rootBlockers: [],
      next: `jit issue claim ${ref}`,
    });
    await claimIssue(session, a);
    expect((await explain(session, a)).next).toBe(`jit issue complete ${ref}`);
    await complete(session, a);
    expect(await explain(session, a)).toMatchObject({ reasons: [], rootBlockers: [], next: null });
  });

  test('of what is gated names the gates', async () => {
    const session = start();
    const a = await create(session, { gates: ['review'] });
    await complete(session, a);
    expect(await explain(session, a)).toMatchObject({
      reasons: [{ type: 'gate', key: 'review' }],
      next: expect.stringContaining('jit gate pass'),
    });
  });

  test('a chain of 3,000 has one root', async () => {
    const issues = Array.from({ length: 3000 }, (_, i) =>
      issueWith(i, i === 0 ? {} : { state: 'backlog', dependencies: [idOf(i - 1)] }),
    );
    const { rootBlockers } = await explain(startSession({ content: { issues } }), idOf(2999));
    expect(rootBlockers.map(({ issue }) => issue.id)).toEqual([idOf(0)]);
  });
});

describe('events, export and show', () => {
  test('a cut tells how many there were', async () => {
    const session = start();
    for (let i = 0; i < 3; i += 1) await create(session);
    const all = { since: null, until: null, names: [], assignee: null, by: null, issue: null };
    const { events, total } = await queryEvents(session, { ...all, last: 2 });
    expect([events.length, total]).toEqual([2, 3]);
  });

  test('export takes all, or one with everything it needs, in the order of ids', async () => {
    const session = start();
    const [a, b] = [await create(session), await create(session)];
    const c = await create(session, { needs: [a] });
    const ids = async (id: string | null) =>
      (await selectForExport(session, id)).map(({ issue }) => issue.id);
    expect(await ids(null)).toEqual([a, b, c]);
    expect(await ids(c)).toEqual([a, c]);
    expect(await ids(b)).toEqual([b]);
    const rows = async (id: string | null) => {
      let found: string[] = [];
      const count = await exportRows(session, id, {
        start: () => {
          found = [];
        },
        row: ({ issue }) => void found.push(issue.id),
      });
      expect(count).toBe(found.length);
      return found;
    };
    expect(await rows(null)).toEqual([a, b, c]);
    expect(await rows(c)).toEqual([a, c]);
    expect(await rows(b)).toEqual([b]);
  });

  test('export says so where a file is gone that was there a moment ago', async () => {
    const session = start();
    const [a] = [await create(session), await create(session)];
    const without = async function* (view: View): AsyncIterable<Issue | Tombstone> {
      for await (const image of view.images()) if (image.id !== a) yield image;
    };
    const hiding = (view: View): View =>
      new Proxy(view, {
        get: (whole, name: keyof View) =>
          name === 'images' ? () => without(whole) : (whole[name] as () => unknown).bind(whole),
      });
    const read: Store['read'] = (use) => session.store.read((view) => use(hiding(view)));
    const sink = { start: () => {}, row: () => undefined };
    await expect(
      exportRows({ ...session, store: { ...session.store, read } }, null, sink),
    ).rejects.toMatchObject({
      code: 'CORRUPT_FILE',
      details: { id: a },
    });
  });

  test('show tells what blocks, what is needed and what waits', async () => {
    const session = start();
    const [a, b] = [await create(session), await create(session)];
    const c = await create(session, { needs: [a, b] });
    await complete(session, a);
    const [detail, first] = await showIssues(session, [c, a]);
    const ids = (rows: readonly { issue: { id: string } }[]) => rows.map(({ issue }) => issue.id);
    expect([detail!.row.blockedBy, ids(detail!.needs), ids(detail!.blocks)]).toEqual([[b], [a, b], []]);
    expect(ids(first!.blocks)).toEqual([c]);
  });
});

describe('update --state runs the verb', () => {
  test.each<[string, readonly ('ready' | 'in_progress' | 'gated' | 'done' | 'archived')[], string]>([
    ['claim', ['in_progress'], 'issue.claimed'],
    ['release', ['in_progress', 'ready'], 'issue.released'],
    ['complete, gated', ['gated'], 'issue.gated'],
    ['archive', ['archived'], 'issue.archived'],
    ['reopen', ['archived', 'ready'], 'issue.reopened'],
  ])('%s', async (_, states, event) => {
    const session = start();
    const a = await create(session, { gates: ['tests'] });
    for (const state of states) await updateIssues(session, [a], { state });
    expect((await contentsOf(session.store)).events.at(-1)!.event).toBe(event);
    expect((await stored(session, a)).state).toBe(states.at(-1));
  });

  test.each<[string, 'backlog' | 'ready' | 'gated', object, string, string]>([
    ['backlog of what is ready, with the hint hold', 'backlog', {}, 'INVALID_TRANSITION', 'jit issue hold'],
    ['ready of what waits', 'ready', { hold: { reason: 'x' } }, 'BLOCKED', 'derived'],
    ['gated of what nothing is missing for', 'gated', {}, 'INVALID_TRANSITION', 'complete'],
  ])('%s is refused, and nothing changes', async (_, state, fields, code, hint) => {
    const session = start();
    const a = await create(session, fields);
    const before = await contentsOf(session.store);
    const error = await refusalIn(updateIssues(session, [a], { state, title: 'other' }));
    expect([error.code, error.hint]).toEqual([code, expect.stringContaining(hint)]);
    expect(await contentsOf(session.store)).toEqual(before);
  });

  test('to a new need is refused as a cycle with the path', async () => {
    const session = start();
    const a = await create(session);
    const b = await create(session, { needs: [a] });
    const error = await refusalIn(addIssueDependencies(session, a, [b]));
    expect([error.code, error.details.cycle]).toEqual(['CYCLE', [a, b, a]]);
  });
});
