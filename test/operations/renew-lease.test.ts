import { expect, test } from 'vitest';
import { createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { renewLease } from '../../src/operations/renew-lease.ts';
import { refusalIn } from '../support/refusal.ts';
import { machineWith, standingClock, startSession } from '../support/session.ts';
import { create } from '../support/work.ts';

/** A session in which the process behind the token `gone` has ended, once it is told so. */
function startDying() {
  const clock = standingClock();
  const dead = new Set<string>();
  const session = startSession({ clock, leases: createMemoryLeases(machineWith(clock, dead)) });
  return { session, die: () => dead.add('gone') };
}

test('a claim whose process has ended goes on without it when its holder renews it', async () => {
  const { session, die } = startDying();
  const id = await create(session);
  await claimIssue(session, id, { tie: 'gone' });
  expect((await renewLease(session, id, {})).lease).toMatchObject({ life: 'live', lease: { tie: 'gone' } });
  die();
  expect((await session.leases.inspect([id])).get(id)?.life).toBe('overdue');
  expect((await renewLease(session, id, { ttl: 60_000 })).lease).toMatchObject({
    life: 'live',
    remaining: 60_000,
    lease: { tie: null, epoch: 1 },
  });
});

test('what somebody takes in the same moment is not renewed', async () => {
  const { session } = startDying();
  const id = await create(session);
  await claimIssue(session, id);
  const { leases } = session;
  const overtaken = {
    ...session,
    leases: {
      ...leases,
      renew: async (...renewal: Parameters<typeof leases.renew>) => {
        await leases.release(id, null);
        return leases.renew(...renewal);
      },
    },
  };
  const error = await refusalIn(renewLease(overtaken, id, {}));
  expect(error).toMatchObject({ code: 'STALE_EPOCH', details: { epoch: 1, current: 1, holder: null } });
});

test('what was swept as overdue is nobody’s any more, although nobody took it', async () => {
  const { session } = startDying();
  const id = await create(session);
  await claimIssue(session, id);
  await session.leases.release(id, 1, 'expired');
  expect((await refusalIn(renewLease(session, id, {}))).code).toBe('NOT_HOLDER');
  const fenced = { ...session, fence: { ...session.fence, epoch: 1 } };
  expect((await refusalIn(renewLease(fenced, id, {}))).code).toBe('STALE_EPOCH');
});
