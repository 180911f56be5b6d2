import { describe, expect, test } from 'vitest';
import { archiveIssues, deleteIssues } from '../../src/operations/archive.ts';
import { assignIssues, releaseIssues } from '../../src/operations/assign.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { addIssueDependencies, removeIssueDependencies } from '../../src/operations/dependency.ts';
import { addIssueGates, defineStoreGate, judgeGates } from '../../src/operations/gate.ts';
import { holdIssues, unholdIssues } from '../../src/operations/hold.ts';
import { reopenIssues } from '../../src/operations/reopen.ts';
import { updateIssues } from '../../src/operations/update.ts';
import { agent, inferred } from '../support/actors.ts';
import { contentsOf } from '../support/invariants.ts';
import { GATES } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { complete, create, eventsOf, named, stored } from '../support/work.ts';

const start = () => startSession({ content: { gates: GATES } });
const putAway = { resolution: null, duplicateOf: null, detach: false, comment: null, force: false } as const;

describe('several ids: all, or none', () => {
  test('all are done in one transaction, in the order given, each once', async () => {
    const session = start();
    const [a, b] = [await create(session), await create(session)];
    const { rows } = await updateIssues(session, [b, a, b.slice(-8)], { priority: 'high' });
    expect(rows.map(({ issue }) => [issue.id, issue.priority])).toEqual([
      [b, 'high'],
      [a, 'high'],
    ]);
  });

  test('every refusal is reported, not only the first, and nothing is done', async () => {
    const session = start();
    const [free, base] = [await create(session), await create(session)];
    const [x, y] = [
      await create(session, { needs: [base] }),
      await create(session, { hold: { reason: 'z' } }),
    ];
    const before = await contentsOf(session.store);
    const error = await refusalIn(complete(session, free, x, y));
    expect(error.code).toBe('BLOCKED');
    expect(error.details.refusals).toMatchObject([{ code: 'BLOCKED' }, { code: 'BLOCKED' }]);
    expect(error.details.reasons).toMatchObject([{ type: 'dependency' }, { type: 'hold' }]);
    expect(await contentsOf(session.store)).toEqual(before);
  });

  test('an id that means nothing stops all', async () => {
    const session = start();
    const a = await create(session);
    expect((await refusalIn(holdIssues(session, [a, 'ZZZZZZZZ'], { reason: 'x' }))).code).toBe(
      'ISSUE_NOT_FOUND',
    );
    expect((await stored(session, a)).hold).toBeNull();
  });

  test('deleting reports every refusal too', async () => {
    const session = start();
    const [a, b] = [await create(session), await create(session)];
    await create(session, { needs: [a, b] });
    const all = { detach: false, force: false, apply: true };
    const error = await refusalIn(deleteIssues(session, [a, b], all));
    expect([error.code, error.details.refusals]).toMatchObject([
      'IN_USE',
      [{ code: 'IN_USE' }, { code: 'IN_USE' }],
    ]);
  });

  test('issues that need each other can be archived, and deleted, together in any order', async () => {
    const session = start();
    const a = await create(session);
    const b = await create(session, { needs: [a] });
    await archiveIssues(session, [a, b], putAway);
    expect([(await stored(session, a)).state, (await stored(session, b)).state]).toEqual([
      'archived',
      'archived',
    ]);
    await deleteIssues(session, [a, b], { detach: false, force: false, apply: true });
    expect((await contentsOf(session.store)).tombstones.map(({ id }) => id)).toEqual([a, b]);
  });

  test('completing an issue and what waits for it, in that order', async () => {
    const session = start();
    const a = await create(session);
    const b = await create(session, { needs: [a] });
    const { completions } = await complete(session, a, b);
    expect(completions.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  });
});

describe('what is so already is a success that changes nothing and logs nothing', () => {
  const noOps: Readonly<
    Record<string, (session: TestSession, ids: Record<string, string>) => Promise<unknown>>
  > = {
    'claim again': (session, { held }) => claimIssue(session, held!),
    'release what nobody has': (session, { free }) =>
      releaseIssues(session, [free!], { to: null, comment: null, force: false }),
    'assign to the assignee': (session, { held }) => assignIssues(session, [held!], 'agent:tester'),
    'unassign nobody': (session, { free }) => assignIssues(session, [free!], null),
    'complete what is done': (session, { done }) => complete(session, done!),
    'hold as it is': (session, { waiting }) => holdIssues(session, [waiting!], { reason: 'later' }),
    'unhold what is not': (session, { free }) => unholdIssues(session, [free!]),
    'reopen what is open': (session, { free }) => reopenIssues(session, [free!], null),
    'archive again': (session, { away }) => archiveIssues(session, [away!], putAway),
    'require again': (session, { free }) => addIssueGates(session, free!, ['tests']),
    'pass again': (session, { free }) =>
      judgeGates(session, free!, ['tests'], { status: 'passed', reason: null, override: false }),
    'need again': (session, { waiting, free }) => addIssueDependencies(session, waiting!, [free!]),
    'need not what it does not': (session, { waiting, done }) =>
      removeIssueDependencies(session, waiting!, [done!]),
    'define again': (session) => defineStoreGate(session, 'tests', GATES.tests!, false),
    'update nothing': (session, { free }) =>
      updateIssues(session, [free!], {
        title: 'work',
        priority: 'normal',
        addLabels: ['l'],
        context: { none: '' },
      }),
    '--state as it is': async (session, { free, held, done, away, waiting }) => {
      await updateIssues(session, [free!], { state: 'ready' });
      await updateIssues(session, [held!], { state: 'in_progress' });
      await updateIssues(session, [done!], { state: 'done' });
      await updateIssues(session, [away!], { state: 'archived' });
      await updateIssues(session, [waiting!], { state: 'backlog' });
    },
  };

  test.each(Object.keys(noOps))('%s', async (name) => {
    const session = start();
    const free = await create(session, { gates: ['tests'], addLabels: ['l'] });
    await judgeGates(session, free, ['tests'], { status: 'passed', reason: null, override: false });
    const [held, done, away] = [await create(session), await create(session), await create(session)];
    const waiting = await create(session, { needs: [free], hold: { reason: 'later' } });
    await claimIssue(session, held);
    await complete(session, done);
    await archiveIssues(session, [away], { ...putAway, resolution: 'not-planned' });
    session.clock.forward(1000);
    const before = await contentsOf(session.store);
    await noOps[name]!(session, { free, held, done, away, waiting });
    expect(await contentsOf(session.store)).toEqual(before);
  });
});

describe('who acted is recorded', () => {
  test('a forced change says so; an inferred name says how it was found', async () => {
    const session = start();
    const a = await create(session);
    await claimIssue(session.as(agent('a1')), a);
    const refused = await refusalIn(assignIssues(session.as(agent('a2')), [a], null));
    expect([refused.code, refused.details.holder]).toEqual(['NOT_HOLDER', 'agent:a1']);
    const [forced] = await eventsOf(session, () => assignIssues(session.as(agent('a2')), [a], null, true));
    expect(forced).toMatchObject({
      event: 'issue.released',
      by: 'agent:a2',
      forced: true,
      assignee: 'agent:a1',
    });
    await claimIssue(session.as(agent('a1')), a);
    const [, viaGit] = await eventsOf(session, () =>
      releaseIssues(session.as(inferred('someone')), [a], { to: null, comment: 'sorry', force: false }),
    );
    expect(viaGit).toMatchObject({ event: 'issue.released', by: 'human:someone', via: 'git' });
    expect(viaGit).not.toHaveProperty('forced');
  });

  test('handing over: released to another, with a comment, who alone can claim it then', async () => {
    const session = start();
    const a = await create(session);
    await claimIssue(session.as(agent('a1')), a);
    const events = await eventsOf(session, () =>
      releaseIssues(session.as(agent('a1')), [a], { to: 'agent:a2', comment: 'your turn', force: false }),
    );
    expect(named(events, { a })).toEqual(['comment.added a', 'issue.released a']);
    expect(await stored(session, a)).toMatchObject({
      state: 'ready',
      assignee: 'agent:a2',
      comments: [{ body: 'your turn' }],
    });
    expect((await refusalIn(claimIssue(session.as(agent('a1')), a))).code).toBe('ALREADY_CLAIMED');
    expect((await claimIssue(session.as(agent('a2')), a)).outcome).toBe('claimed');
  });

  test('a comment is not kept when the verb is refused', async () => {
    const session = start();
    const a = await create(session);
    await complete(session, a);
    const release = releaseIssues(session, [a], { to: null, comment: 'x', force: false });
    expect((await refusalIn(release)).code).toBe('INVALID_TRANSITION');
    expect((await stored(session, a)).comments).toEqual([]);
    await commentIssues(session, [a], 'y');
    expect((await stored(session, a)).comments).toMatchObject([{ body: 'y', author: 'agent:tester' }]);
  });
});
