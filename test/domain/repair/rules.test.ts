import { describe, expect, test } from 'vitest';
import { diffImages } from '../../../src/domain/event.ts';
import type { Event, Issue } from '../../../src/domain/issue.ts';
import { fixStore, validateStore } from '../../../src/operations/validate.ts';
import { contentsOf } from '../../support/invariants.ts';
import { BEFORE, GATES, idOf, inState, issueWith } from '../../support/issues.ts';
import { digest } from '../../support/run-command.ts';
import { startSession } from '../../support/session.ts';

const created = (issue: Issue, number: number): Event => ({
  ts: issue.updated_at,
  event: 'issue.created',
  id: issue.id,
  eid: idOf(500 + number),
  prev: null,
  by: 'agent:maker',
  changes: diffImages(null, issue),
});

interface Given {
  readonly issues: readonly Issue[];
  /** Default: each issue was created as it is. */
  readonly events?: readonly Event[];
  readonly gates?: typeof GATES;
}

/** Mends a store, and again without effect; what it holds afterwards. */
async function mended({ issues, events = issues.map(created), gates = GATES }: Given) {
  const session = startSession({ content: { issues, events, gates } });
  const { fixed } = await fixStore(session, true);
  const after = await contentsOf(session.store);
  expect((await fixStore(session, true)).fixed).toEqual([]);
  expect(await contentsOf(session.store)).toEqual(after);
  expect((await validateStore(session)).problems).toEqual([]);
  const byId = (number: number) => after.issues.find(({ id }) => id === idOf(number))!;
  const added = after.events.slice(events.length);
  return { codes: fixed.map(({ code }) => code), byId, added, gates: after.gates };
}

const needing = (number: number, needs: readonly number[], fields: Partial<Issue> = {}) =>
  issueWith(number, { state: 'backlog', dependencies: needs.map(idOf), ...fields });

describe('cycles', () => {
  const added = (number: number, from: number, to: number, ts: string): Event => ({
    ...created(issueWith(from), number),
    event: 'dependency.added',
    ts,
    prev: idOf(500 + from),
    changes: { [`dependencies.${idOf(to)}`]: [false, true] },
  });
  const at = (minute: number): string => `2026-01-01T00:0${minute}:00.000Z`;

  test('of several that share a dependency only what closes one goes, whatever the order of the lines', async () => {
    const issues = [needing(1, [2]), needing(2, [1, 3]), needing(3, [1])];
    const bare = [1, 2, 3].map((number) => created(issueWith(number, { state: 'backlog' }), number));
    // 1 → 2, then 2 → 3, then 2 → 1 closes the first cycle, then 3 → 1 the second.
    const edges = [
      added(11, 3, 1, at(4)),
      added(12, 2, 1, at(3)),
      added(13, 1, 2, at(1)),
      { ...added(14, 2, 3, at(2)), prev: idOf(512) },
    ];
    const { byId, codes } = await mended({ issues, events: [...bare, ...edges] });
    expect(codes).toContain('cycle');
    expect([1, 2, 3].map((number) => byId(number).dependencies)).toEqual([[idOf(2)], [idOf(3)], []]);
  });

  test('a dependency that the log does not know goes first; of the same time the greater ids', async () => {
    const issues = [needing(1, [2]), needing(2, [1])];
    const known = created(issues[1]!, 2);
    const unknown = created(issueWith(1, { state: 'backlog' }), 1);
    const first = await mended({ issues, events: [unknown, known] });
    expect([first.byId(1).dependencies, first.byId(2).dependencies]).toEqual([[], [idOf(1)]]);
    const second = await mended({ issues });
    expect([second.byId(1).dependencies, second.byId(2).dependencies]).toEqual([[idOf(2)], []]);
  });

  test('an issue that needs itself, and several tangles at once', async () => {
    const { byId } = await mended({
      issues: [needing(1, [1]), needing(2, [3]), needing(3, [2]), issueWith(4)],
    });
    expect([1, 2, 3].map((number) => byId(number).dependencies.length)).toEqual([0, 1, 0]);
  });
});

describe('gates', () => {
  test('one that the log does not know, or has no use of, comes back as a manual gate', async () => {
    const issue = issueWith(1, { gates_required: ['gone', 'odd'] });
    const odd: Event = {
      ...created(issue, 9),
      event: 'gate.undefined',
      id: null,
      gate: 'odd',
      changes: { odd: [{ key: 'odd', auto: 'yes' }, null] },
    };
    const { gates, added } = await mended({ issues: [issue], events: [created(issue, 1), odd] });
    expect([gates.gone, gates.odd]).toMatchObject([
      { key: 'gone', auto: false },
      { key: 'odd', auto: false },
    ]);
    expect(added).toMatchObject([
      { event: 'gate.defined', gate: 'gone', by: 'jit:fix', ts: BEFORE },
      { event: 'gate.defined', gate: 'odd' },
    ]);
  });

  test('finished work that a gate failed goes back to its holder, and what had passed must pass again', async () => {
    const verdict = (status: 'passed' | 'failed') => ({ status, updated_by: null, updated_at: BEFORE });
    const issue = issueWith(1, {
      ...inState('done'),
      gates_required: ['lint', 'tests'],
      gates_status: { lint: verdict('passed'), tests: verdict('failed') },
    });
    const { byId } = await mended({ issues: [issue, needing(2, [1], { state: 'ready' })] });
    expect(byId(1)).toMatchObject({
      state: 'in_progress',
      completed_at: null,
      resolution: null,
      gates_status: { tests: { status: 'failed' } },
    });
    expect(byId(1).gates_status.lint).toBeUndefined();
    expect(byId(2).state).toBe('backlog');
  });
});

describe('completion', () => {
  test('takes its time from the log', async () => {
    const issue = issueWith(1, { state: 'done', updated_at: '2026-01-05T00:00:00.000Z' });
    const completed = { ...created(issue, 2), event: 'issue.completed', prev: idOf(501), changes: {} };
    const { byId } = await mended({
      issues: [issue],
      events: [created(issue, 1), { ...completed, ts: '2026-01-04T00:00:00.000Z' }],
    });
    expect(byId(1)).toMatchObject({ completed_at: '2026-01-04T00:00:00.000Z', resolution: 'completed' });
  });

  test('what is open stays open, and what waits for it waits again', async () => {
    const { byId } = await mended({
      issues: [issueWith(1, { completed_at: BEFORE }), needing(2, [1], { state: 'ready' })],
    });
    expect([byId(1).completed_at, byId(1).state, byId(2).state]).toEqual([null, 'ready', 'backlog']);
  });
});

describe('the log', () => {
  test.each([
    ['in several events', { long: 'y'.repeat(70_000) }, 2],
    ['by fields, where a key alone would fill a line', { ['k'.repeat(30_000)]: 'v' }, 1],
  ])('is told of an issue that is far too large for one line: %s', async (_, context, least) => {
    const comment = (number: number) => ({
      id: idOf(2_000 + number),
      author: 'agent:a',
      at: BEFORE,
      body: 'x',
    });
    const issue = issueWith(1, {
      description: 'd'.repeat(100_000),
      comments: Array.from({ length: 1_500 }, (_, number) => comment(number)),
      context,
    });
    const { added, codes } = await mended({ issues: [issue], events: [created(issueWith(1), 1)] });
    expect(codes).toEqual(['edited-outside']);
    expect(added.length).toBeGreaterThanOrEqual(least);
    for (const event of added) expect(event).toMatchObject({ event: 'issue.reconciled', by: 'jit:fix' });
    expect((await mended({ issues: [issue], events: [] })).codes).toEqual(['empty-log']);
  });

  test('what the log has in another order is told once, as a whole', async () => {
    const issue = issueWith(1, { labels: ['a', 'b'] });
    const event = created(issue, 1);
    const swapped = { ...event, changes: { ...event.changes, labels: [null, ['b', 'a']] as const } };
    const { added, codes } = await mended({ issues: [issue], events: [swapped] });
    expect(codes).toEqual(['edited-outside']);
    expect(added.map(({ changes }) => changes)).toEqual([
      {
        labels: [
          ['b', 'a'],
          ['a', 'b'],
        ],
      },
    ]);
  });

  test('restores nothing that it does not know wholly, or that could not be read: that is a warning', async () => {
    const { title: _, ...untitled } = created(issueWith(1), 1).changes;
    const events = [
      { ...created(issueWith(1), 1), changes: untitled },
      created(issueWith(2), 2),
      { ...created(issueWith(3), 3), event: 'issue.updated' },
    ];
    const hashed = { $sha256: digest('x'), $length: 1 };
    events[1] = { ...events[1]!, changes: { ...events[1]!.changes, description: [null, hashed] } };
    const session = startSession({ content: { issues: [], events, gates: {} } });
    const { problems, fixed, valid } = await fixStore(session, true);
    expect([valid, fixed]).toEqual([true, []]);
    expect(problems.map(({ code, severity, fix }) => [code, severity, fix])).toEqual(
      [1, 2, 3].map(() => ['missing-issue', 'warning', null]),
    );
  });
});
