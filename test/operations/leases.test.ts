import { describe, expect, test } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import { createMemoryCells, createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import { JitError } from '../../src/domain/errors.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { Workplace } from '../../src/domain/lease.ts';
import { archiveIssues } from '../../src/operations/archive.ts';
import { assignIssues, releaseIssues } from '../../src/operations/assign.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { claimNext } from '../../src/operations/claim-next.ts';
import { claimable } from '../../src/operations/claimable.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { completeIssues } from '../../src/operations/complete.ts';
import { configure } from '../../src/operations/configure.ts';
import { expireLeases } from '../../src/operations/expire.ts';
import { judgeGates } from '../../src/operations/gate.ts';
import { holdIssues } from '../../src/operations/hold.ts';
import { listIssues } from '../../src/operations/list.ts';
import { reopenIssues } from '../../src/operations/reopen.ts';
import { NO_FENCE } from '../../src/operations/session.ts';
import { showIssues } from '../../src/operations/show.ts';
import { readStatus } from '../../src/operations/status.ts';
import { updateIssues } from '../../src/operations/update.ts';
import { explain } from '../../src/operations/why.ts';
import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { agent, inferred } from '../support/actors.ts';
import { contentsOf } from '../support/invariants.ts';
import { GATES, HERE, issueWith } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { machineWith, standingClock, startSession, type TestSession } from '../support/session.ts';
import { storeOver } from '../support/store-over.ts';
import { create, stored } from '../support/work.ts';

const TTL = 30 * 60_000;
const any = { filter: null, resume: false };
const how = { comment: null, force: false };
const giveBack = { to: null, comment: null, force: false };
const OTHER: Workplace = { worktree: 'worktrees/b', path: '/b', branch: 'b' };
const forced = { ...how, force: true };

const start = () => startSession({ content: { gates: GATES } });
const historyOf = async (session: TestSession, id: string) =>
  (await contentsOf(session.store)).events.filter((event) => event.id === id).map(({ event }) => event);
const leaseOf = async (session: TestSession, id: string) => (await session.leases.inspect([id])).get(id);
const judgeTests = (session: TestSession, id: string, status: 'passed' | 'failed') =>
  judgeGates(session, id, ['tests'], { status, reason: null, override: false });

/** Two work trees of one repository: each has its own files, and both share the leases. */
function twoWorktrees(issues: readonly Issue[] = [issueWith(1)]) {
  const clock = standingClock();
  const leases = createMemoryLeases(machineWith(clock));
  const content = { gates: GATES, issues };
  const a = startSession({ content, clock, leases });
  const b = startSession({ content, clock, leases, here: OTHER, actor: agent('b') });
  return { a, b, clock, id: issues[0]!.id };
}

describe('a claim', () => {
  test('is a lease, a state with its epoch, and an event', async () => {
    const session = start();
    const id = await create(session);
    const { outcome, lease, brief } = await claimIssue(session, id);
    expect(outcome).toBe('claimed');
    expect(lease).toMatchObject({
      life: 'live',
      lease: { epoch: 1, status: 'held', holder: 'agent:tester', ttl: TTL },
    });
    expect(await stored(session, id)).toMatchObject({ state: 'in_progress', claim_epoch: 1 });
    expect(brief).toMatchObject({ epoch: 1, branch: null });
    expect(brief.finish).toMatch(/--by agent:tester --epoch 1$/);
    expect(await historyOf(session, id)).toEqual(['issue.created', 'issue.claimed']);
  });

  test('by the same name in the same work tree is held, and renewed; elsewhere it is somebody else’s', async () => {
    const { a, b, clock, id } = twoWorktrees();
    await claimIssue(a, id);
    clock.forward(TTL - 1);
    expect((await claimIssue(a, id)).outcome).toBe('held');
    clock.forward(TTL - 1);
    expect((await leaseOf(a, id))?.life).toBe('live');
    const error = await refusalIn(claimIssue(b.as(agent('tester')), id));
    expect(error).toMatchObject({ code: 'ALREADY_CLAIMED', exit: 6 });
    expect(error.message).toContain('held by agent:tester in /repository on branch main');
  });

  test('lasts as long as the configuration says', async () => {
    const session = startSession({ content: { gates: GATES, config: { claims: { ttl: '2h' } } } });
    const [one, two] = [await create(session), await create(session)];
    expect((await claimIssue(session, one)).lease.lease.ttl).toBe(2 * 60 * 60_000);
    await updateIssues(session, [two], { state: 'in_progress' });
    expect((await leaseOf(session, two))?.lease.ttl).toBe(2 * 60 * 60_000);
    await configure(session, 'claims.ttl', '0');
    expect(await claimNext(session, { ...any, ttl: TTL }).catch(() => null)).toBeNull();
    expect((await claimIssue(session, await create(session))).lease.lease.ttl).toBeNull();
  });

  test('that is held keeps its terms where none are given anew', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id, { ttl: 5 * TTL, tie: 'worker' });
    expect((await claimIssue(session, id)).lease.lease).toMatchObject({ ttl: 5 * TTL, tie: 'worker' });
    expect((await claimIssue(session, id, { ttl: TTL })).lease.lease).toMatchObject({
      ttl: TTL,
      tie: 'worker',
    });
    expect((await claimIssue(session, id, { ttl: null })).lease.lease).toMatchObject({ ttl: null });
  });

  test('that was taken back in the file by a checkout is repaired by its holder', async () => {
    const { a, clock, id } = twoWorktrees();
    await claimIssue(a, id);
    const store = createMemoryStore({ clock, initial: { issues: [issueWith(1)] } });
    const afterCheckout = startSession({ store, clock, leases: a.leases });
    expect((await refusalIn(claimNext(afterCheckout, any))).code).toBe('NOTHING_READY');
    expect((await claimIssue(afterCheckout, id)).outcome).toBe('held');
    expect(await stored(afterCheckout, id)).toMatchObject({ state: 'in_progress', claim_epoch: 1 });
  });

  test('that the store refuses gives its lease back', async () => {
    const session = start();
    const id = await create(session);
    const store = storeOver(session.store, () => ({ transact: () => Promise.reject(new Error('full')) }));
    const full = { ...session, store };
    await expect(claimIssue(full, id)).rejects.toThrow('full');
    expect((await leaseOf(session, id))?.lease).toMatchObject({ status: 'released', ended: 'released' });
    expect((await claimIssue(session, id)).lease.lease.epoch).toBe(2);
  });

  test('of what is in progress without a lease is refused: it is another clone’s', async () => {
    const issue = issueWith(1, { state: 'in_progress', assignee: 'agent:tester', claim_epoch: 4 });
    const session = startSession({ content: { issues: [issue] } });
    const error = await refusalIn(claimIssue(session, issue.id));
    expect(error.code).toBe('ALREADY_CLAIMED');
    expect(error.message).toContain('in another clone');
    const stolen = await claimIssue(session, issue.id, { steal: { reason: 'the other clone is gone' } });
    expect(stolen.lease.lease.epoch).toBe(5);
  });

  test('is stolen with a reason, which is recorded; what the old holder tries is refused', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    const thief = session.as(agent('thief'));
    const { lease } = await claimIssue(thief, id, { steal: { reason: 'it hangs' } });
    expect(lease.lease).toMatchObject({ epoch: 2, holder: 'agent:thief' });
    expect(await stored(session, id)).toMatchObject({
      state: 'in_progress',
      assignee: 'agent:thief',
      claim_epoch: 2,
    });
    expect((await refusalIn(completeIssues(session, [id], how))).code).toBe('NOT_HOLDER');
    const fenced = { ...session, fence: { ...NO_FENCE, epoch: 1 } };
    for (const attempt of [
      completeIssues(fenced, [id], how),
      releaseIssues(fenced, [id], giveBack),
      commentIssues(fenced, [id], 'still here'),
      judgeGates(fenced, id, ['tests'], { status: 'passed', reason: null, override: false }),
      updateIssues(fenced, [id], { title: 'mine' }),
      archiveIssues(fenced, [id], { ...how, resolution: null, duplicateOf: null, detach: false }),
    ]) {
      const error = await refusalIn(attempt);
      expect(error).toMatchObject({
        code: 'STALE_EPOCH',
        exit: 6,
        details: { holder: 'agent:thief', current: 2 },
      });
    }
    expect((await completeIssues(thief, [id], how)).completions[0]?.outcome).toBe('done');
  });
});

describe('an overdue lease', () => {
  test('still serves its holder until somebody takes it', async () => {
    const { a, clock, id } = twoWorktrees();
    await claimIssue(a, id);
    clock.forward(TTL);
    expect((await leaseOf(a, id))?.life).toBe('overdue');
    expect((await completeIssues(a, [id], how)).completions[0]?.outcome).toBe('done');
  });

  test('returns its issue to ready on the next claim, with an event, and goes to whoever asks', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    session.clock.forward(TTL);
    const { row, lease } = await claimNext(session.as(agent('next')), any);
    expect(row.issue.id).toBe(id);
    expect(lease.lease).toMatchObject({ epoch: 2, holder: 'agent:next' });
    expect(await historyOf(session, id)).toEqual([
      'issue.created',
      'issue.claimed',
      'lease.expired',
      'issue.claimed',
    ]);
  });

  test('goes to whoever asks for work, also under the name of the one who had it', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    session.clock.forward(TTL);
    expect((await claimNext(session, { ...any, resume: true })).outcome).toBe('held');
    session.clock.forward(TTL);
    expect((await readStatus(session)).counts.stale).toBe(1);
    const next = await claimNext(session, any);
    expect([next.outcome, next.row.issue.id, next.lease.lease.epoch]).toEqual(['claimed', id, 2]);
  });

  test('is returned by name as well, and by expire, which touches nothing else', async () => {
    const session = start();
    const [one, two] = [await create(session), await create(session)];
    await claimIssue(session, one);
    session.clock.forward(TTL - 1);
    await claimIssue(session, two);
    expect(await expireLeases(session)).toEqual({ leases: [], rows: [] });
    session.clock.forward(1);
    const { leases, rows } = await expireLeases(session);
    expect([leases.map(({ id }) => id), rows.map(({ issue }) => issue.id)]).toEqual([[one], [one]]);
    expect((await stored(session, two)).state).toBe('in_progress');
    expect((await claimIssue(session.as(agent('next')), one)).lease.lease.epoch).toBe(2);
  });

  test('is shown as stale by those that only read, which write nothing', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    session.clock.forward(TTL);
    const before = await leaseOf(session, id);
    expect((await explain(session, id)).lease?.life).toBe('overdue');
    expect((await stored(session, id)).state).toBe('in_progress');
    expect(await leaseOf(session, id)).toEqual(before);
  });

  test('is renewed by what its holder writes, once a tenth of its time has passed', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    const renewals = (await leaseOf(session, id))!.lease.renewals;
    await commentIssues(session, [id], 'at once');
    expect((await leaseOf(session, id))!.lease.renewals).toBe(renewals);
    session.clock.forward(TTL - 1);
    await commentIssues(session.as(agent('other')), [id], 'a word');
    expect((await leaseOf(session, id))!.lease.renewals).toBe(renewals);
    await commentIssues(session, [id], 'still at it');
    session.clock.forward(TTL - 1);
    expect((await leaseOf(session, id))?.life).toBe('live');
  });
});

describe('gates', () => {
  test('suspend the lease, and a failing one resumes it with its full time', async () => {
    const session = start();
    const id = await create(session, { gates: ['tests'] });
    await claimIssue(session, id);
    await completeIssues(session, [id], how);
    session.clock.forward(100 * TTL);
    expect(await leaseOf(session, id)).toMatchObject({ life: 'live', lease: { status: 'suspended' } });
    await judgeTests(session.as(agent('ci')), id, 'failed');
    expect(await stored(session, id)).toMatchObject({ state: 'in_progress', assignee: 'agent:tester' });
    expect(await leaseOf(session, id)).toMatchObject({
      life: 'live',
      remaining: TTL,
      lease: { status: 'held' },
    });
    await completeIssues(session, [id], how);
    await judgeTests(session.as(agent('ci')), id, 'passed');
    expect(await leaseOf(session, id)).toMatchObject({ life: 'over', lease: { status: 'done', epoch: 1 } });
  });

  test('send work back to a holder who is gone: it is stale at once, and rework is first', async () => {
    const clock = standingClock();
    const leases = createMemoryLeases(machineWith(clock));
    const session = startSession({ content: { gates: GATES }, clock, leases });
    const id = await create(session, { gates: ['tests'], priority: 'low' });
    await create(session, { priority: 'critical' });
    await claimIssue(session, id, { tie: 'alive' });
    await completeIssues(session, [id], how);
    const records = createMemoryCells([(await leaseOf(session, id))!.lease]);
    const gone = createMemoryLeases(machineWith(clock, new Set(['alive'])), records);
    const later = { ...session, leases: gone };
    await judgeTests(later, id, 'failed');
    expect((await leases.inspect([id])).get(id)?.life).toBe('live');
    expect((await gone.inspect([id])).get(id)?.life).toBe('overdue');
    expect((await claimNext({ ...later, actor: agent('next') }, any)).row.issue.id).toBe(id);
  });
});

describe('work trees of one repository', () => {
  test('leave out what another holds, or has finished, until their file agrees or it is reopened', async () => {
    const { a, b, id } = twoWorktrees();
    await claimIssue(a, id);
    const nothing = async (words: string) => {
      expect((await listIssues(b, claimable(b))).rows).toEqual([]);
      const error = await refusalIn(claimNext(b, any));
      expect(error).toMatchObject({ code: 'NOTHING_READY', details: { taken_elsewhere: 1 } });
      expect((await refusalIn(claimIssue(b, id))).message).toContain(words);
      const { reasons } = await explain(b, id);
      expect(reasons).toMatchObject([
        { type: 'lease', holder: 'agent:tester', path: '/repository', branch: 'main' },
      ]);
    };
    await nothing('held by agent:tester in /repository on branch main');
    await completeIssues(a, [id], how);
    await nothing('finished by agent:tester in /repository on branch main');
    expect((await refusalIn(completeIssues(b, [id], how))).code).toBe('ALREADY_CLAIMED');
    await reopenIssues(a, [id], null);
    expect((await claimNext(b, any)).lease.lease.epoch).toBe(2);
  });

  test('an inferred identity acts for a holder in its own work tree only', async () => {
    const { a, b, id } = twoWorktrees([issueWith(1, { state: 'ready' })]);
    await claimIssue(a, id);
    expect(
      (await refusalIn(releaseIssues(b.as(inferred('ada')), [id], { ...giveBack, to: 'agent:x' }))).code,
    ).toBe('NOT_HOLDER');
    await releaseIssues(a.as(inferred('ada')), [id], giveBack);
    expect((await leaseOf(a, id))?.lease.status).toBe('released');
  });

  test('a hold, and a release, of what another work tree works on need its holder, or force', async () => {
    const { a, b, id } = twoWorktrees();
    await claimIssue(a, id);
    expect((await refusalIn(holdIssues(b, [id], { reason: 'later' }))).code).toBe('NOT_HOLDER');
    expect((await refusalIn(releaseIssues(b, [id], giveBack))).code).toBe('NOT_HOLDER');
    await releaseIssues(b, [id], { ...giveBack, force: true });
    expect((await leaseOf(b, id))?.lease).toMatchObject({ status: 'released', ended: 'released' });
    const fenced = { ...a, fence: { ...NO_FENCE, epoch: 1 } };
    expect((await refusalIn(commentIssues(fenced, [id], 'x'))).code).toBe('STALE_EPOCH');
  });

  test('what is put away or deleted under a claim is not handed out elsewhere', async () => {
    const { a, b, id } = twoWorktrees();
    await claimIssue(a, id);
    await archiveIssues(a, [id], { ...how, resolution: 'not-planned', duplicateOf: null, detach: false });
    expect((await refusalIn(claimNext(b, any))).code).toBe('NOTHING_READY');
  });
});

describe('changing hands', () => {
  test('release, and a release that hands over, give the lease back', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    await releaseIssues(session, [id], { ...giveBack, to: 'agent:b' });
    expect((await leaseOf(session, id))?.lease.status).toBe('released');
    expect((await claimNext(session.as(agent('b')), any)).lease.lease.epoch).toBe(2);
  });

  test('assigning work that is under way hands its lease over', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    await assignIssues(session, [id], 'agent:b');
    expect((await leaseOf(session, id))?.lease).toMatchObject({
      holder: 'agent:b',
      epoch: 1,
      status: 'held',
    });
    expect((await refusalIn(completeIssues(session, [id], how))).code).toBe('NOT_HOLDER');
    expect((await claimIssue(session.as(agent('b')), id)).outcome).toBe('held');
  });

  test('`update --state` takes and leaves leases as its verbs do', async () => {
    const session = start();
    const id = await create(session);
    await updateIssues(session, [id], { state: 'in_progress', assignee: 'agent:x' });
    expect((await leaseOf(session, id))?.lease).toMatchObject({
      holder: 'agent:x',
      status: 'held',
      epoch: 1,
    });
    expect(await stored(session, id)).toMatchObject({ claim_epoch: 1, assignee: 'agent:x' });
    await updateIssues(session.as(agent('x')), [id], { state: 'done' });
    expect((await leaseOf(session, id))?.lease.status).toBe('done');
  });

  test('going past the holder by force is recorded, and leaves the lease as the change says', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    await completeIssues(session.as(agent('other')), [id], forced);
    expect((await leaseOf(session, id))?.lease.status).toBe('done');
    expect(await stored(session, id)).toMatchObject({ state: 'done' });
  });

  test('completing what nobody started claims it on the way, and a refusal leaves no lease', async () => {
    const { a, b, id } = twoWorktrees();
    await completeIssues(a, [id], how);
    expect((await leaseOf(a, id))?.lease).toMatchObject({ status: 'done', epoch: 1 });
    expect((await refusalIn(claimNext(b, any))).code).toBe('NOTHING_READY');
    const blocked = await create(a, { needs: [await create(a)] });
    expect((await refusalIn(completeIssues(a, [blocked], how))).code).toBe('BLOCKED');
    expect(await leaseOf(a, blocked)).toBeUndefined();
  });
});

describe('a fence', () => {
  test('by revision refuses what has changed since it was looked at', async () => {
    const session = start();
    const id = await create(session);
    const fenced = { ...session, fence: { ...NO_FENCE, rev: '0123456789abcdef' } };
    const error = await refusalIn(commentIssues(fenced, [id], 'x'));
    expect(error).toMatchObject({ code: 'STALE_REVISION', exit: 6, retry: 'other' });
    const now = { ...session, fence: { ...NO_FENCE, rev: String(error.details.rev) } };
    await commentIssues(now, [id], 'x');
    expect((await refusalIn(commentIssues(now, [id], 'y'))).code).toBe('STALE_REVISION');
  });

  test('goes with one issue; the environment’s is ignored for others', async () => {
    const session = start();
    const [one, two] = [await create(session), await create(session)];
    const fenced = { ...session, fence: { ...NO_FENCE, epoch: 1 } };
    expect((await refusalIn(commentIssues(fenced, [one, two], 'x'))).code).toBe('USAGE');
    const environment = {
      ...session,
      fence: { ...NO_FENCE, epochs: new Map([[one.slice(-8).toLowerCase(), 1]]) },
    };
    await commentIssues(environment, [two], 'x');
    expect((await refusalIn(commentIssues(environment, [one], 'x'))).code).toBe('STALE_EPOCH');
    await claimIssue(session, one);
    await commentIssues(environment, [one], 'x');
  });

  test('under a claim that was given back is stale', async () => {
    const session = start();
    const id = await create(session);
    await claimIssue(session, id);
    await releaseIssues(session, [id], giveBack);
    const fenced = { ...session, fence: { ...NO_FENCE, epoch: 1 } };
    const error = await refusalIn(completeIssues(fenced, [id], how));
    expect(error.code).toBe('STALE_EPOCH');
    expect(error.message).toContain('nobody');
  });
});

/** A session that is killed before its nth call of the store or the leases: nothing that it asks for happens from then on. */
function killedBefore(session: TestSession, call: number): { session: TestSession; calls: () => number } {
  let calls = 0;
  const cut = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (inner, name) => {
        const value = Reflect.get(inner, name);
        if (typeof value !== 'function') return value;
        return async (...words: unknown[]) => {
          calls += 1;
          if (calls >= call) throw new Error('killed');
          if (name !== 'inTurn') return value.apply(inner, words);
          const [work] = words as Parameters<Store['inTurn']>;
          return value.call(inner, (within: Store) => work(cut(within)));
        };
      },
    });
  return {
    session: { ...session, store: cut(session.store), leases: cut<Leases>(session.leases) },
    calls: () => calls,
  };
}

describe('killed between the lease and the store', () => {
  const scenes = {
    claim: async (session: TestSession, id: string) => void (await claimIssue(session, id)),
    'claim-next': async (session: TestSession) => void (await claimNext(session, any)),
    complete: async (session: TestSession, id: string) => void (await completeIssues(session, [id], how)),
    release: async (session: TestSession, id: string) => void (await releaseIssues(session, [id], giveBack)),
    expire: async (session: TestSession) => void (await expireLeases(session)),
  };

  test.each(Object.entries(scenes))(
    '%s: at every point one work tree at most has the issue, and in the end somebody gets it',
    async (name, act) => {
      for (let call = 1; ; call += 1) {
        const dead = new Set<string>();
        const clock = standingClock();
        const leases = createMemoryLeases(machineWith(clock, dead));
        const content = { gates: GATES, issues: [issueWith(1)] };
        const a = startSession({ content, clock, leases, here: HERE });
        const b = startSession({ content, clock, leases, here: OTHER, actor: agent('b') });
        const { id } = issueWith(1);
        if (name !== 'claim' && name !== 'claim-next') await claimIssue(a, id);
        if (name === 'expire') clock.forward(TTL);
        const { session, calls } = killedBefore(a, call);
        const acknowledged = await act(session, id).then(
          () => true,
          () => false,
        );
        if (acknowledged) {
          expect(calls()).toBeLessThan(call);
          return;
        }
        dead.add('process');
        const file = await stored(a, id);
        const survivor = a.as(agent('survivor'));
        const taken = await claimNext(survivor, any).then(
          ({ lease }) => lease.lease.epoch,
          () => null,
        );
        const elsewhere = await claimNext(b, any).then(
          ({ lease }) => lease.lease.epoch,
          () => null,
        );
        expect([taken, elsewhere].filter((epoch) => epoch !== null).length).toBeLessThan(2);
        if (file.state === 'done') expect([taken, elsewhere]).toEqual([null, null]);
        if (taken !== null || elsewhere !== null || file.state === 'done') continue;
        clock.forward(TTL);
        const later = await claimNext(survivor, any);
        expect(later.row.issue.id).toBe(id);
      }
    },
  );
});

describe('a record that cannot be understood', () => {
  const broken = (session: TestSession, id: string): TestSession => {
    const error = new JitError('CORRUPT_FILE', 'the lease is not JSON');
    const { leases } = session;
    const inspect: Leases['inspect'] = async (ids, onDamage) => {
      if (ids !== undefined && !ids.includes(id)) return leases.inspect(ids, onDamage);
      if (onDamage === undefined) throw error;
      onDamage(id, error);
      return new Map([...(await leases.inspect(ids))].filter(([other]) => other !== id));
    };
    return { ...session, leases: { ...leases, inspect } };
  };

  test('is told, its issue is left alone, and the others are served', async () => {
    const session = start();
    const [bad, good] = [await create(session, { priority: 'critical' }), await create(session)];
    const damaged = broken(session, bad);
    expect((await listIssues(damaged, claimable(damaged))).rows.map(({ issue }) => issue.id)).toEqual([good]);
    expect((await claimNext(damaged, any)).row.issue.id).toBe(good);
    expect((await refusalIn(claimIssue(damaged, bad))).code).toBe('CORRUPT_FILE');
    expect((await refusalIn(claimNext(damaged, any))).details).toMatchObject({ taken_elsewhere: 1 });
    expect((await showIssues(damaged, [bad]))[0]?.lease).toBeNull();
    expect((await readStatus(damaged)).counts).toMatchObject({ claimable: 0, elsewhere: 1 });
    await expireLeases(damaged);
    expect(new Set(session.told.map(({ code, id }) => `${code} ${id}`))).toEqual(
      new Set([`lease-damaged ${bad}`]),
    );
  });

  test('of a dependent does not keep what it needs from being done', async () => {
    const session = start();
    const need = await create(session);
    const bad = await create(session, { needs: [need] });
    await completeIssues(broken(session, bad), [need], how);
    expect((await stored(session, bad)).state).toBe('ready');
  });
});
