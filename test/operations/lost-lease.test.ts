import { describe, expect, test } from 'vitest';
import { createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import type { Workplace } from '../../src/domain/lease.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { claimNext } from '../../src/operations/claim-next.ts';
import { completeIssues } from '../../src/operations/complete.ts';
import { expireLeases } from '../../src/operations/expire.ts';
import { releaseLeases } from '../../src/operations/release-leases.ts';
import { updateIssues } from '../../src/operations/update.ts';
import { agent } from '../support/actors.ts';
import { GATES, issueWith } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { machineWith, standingClock, startSession, type TestSession } from '../support/session.ts';
import { storeOver } from '../support/store-over.ts';
import { create, eventsOf, stored } from '../support/work.ts';

// A lease that is lost while somebody is about to build on it. What the file and the log say must then be as if it was never tried.

const TTL = 1_000;
const OTHER: Workplace = { worktree: 'worktrees/b', path: '/b', branch: 'b' };
const how = { comment: null, force: false };
const any = { filter: null, resume: false, ttl: TTL };

/** Two work trees of one repository with the same ready issue. */
function scene() {
  const clock = standingClock();
  const leases = createMemoryLeases(machineWith(clock));
  const content = { gates: GATES, issues: [issueWith(1)] };
  const a = startSession({ content, clock, leases });
  const b = startSession({ content, clock, leases, here: OTHER, actor: agent('b') });
  return { a, b, clock, id: issueWith(1).id };
}

/** The session of somebody who is stopped right before the store's transaction, until `meanwhile` has happened; only once. */
function stopped(session: TestSession, meanwhile: () => Promise<unknown>): TestSession {
  let happened = false;
  const store = storeOver(session.store, ({ transact }) => ({
    transact: async (decide) => {
      if (!happened) {
        happened = true;
        await meanwhile();
      }
      return transact(decide);
    },
  }));
  return { ...session, store };
}

const worked: Readonly<Record<string, (session: TestSession, id: string) => Promise<unknown>>> = {
  'a claim': (session, id) => claimIssue(session, id, { ttl: TTL }),
  'a theft': (session, id) => claimIssue(session, id, { ttl: TTL, steal: { reason: 'x' } }),
};

describe.each(Object.entries(worked))('%s is not recorded', (_, act) => {
  test('when it took so long that its lease went elsewhere, and is overdue there too', async () => {
    const { a, b, clock, id } = scene();
    const late = stopped(a, async () => {
      clock.forward(TTL);
      await b.leases.acquire({
        ...{ id, actor: { id: 'agent:b', bare: false }, here: OTHER, ttl: TTL, tie: null },
        ...{ floor: 0, exclusive: true, takeover: false },
      });
      clock.forward(TTL);
    });
    const before = await stored(a, id);
    const added = await eventsOf(a, async () => {
      const error = await refusalIn(act(late, id));
      expect(error).toMatchObject({ code: 'ALREADY_CLAIMED', details: { reasons: [{ holder: 'agent:b' }] } });
      expect(error.message).toContain('held by agent:b in /b on branch b');
    });
    expect(added).toEqual([]);
    expect(await stored(a, id)).toEqual(before);
  });

  test('when its lease was given back meanwhile', async () => {
    const { a, b, clock, id } = scene();
    const late = stopped(a, async () => {
      clock.forward(TTL);
      expect((await expireLeases(b)).leases).toHaveLength(1);
    });
    const added = await eventsOf(a, async () => {
      const error = await refusalIn(act(late, id));
      expect(error.code).toBe('ALREADY_CLAIMED');
      expect(error.message).toContain('was given back');
    });
    expect(added).toEqual([]);
    expect((await claimNext(b, any)).lease.lease.epoch).toBe(2);
  });
});

test('a claim that is given back by force before it is answered is refused', async () => {
  const { a, id } = scene();
  let released = false;
  const leases: typeof a.leases = {
    ...a.leases,
    renew: async (...words) => {
      const renewed = await a.leases.renew(...words);
      if (!released) await a.leases.release(id, null);
      released = true;
      return renewed;
    },
  };
  const error = await refusalIn(claimIssue({ ...a, leases }, id));
  expect(error.code).toBe('ALREADY_CLAIMED');
  // The next who asks gets it.
  expect((await claimNext(a.as(agent('next')), any)).lease.lease.epoch).toBe(2);
});

test('work that nobody started is finished only under a lease, also when it was somebody else’s a moment ago', async () => {
  const { a, b, id } = scene();
  await claimIssue(b, id, { ttl: TTL });
  const free = (session: TestSession) =>
    stopped(session, () => releaseLeases(b, [id], { comment: null, force: true }));
  const error = await refusalIn(completeIssues(free(a), [id], how));
  expect(error.code).toBe('ALREADY_CLAIMED');
  expect((await stored(a, id)).state).toBe('ready');
  await claimIssue(b, id, { ttl: TTL });
  expect((await refusalIn(updateIssues(free(a), [id], { state: 'in_progress' }))).code).toBe(
    'ALREADY_CLAIMED',
  );
  expect((await stored(a, id)).state).toBe('ready');
});

test('what is finished on the way, with what it waits for, is under a lease of its own', async () => {
  const session = startSession();
  const first = await create(session);
  const second = await create(session, { needs: [first] });
  await completeIssues(session, [first, second], how);
  for (const id of [first, second]) {
    expect((await session.leases.inspect([id])).get(id)?.lease).toMatchObject({ status: 'done', epoch: 1 });
    expect(await stored(session, id)).toMatchObject({ state: 'done', claim_epoch: 1 });
  }
});

test('whoever finishes after the lease was given back as overdue keeps others from it from then on', async () => {
  const { a, b, clock, id } = scene();
  await claimIssue(a, id, { ttl: TTL });
  clock.forward(TTL);
  await b.leases.expire(OTHER, [id]);
  const late = stopped(a, async () => {
    expect((await refusalIn(claimNext(b, any))).code).toBe('NOTHING_READY');
  });
  expect((await completeIssues(late, [id], how)).completions[0]?.outcome).toBe('done');
  expect((await refusalIn(claimNext(b, any))).details.taken_elsewhere).toBe(1);
});

test('what is finished is finished, also where its lease does not say so yet', async () => {
  const { a, b, id } = scene();
  await claimIssue(a, id);
  const leases: typeof a.leases = {
    ...a.leases,
    renew: (issue, epoch, change) =>
      change?.status === 'done' ? Promise.reject(new Error('killed')) : a.leases.renew(issue, epoch, change),
  };
  await expect(completeIssues({ ...a, leases }, [id], how)).rejects.toThrow('killed');
  const error = await refusalIn(claimIssue(a.as(agent('next')), id));
  expect(error).toMatchObject({ code: 'INVALID_TRANSITION', details: { reasons: [{ type: 'state' }] } });
  expect((await refusalIn(claimIssue(b, id))).code).toBe('ALREADY_CLAIMED');
});
