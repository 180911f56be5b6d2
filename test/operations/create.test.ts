import { describe, expect, test } from 'vitest';
import { contentsOf } from '../support/invariants.ts';
import { GATES } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { startSession } from '../support/session.ts';
import { complete, create, eventsOf, named, stored } from '../support/work.ts';

const start = () => startSession({ content: { gates: GATES } });

describe('create', () => {
  test('makes an issue that is ready, with one event', async () => {
    const session = start();
    const events = await eventsOf(session, () => create(session, { title: ' Fix it ', priority: 'high' }));
    expect(events).toMatchObject([
      { event: 'issue.created', title: 'Fix it', by: 'agent:tester', prev: null },
    ]);
    expect(await stored(session, events[0]!.id!)).toMatchObject({
      title: 'Fix it',
      state: 'ready',
      priority: 'high',
      created_by: 'agent:tester',
    });
  });

  test('with its edges, links, gates and hold in one transaction: it is born waiting', async () => {
    const session = start();
    const [epic, base] = [await create(session), await create(session)];
    let id = '';
    const events = await eventsOf(session, async () => {
      id = await create(session, {
        needs: [base, base.slice(-6).toLowerCase()],
        blocks: [epic],
        parent: epic,
        discoveredFrom: base,
        gates: ['tests', 'lint', 'tests'],
        hold: { reason: 'later' },
      });
    });
    expect(named(events, { id, epic, base })).toEqual([
      'issue.created id',
      'dependency.added epic',
      'issue.blocked epic',
    ]);
    expect(new Set(events.map(({ ts }) => ts)).size).toBe(1);
    expect(await stored(session, id)).toMatchObject({
      state: 'backlog',
      dependencies: [base],
      links: [
        { type: 'discovered-from', target: base },
        { type: 'parent', target: epic },
      ],
      gates_required: ['lint', 'tests'],
      hold: { reason: 'later' },
    });
    expect(await stored(session, epic)).toMatchObject({ state: 'backlog', dependencies: [id] });
  });

  test('that needs only what is done is ready', async () => {
    const session = start();
    const base = await create(session);
    await complete(session, base);
    expect((await stored(session, await create(session, { needs: [base] }))).state).toBe('ready');
  });

  test.each<[string, string, (ids: { a: string; b: string; done: string }) => object]>([
    ['a cycle through --blocks', 'CYCLE', ({ a, b }) => ({ needs: [b], blocks: [a] })],
    ['a cycle with itself between', 'CYCLE', ({ a }) => ({ needs: [a], blocks: [a] })],
    ['--blocks of a done issue', 'INVALID_TRANSITION', ({ done }) => ({ blocks: [done] })],
    ['an unknown need', 'ISSUE_NOT_FOUND', () => ({ needs: ['ZZZZZZZZ'] })],
    ['an unknown parent', 'ISSUE_NOT_FOUND', () => ({ parent: 'ZZZZZZZZ' })],
    ['an unknown gate', 'GATE_NOT_DEFINED', () => ({ gates: ['nope'] })],
    ['an empty title', 'USAGE', () => ({ title: ' ' })],
    ['an empty id', 'USAGE', () => ({ needs: [''] })],
    ['an endless hold reason', 'LIMIT_EXCEEDED', () => ({ hold: { reason: 'x'.repeat(1001) } })],
  ])('%s is refused, and nothing is made', async (_, code, fields) => {
    const session = start();
    const a = await create(session);
    const b = await create(session, { needs: [a] });
    const done = await create(session);
    await complete(session, done);
    const before = await contentsOf(session.store);
    expect((await refusalIn(create(session, fields({ a, b, done })))).code).toBe(code);
    expect(await contentsOf(session.store)).toEqual(before);
  });
});
