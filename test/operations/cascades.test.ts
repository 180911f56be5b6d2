import { describe, expect, test, vi } from 'vitest';
import { archiveIssues, deleteIssues } from '../../src/operations/archive.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { addIssueDependencies, removeIssueDependencies } from '../../src/operations/dependency.ts';
import { addIssueGates, dropIssueGates, judgeGates } from '../../src/operations/gate.ts';
import { holdIssues, unholdIssues } from '../../src/operations/hold.ts';
import { reopenIssues } from '../../src/operations/reopen.ts';
import { updateIssues } from '../../src/operations/update.ts';
import { human } from '../support/actors.ts';
import { GATES, idOf, issueWith } from '../support/issues.ts';
import { reasonTypes, refusalIn } from '../support/refusal.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { complete, create, eventsOf, named, stored } from '../support/work.ts';

// Much work on little time: a busy machine may take its own.
vi.setConfig({ testTimeout: 120_000 });

const start = () => startSession({ content: { gates: GATES } });
const pass = { status: 'passed', reason: null, override: false } as const;
const fail = { ...pass, status: 'failed' } as const;
const stateOf = async (session: TestSession, id: string) => (await stored(session, id)).state;

describe('done makes dependents ready', () => {
  test('those whose last dependency it was, in the same transaction, with an event each', async () => {
    const session = start();
    const [a, b] = [await create(session), await create(session)];
    const [x, y] = [await create(session, { needs: [a] }), await create(session, { needs: [a] })];
    const z = await create(session, { needs: [a, b] });
    const held = await create(session, { needs: [a], hold: { reason: 'later' } });
    let became: readonly string[] = [];
    const events = await eventsOf(session, async () => {
      became = (await complete(session, a)).becameReady.map(({ issue }) => issue.id);
    });
    expect(became).toEqual([x, y]);
    expect(named(events, { a, x, y })).toEqual([
      'issue.claimed a',
      'issue.completed a',
      'issue.ready x',
      'issue.ready y',
    ]);
    expect([await stateOf(session, z), await stateOf(session, held)]).toEqual(['backlog', 'backlog']);
  });

  test('without touching when they were last updated: deriving is not updating', async () => {
    const session = start();
    const a = await create(session);
    const x = await create(session, { needs: [a] });
    const { updated_at } = await stored(session, x);
    session.clock.forward(60_000);
    await complete(session, a);
    expect(await stored(session, x)).toMatchObject({ state: 'ready', updated_at });
    await reopenIssues(session, [a], null);
    expect(await stored(session, x)).toMatchObject({ state: 'backlog', updated_at });
  });

  test('archiving what is done leaves them ready; archiving what is not is refused, or detaches', async () => {
    const session = start();
    const putAway = {
      resolution: null,
      duplicateOf: null,
      detach: false,
      comment: null,
      force: false,
    } as const;
    const [a, b] = [await create(session), await create(session)];
    const [x, y] = [await create(session, { needs: [a] }), await create(session, { needs: [b] })];
    await complete(session, a);
    await archiveIssues(session, [a], putAway);
    expect([await stateOf(session, x), (await stored(session, x)).dependencies]).toEqual(['ready', [a]]);
    expect((await refusalIn(archiveIssues(session, [b], putAway))).code).toBe('IN_USE');
    const events = await eventsOf(session, () => archiveIssues(session, [b], { ...putAway, detach: true }));
    expect(named(events, { b, y })).toEqual(['dependency.removed y', 'issue.archived b', 'issue.ready y']);
    expect(await stored(session, y)).toMatchObject({ state: 'ready', dependencies: [] });
  });

  test('deleting with --detach frees them, and no edge is left dangling', async () => {
    const session = start();
    const a = await create(session);
    const x = await create(session, { needs: [a], parent: a });
    const how = { detach: true, force: false };
    const preview = await deleteIssues(session, [a], { ...how, apply: false });
    expect(await stateOf(session, a)).toBe('ready');
    const deletion = await deleteIssues(session, [a], { ...how, apply: true });
    expect(preview).toEqual(deletion);
    expect(deletion.detached.map(({ issue }) => issue.id)).toEqual([x]);
    expect(await stored(session, x)).toMatchObject({ state: 'ready', dependencies: [], links: [] });
  });

  test('so do removing the edge and lifting the hold; adding them sends back to backlog', async () => {
    const session = start();
    const [a, x] = [await create(session), await create(session)];
    const changes = [
      () => addIssueDependencies(session, x, [a]),
      () => removeIssueDependencies(session, x, [a]),
      () => holdIssues(session, [x], { reason: 'later' }),
      () => unholdIssues(session, [x]),
    ];
    const states: string[] = [];
    for (const change of changes) {
      await change();
      states.push(await stateOf(session, x));
    }
    expect(states).toEqual(['backlog', 'ready', 'backlog', 'ready']);
  });
});

describe('gated work becomes done by itself', () => {
  test('when the last gate passes', async () => {
    const session = start();
    const a = await create(session, { gates: ['lint', 'tests'] });
    const { completions } = await complete(session, a);
    expect(completions).toMatchObject([{ outcome: 'gated', missing: [{ key: 'lint' }, { key: 'tests' }] }]);
    await judgeGates(session, a, ['lint'], pass);
    expect(await stateOf(session, a)).toBe('gated');
    const events = await eventsOf(session, () => judgeGates(session, a, ['tests'], pass));
    expect(named(events, { a })).toEqual(['gate.passed a', 'issue.completed a']);
    expect(await stored(session, a)).toMatchObject({ state: 'done', resolution: 'completed' });
  });

  test('when the last dependency is satisfied, and that goes on from issue to issue', async () => {
    const session = start();
    const [base, a, b, c] = [
      await create(session),
      await create(session),
      await create(session),
      await create(session),
    ];
    for (const id of [a, b]) await claimIssue(session, id);
    await addIssueDependencies(session, a, [base]);
    await addIssueDependencies(session, b, [a]);
    await addIssueDependencies(session, c, [b]);
    await complete(session, b);
    await complete(session, a);
    expect([await stateOf(session, a), await stateOf(session, b)]).toEqual(['gated', 'gated']);
    const events = await eventsOf(session, () => complete(session, base));
    expect(named(events, { base, a, b, c })).toEqual([
      'issue.claimed base',
      'issue.completed base',
      'issue.completed a',
      'issue.completed b',
      'issue.ready c',
    ]);
  });

  test('when the last gate that was open is dropped by a person', async () => {
    const session = start();
    const a = await create(session, { gates: ['tests'] });
    await complete(session, a);
    await dropIssueGates(session.as(human('alice')), a, ['tests']);
    expect(await stateOf(session, a)).toBe('done');
  });

  test('not when a gate is added meanwhile', async () => {
    const session = start();
    const a = await create(session, { gates: ['tests'] });
    await complete(session, a);
    await addIssueGates(session, a, ['lint']);
    await judgeGates(session, a, ['tests'], pass);
    expect(await stateOf(session, a)).toBe('gated');
  });

  test('a chain of 2,000 that waits for one issue is done with it', async () => {
    const issues = Array.from({ length: 2001 }, (_, i) =>
      issueWith(i, i === 0 ? {} : { state: 'gated', assignee: 'agent:a', dependencies: [idOf(i - 1)] }),
    );
    const session = startSession({ content: { issues, gates: GATES } });
    const events = await eventsOf(session, () => complete(session, idOf(0)));
    expect(events.filter(({ event }) => event === 'issue.completed')).toHaveLength(issues.length);
  });
});

describe('a gate that fails', () => {
  test('sends finished work back to its holder; completed anew, it can fail again', async () => {
    const session = start();
    const a = await create(session, { gates: ['tests', 'lint'] });
    for (let round = 0; round < 2; round += 1) {
      await complete(session, a);
      await judgeGates(session, a, ['lint'], pass);
      expect(await stateOf(session, a)).toBe('gated');
      await judgeGates(session, a, ['tests'], fail);
      expect(await stored(session, a)).toMatchObject({ state: 'in_progress', assignee: 'agent:tester' });
    }
    await complete(session, a);
    await judgeGates(session, a, ['tests', 'lint'], pass);
    expect(await stateOf(session, a)).toBe('done');
  });

  test('sends what nobody holds to backlog when it must wait besides', async () => {
    const session = start();
    const [a, base] = [await create(session, { gates: ['tests'] }), await create(session)];
    await complete(session, a);
    await addIssueDependencies(session, a, [base]);
    await updateIssues(session, [a], { assignee: null });
    const events = await eventsOf(session, () => judgeGates(session, a, ['tests'], fail));
    expect(named(events, { a })).toEqual(['gate.failed a', 'issue.blocked a']);
  });
});

describe('reopening', () => {
  test('sends dependents that were ready back; those in progress stay, but cannot finish', async () => {
    const session = start();
    const a = await create(session);
    const [x, y] = [await create(session, { needs: [a] }), await create(session, { needs: [a] })];
    await complete(session, a);
    await claimIssue(session, y);
    const events = await eventsOf(session, () => reopenIssues(session, [a], 'not right'));
    expect(named(events, { a, x })).toEqual(['comment.added a', 'issue.reopened a', 'issue.blocked x']);
    expect(await stateOf(session, y)).toBe('in_progress');
    const strict = await refusalIn(updateIssues(session, [y], { state: 'done' }));
    expect([strict.code, reasonTypes(strict)]).toEqual(['BLOCKED', ['dependency']]);
    await complete(session, y);
    expect(await stateOf(session, y)).toBe('gated');
    await complete(session, a);
    expect(await stateOf(session, y)).toBe('done');
  });

  test('a done issue stays done when what it needed is reopened, and says nothing is missing', async () => {
    const session = start();
    const a = await create(session);
    const x = await create(session, { needs: [a] });
    await complete(session, a, x);
    await reopenIssues(session, [a], null);
    const { completions } = await complete(session, x);
    expect(completions).toMatchObject([{ outcome: 'done', missing: [] }]);
  });
});
