import { describe, expect, test } from 'vitest';
import type { Filter } from '../../src/domain/query.ts';
import { archiveIssues } from '../../src/operations/archive.ts';
import { assignIssues, releaseIssues } from '../../src/operations/assign.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { claimNext } from '../../src/operations/claim-next.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { completeAndClaimNext } from '../../src/operations/complete.ts';
import type { CreateInput } from '../../src/operations/create.ts';
import { judgeGates } from '../../src/operations/gate.ts';
import { agent, bareAgent } from '../support/actors.ts';
import { GATES } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { complete, create, eventsOf, named, stored } from '../support/work.ts';

const start = () => startSession({ content: { gates: GATES } });
const any = { filter: null, resume: false };
const bugs: Filter = { op: 'label', in: ['bug'] };
const next = async (session: TestSession, input: Parameters<typeof claimNext>[1] = any) =>
  (await claimNext(session, input)).row.issue.id;
const how = { comment: null, force: false, filter: null };

describe('claim-next', () => {
  test('takes what is mine, rework, the urgent, what most waits for, the old; and nothing twice', async () => {
    const session = start();
    const make = (fields: Partial<CreateInput> = {}) => create(session, fields);
    const low = await make({ priority: 'low' });
    const [old, young] = [await make(), await make()];
    const needed = await make();
    const middle = await make({ needs: [needed] });
    await make({ needs: [middle] });
    const critical = await make({ priority: 'critical' });
    const rework = await make({ priority: 'low', gates: ['tests'] });
    await complete(session, rework);
    await assignIssues(session, [rework], null);
    await judgeGates(session, rework, ['tests'], { status: 'failed', reason: 'red', override: false });
    const mine = await make({ priority: 'low', assignee: 'agent:tester' });
    await make({ priority: 'critical', assignee: 'agent:other' });
    await make({ priority: 'critical', gates: ['plan'] });
    await make({ priority: 'critical', hold: { reason: 'later' } });

    const order: string[] = [];
    for (let i = 0; i < 7; i += 1) order.push(await next(session));
    expect(order).toEqual([mine, rework, critical, needed, old, young, low]);
    expect((await refusalIn(claimNext(session, any))).code).toBe('NOTHING_READY');
  });

  test('never looks at what a hold that has lapsed left behind in the file', async () => {
    const session = start();
    const a = await create(session, { hold: { reason: 'later', until: session.clock.ago(-1000) } });
    expect((await refusalIn(claimNext(session, any))).code).toBe('NOTHING_READY');
    session.clock.forward(1000);
    expect((await stored(session, a)).state).toBe('backlog');
    expect(await next(session)).toBe(a);
  });

  test('takes only what matches a filter', async () => {
    const session = start();
    await create(session, { priority: 'critical' });
    const bug = await create(session, { addLabels: ['bug'] });
    expect(await next(session, { filter: bugs, resume: false })).toBe(bug);
    expect((await refusalIn(claimNext(session, { filter: bugs, resume: false }))).code).toBe('NOTHING_READY');
  });

  test('with --resume returns what I hold before anything new, and changes nothing then', async () => {
    const session = start();
    const held = await create(session, { priority: 'low' });
    await claimIssue(session, held);
    await create(session, { priority: 'critical' });
    const events = await eventsOf(session, async () => {
      expect(await claimNext(session, { filter: null, resume: true })).toMatchObject({
        outcome: 'held',
        row: { issue: { id: held } },
      });
    });
    expect(events).toEqual([]);
    expect(await next(session.as(agent('other')), { filter: null, resume: true })).not.toBe(held);
  });

  test('under a bare name resumes what is held under that name whatever its type', async () => {
    const session = start();
    const a = await create(session, { assignee: 'copilot:w1' });
    await create(session);
    const w1 = session.as(bareAgent('w1'));
    expect(await next(w1)).toBe(a);
    expect((await stored(session, a)).assignee).toBe('copilot:w1');
    expect(await next(w1, { filter: null, resume: true })).toBe(a);
  });

  test('says why nothing is ready, with counts', async () => {
    const session = start();
    const base = await create(session);
    await claimIssue(session.as(agent('other')), base);
    await create(session, { needs: [base] });
    await create(session, { hold: { reason: 'later' } });
    await create(session, { assignee: 'agent:other' });
    await create(session, { gates: ['plan'] });
    await create(session, { assignee: 'agent:tester', hold: { reason: 'later' } });
    const gated = await create(session, { gates: ['tests'] });
    await complete(session, gated);
    const error = await refusalIn(claimNext(session, any));
    expect(error).toMatchObject({ code: 'NOTHING_READY', exit: 5, retry: 'same' });
    expect(error.details).toEqual({
      open: 7,
      in_progress: 1,
      gated: 1,
      blocked: 1,
      on_hold: 2,
      taken_elsewhere: 0,
      assigned_to_others: 1,
      prechecks_pending: 1,
    });
    expect(error.message).toContain('1 assigned to others, 1 with a precheck pending');
  });

  test('says when all is done or archived, which is not so where nothing was ever there', async () => {
    const session = start();
    expect((await refusalIn(claimNext(session, any))).code).toBe('NOTHING_READY');
    const [a, b] = [await create(session), await create(session)];
    expect((await refusalIn(claimNext(session, { filter: bugs, resume: false }))).code).toBe('NOTHING_READY');
    await complete(session, a);
    const putAway = {
      resolution: null,
      duplicateOf: null,
      detach: false,
      comment: null,
      force: false,
    } as const;
    await archiveIssues(session, [b], putAway);
    expect(await refusalIn(claimNext(session, any))).toMatchObject({
      code: 'ALL_DONE',
      exit: 5,
      retry: 'stop',
    });
  });

  test('brings enough to start', async () => {
    const session = start();
    const base = await create(session, { title: 'base' });
    await commentIssues(session, [base], 'first');
    await commentIssues(session, [base], 'see the notes');
    await complete(session, base);
    await create(session, { needs: [base], gates: ['tests', 'review'], description: 'Do it.' });
    const { brief } = await claimNext(session, any);
    expect(brief).toMatchObject({
      description: 'Do it.',
      rework: false,
      gates: [
        { key: 'review', status: 'pending', command: expect.stringContaining('--by human:') },
        { key: 'tests', status: 'pending', auto: true },
      ],
      dependencies: [{ id: base, title: 'base', state: 'done', last_comment: 'see the notes' }],
      finish: expect.stringContaining('jit issue complete'),
    });
  });
});

describe('complete --claim-next', () => {
  test('completes, takes what that made ready, and names what else it did, in one transaction', async () => {
    const session = start();
    const a = await create(session);
    const [x, y] = [await create(session, { needs: [a] }), await create(session, { needs: [a] })];
    await claimIssue(session, a);
    const events = await eventsOf(session, async () => {
      const done = await completeAndClaimNext(session, [a], how);
      expect(done).toMatchObject({
        completions: [{ outcome: 'done' }],
        becameReady: [{ issue: { id: y } }],
        next: {
          outcome: 'claimed',
          row: { issue: { id: x, assignee: 'agent:tester' }, state: 'in_progress' },
        },
      });
    });
    expect(named(events, { a, x, y })).toEqual([
      'issue.completed a',
      'issue.ready x',
      'issue.ready y',
      'issue.claimed x',
    ]);
    expect(new Set(events.map(({ ts }) => ts)).size).toBe(1);
  });

  test('with nothing next is a success', async () => {
    const session = start();
    const a = await create(session, { gates: ['tests'] });
    expect(await completeAndClaimNext(session, [a], how)).toMatchObject({
      completions: [{ outcome: 'gated' }],
      next: null,
    });
  });

  test('when completing is refused takes nothing', async () => {
    const session = start();
    const a = await create(session, { hold: { reason: 'later' } });
    const b = await create(session);
    expect((await refusalIn(completeAndClaimNext(session, [a], how))).code).toBe('BLOCKED');
    expect((await stored(session, b)).state).toBe('ready');
  });

  test('does not take again what was just given back', async () => {
    const session = start();
    const [a, b] = [await create(session), await create(session)];
    await claimIssue(session, a);
    await claimIssue(session, b);
    await releaseIssues(session, [b], { to: 'agent:other', comment: null, force: false });
    expect((await completeAndClaimNext(session, [a], how)).next).toBeNull();
  });
});
