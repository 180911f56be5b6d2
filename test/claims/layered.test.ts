import { describe, expect, test } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import type { Lease } from '../../src/domain/lease.ts';
import { ask, askAsB, leaseOf, MAIN, standingOf, TTL } from '../conformance/leases.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';
import { type MemoryClone, MemoryRemote } from './layered-ground.ts';

const ID = idOf(1);
const OTHER = idOf(2);

/** Two clones on two machines. */
function twoClones() {
  const remote = new MemoryRemote();
  const [here, there] = [new FakeMachine('one'), new FakeMachine('two', 77)];
  const [one, two] = [remote.clone('c1'), remote.clone('c2')];
  return { remote, here, there, one, two, a: one.open(here.start('a')), b: two.open(there.start('b')) };
}

/** What the remote records. */
const recorded = async (remote: MemoryRemote, id = ID): Promise<Lease | null> =>
  (await remote.cells.read([id]))[0]!.lease;

/** What a clone's own records say. */
const own = async (clone: MemoryClone, id = ID): Promise<Lease | null> =>
  (await clone.local.read([id]))[0]!.lease;

const hold = async (leases: Leases, fields: Parameters<typeof ask>[0] = {}): Promise<Lease> => {
  const { epoch, id } = leaseOf(await leases.acquire(ask(fields)));
  return (await leases.renew(id, epoch, { status: 'held' }))!;
};

const offline = (): 'cut-before' => 'cut-before';
const online = (): 'works' => 'works';

describe('while the remote can be reached', () => {
  test('a claim that nobody else wants is one contact, from asking to holding', async () => {
    const { remote, a, one } = twoClones();
    const lease = await hold(a);
    expect(remote.contacts).toBe(1);
    expect(lease).toMatchObject({ epoch: 1, status: 'held', worktree: '.', provisional: false });
    expect(await recorded(remote)).toMatchObject({
      epoch: 1,
      status: 'held',
      worktree: 'c1/.',
      writer: null,
    });
    expect(one.owed).toEqual([]);
  });

  test('what one clone has is refused to another of the same name, and shown without a contact', async () => {
    const { remote, a, b } = twoClones();
    await hold(a);
    const refused = await b.acquire(ask());
    expect(refused).toMatchObject({
      outcome: 'refused',
      standing: { life: 'live', lease: { epoch: 1, holder: 'agent:a', worktree: 'c1/.' } },
    });
    const before = remote.contacts;
    expect(await standingOf(b)).toMatchObject({ life: 'live', lease: { worktree: 'c1/.', epoch: 1 } });
    expect([...(await b.inspect()).keys()]).toEqual([ID]);
    expect(remote.contacts).toBe(before);
  });

  test('what is given back in one clone goes to another under a higher epoch', async () => {
    const { a, b, remote } = twoClones();
    const { epoch } = await hold(a);
    await a.release(ID, epoch);
    expect(leaseOf(await b.acquire(askAsB())).epoch).toBe(2);
    expect(await recorded(remote)).toMatchObject({ epoch: 2, worktree: 'c2/.' });
    expect(await a.renew(ID, epoch, { status: 'held' })).toBeNull();
    // Back again: an epoch above what the other clone had.
    await b.release(ID, 2);
    expect(leaseOf(await a.acquire(ask())).epoch).toBe(3);
  });

  test('whoever was refused before gets it once it is free, above all epochs that were seen', async () => {
    const { a, b, remote } = twoClones();
    for (let times = 0; times < 2; times += 1) await a.release(ID, (await hold(a)).epoch);
    const { epoch } = await hold(a);
    expect((await b.acquire(askAsB())).outcome).toBe('refused');
    await a.release(ID, epoch);
    const before = remote.contacts;
    expect(leaseOf(await b.acquire(askAsB()))).toMatchObject({ epoch: 4, provisional: false });
    // What was seen is old: it is read anew, and then swapped.
    expect(remote.contacts - before).toBe(2);
  });

  test('the epoch is one for both records, whichever was higher', async () => {
    const { a, b, one, remote } = twoClones();
    await a.release(ID, leaseOf(await a.acquire(ask({ floor: 41 }))).epoch);
    const lease = leaseOf(await b.acquire(askAsB()));
    expect(lease.epoch).toBe(43);
    expect(await standingOf(b)).toMatchObject({ lease: { epoch: 43, holder: 'agent:b', worktree: '.' } });
    expect(await recorded(remote)).toMatchObject({ epoch: 43, worktree: 'c2/.' });
    expect((await own(one))?.epoch).toBe(42);
  });

  test('finished work is refused everywhere, and taken over only on purpose', async () => {
    const { a, b, remote } = twoClones();
    const { epoch } = await hold(a);
    await a.renew(ID, epoch, { status: 'finishing' });
    expect(await recorded(remote)).toMatchObject({ status: 'finishing' });
    await a.renew(ID, epoch, { status: 'done' });
    expect(await b.acquire(askAsB())).toMatchObject({
      outcome: 'refused',
      standing: { lease: { status: 'done' } },
    });
    expect(leaseOf(await b.acquire(askAsB({ takeover: true }))).epoch).toBe(2);
  });

  test('a takeover ends the lease of the other clone at its next contact', async () => {
    const { a, b, here, one } = twoClones();
    const { epoch } = await hold(a);
    expect(leaseOf(await b.acquire(askAsB({ takeover: true })))).toMatchObject({
      epoch: 2,
      holder: 'agent:b',
    });
    // A renewal that needs no contact does not find out; one that does, does.
    expect(await a.renew(ID, epoch)).toMatchObject({ epoch: 1 });
    here.pass(TTL / 3);
    expect(await a.renew(ID, epoch)).toBeNull();
    expect(await own(one)).toMatchObject({ status: 'released', ended: 'lost', epoch: 1 });
    expect(await standingOf(a)).toMatchObject({
      life: 'live',
      lease: { holder: 'agent:b', worktree: 'c2/.' },
    });
    const { lost } = await a.settle();
    expect(lost).toMatchObject([
      { lease: { epoch: 1, ended: 'lost' }, winner: { holder: 'agent:b', epoch: 2 } },
    ]);
    expect(await a.settle()).toEqual({ kept: [], lost: [] });
  });

  test('renewals reach the remote only when a third of the time has passed', async () => {
    const { a, here, remote } = twoClones();
    const { epoch } = await hold(a);
    for (let passed = 0; passed < TTL; passed += TTL / 10) {
      here.pass(TTL / 10);
      await a.renew(ID, epoch);
    }
    expect(remote.contacts).toBe(1 + 2);
    // A change of what it is, at once.
    await a.renew(ID, epoch, { status: 'suspended' });
    expect(await recorded(remote)).toMatchObject({ status: 'suspended' });
    await a.renew(ID, epoch, { holder: 'agent:z', status: 'held' });
    expect(await recorded(remote)).toMatchObject({ status: 'held', holder: 'agent:z' });
    expect(remote.contacts).toBe(5);
  });

  test('an overdue lease of another clone is found by watching, and ended', async () => {
    const { a, b, there, here, remote } = twoClones();
    const { epoch } = await hold(a);
    expect((await b.acquire(askAsB())).outcome).toBe('refused');
    here.pass(100 * TTL);
    there.pass(TTL - 1);
    expect(await b.expire(MAIN)).toEqual([]);
    there.pass(1);
    expect(await standingOf(b)).toMatchObject({ life: 'overdue' });
    expect(await b.expire(MAIN)).toMatchObject([{ id: ID, epoch, ended: 'expired', worktree: 'c1/.' }]);
    expect(await recorded(remote)).toMatchObject({ status: 'released', ended: 'expired' });
    // Nobody took it: it still serves its holder.
    expect(await a.renew(ID, epoch, { status: 'held' })).toMatchObject({ epoch, status: 'held' });
    expect((await b.acquire(askAsB())).outcome).toBe('refused');
  });

  test('a lease that is renewed meanwhile is not ended by whoever watched the old record', async () => {
    const { a, b, there, here } = twoClones();
    const { epoch } = await hold(a);
    await b.acquire(askAsB());
    there.pass(TTL - 1);
    here.pass(TTL / 3);
    await a.renew(ID, epoch);
    there.pass(1);
    expect(await standingOf(b)).toMatchObject({ life: 'overdue' });
    expect(await b.expire(MAIN)).toEqual([]);
    expect((await b.acquire(askAsB())).outcome).toBe('refused');
    expect(await a.renew(ID, epoch, { status: 'held' })).not.toBeNull();
  });

  test('what expires here is given back there', async () => {
    const { a, b, here, remote } = twoClones();
    await hold(a);
    here.pass(TTL);
    expect(await a.expire(MAIN)).toMatchObject([{ ended: 'expired', worktree: '.' }]);
    expect(await recorded(remote)).toMatchObject({ status: 'released', ended: 'expired', worktree: 'c1/.' });
    expect((await b.acquire(askAsB())).outcome).toBe('granted');
  });

  test('the lease of another clone is ended by force, and by no epoch', async () => {
    const { a, b, remote, one } = twoClones();
    const { epoch } = await hold(a);
    expect(await b.release(ID, epoch)).toBeNull();
    expect(await recorded(remote)).toMatchObject({ status: 'held' });
    expect(await b.release(ID, null)).toMatchObject({ epoch, status: 'released', worktree: 'c1/.' });
    expect(await recorded(remote)).toMatchObject({ status: 'released' });
    expect(await a.renew(ID, epoch, { status: 'finishing' })).toBeNull();
    expect(await own(one)).toMatchObject({ ended: 'lost' });
    expect(await b.release(ID, null)).toBeNull();
  });

  test('whoever lost under an epoch does nothing to the lease of another clone under the same', async () => {
    const { remote, a, b } = twoClones();
    remote.line = offline;
    const { epoch } = await hold(a);
    remote.line = online;
    expect((await hold(b)).epoch).toBe(epoch);
    await a.settle();
    expect(await a.renew(ID, epoch, { status: 'done' })).toBeNull();
    expect(await a.release(ID, epoch)).toBeNull();
    await a.acquire(ask());
    expect(await a.renew(ID, epoch, { status: 'done' })).toBeNull();
    expect(await a.release(ID, epoch)).toBeNull();
    expect(await recorded(remote)).toMatchObject({ status: 'held', worktree: 'c2/.' });
  });

  test('each issue by itself', async () => {
    const { a, b } = twoClones();
    await hold(a);
    expect((await b.acquire(askAsB({ id: OTHER }))).outcome).toBe('granted');
    expect((await a.acquire(ask({ id: OTHER }))).outcome).toBe('refused');
    expect([...(await a.inspect()).keys()].sort()).toEqual([ID, OTHER]);
  });

  test('a refusal by the remote leaves nothing behind, and is no provisional claim', async () => {
    const { remote, a, one } = twoClones();
    remote.line = () => 'refused';
    await expect(a.acquire(ask())).rejects.toMatchObject({ code: 'REMOTE', details: { reason: 'refused' } });
    expect(await own(one)).toMatchObject({ status: 'released' });
    expect(await recorded(remote)).toBeNull();
    remote.line = online;
    expect((await a.acquire(ask())).outcome).toBe('granted');
  });
});

describe('while the remote cannot be reached', () => {
  test('a claim is provisional, and kept when nobody was first', async () => {
    const { remote, a, one } = twoClones();
    remote.line = offline;
    const { epoch } = await hold(a);
    expect(await standingOf(a)).toMatchObject({ life: 'live', lease: { provisional: true, status: 'held' } });
    expect(await a.settle()).toEqual({ kept: [], lost: [] });
    expect(one.owed).toEqual([ID]);
    remote.line = online;
    const { kept, lost } = await a.settle();
    expect(lost).toEqual([]);
    expect(kept).toMatchObject([{ id: ID, epoch, status: 'held', provisional: false }]);
    expect(await recorded(remote)).toMatchObject({
      epoch,
      status: 'held',
      worktree: 'c1/.',
      provisional: false,
    });
    expect(one.owed).toEqual([]);
    expect(await a.settle()).toEqual({ kept: [], lost: [] });
  });

  test.each(['held', 'suspended', 'done'] as const)(
    'whoever was there first wins, and the other (%s) is told once',
    async (status) => {
      const { remote, a, b, one } = twoClones();
      remote.line = offline;
      const mine = await hold(a);
      if (status !== 'held') await a.renew(ID, mine.epoch, { status });
      remote.line = online;
      const winner = await hold(b, { actor: { id: 'agent:b', bare: false } });
      const { kept, lost } = await a.settle();
      expect(kept).toEqual([]);
      expect(lost).toMatchObject([
        {
          lease: {
            epoch: mine.epoch,
            holder: 'agent:a',
            status: 'released',
            ended: 'lost',
            provisional: false,
          },
          winner: { holder: 'agent:b', epoch: winner.epoch, worktree: 'c2/.' },
        },
      ]);
      expect(await a.renew(ID, mine.epoch)).toBeNull();
      expect(await b.renew(ID, winner.epoch)).not.toBeNull();
      expect(await standingOf(a)).toMatchObject({ lease: { holder: 'agent:b' } });
      expect(one.owed).toEqual([]);
      expect(await a.settle()).toEqual({ kept: [], lost: [] });
    },
  );

  test('also whoever was first and gave it back wins, when the epochs are the same', async () => {
    const { remote, a, b } = twoClones();
    remote.line = offline;
    await hold(a);
    remote.line = online;
    await b.release(ID, (await hold(b)).epoch);
    expect((await a.settle()).lost).toMatchObject([{ winner: { worktree: 'c2/.', status: 'released' } }]);
    expect(leaseOf(await a.acquire(ask())).epoch).toBe(2);
  });

  test('a provisional lease that is renewed at the next contact is settled by that', async () => {
    const { remote, a, b } = twoClones();
    remote.line = offline;
    const { epoch } = await hold(a);
    await hold(a, { id: OTHER });
    remote.line = online;
    expect(await a.renew(ID, epoch)).toMatchObject({ provisional: false });
    await hold(b, { id: OTHER });
    expect(await a.renew(OTHER, 1)).toBeNull();
    expect(await a.settle()).toMatchObject({
      kept: [],
      lost: [{ lease: { id: OTHER, worktree: '.' }, winner: { id: OTHER, worktree: 'c2/.' } }],
    });
  });

  test('what is known to be with another clone is refused all the same', async () => {
    const { remote, a, b } = twoClones();
    await hold(a);
    expect((await b.acquire(askAsB())).outcome).toBe('refused');
    remote.line = offline;
    expect(await b.acquire(askAsB())).toMatchObject({
      outcome: 'refused',
      standing: { lease: { worktree: 'c1/.' } },
    });
    expect(leaseOf(await b.acquire(askAsB({ takeover: true })))).toMatchObject({ provisional: true });
  });

  test.each(['done', 'suspended', 'held', 'released'] as const)(
    'a change to %s is owed, and paid at the next contact',
    async (status) => {
      const { remote, a, b, one } = twoClones();
      const { epoch } = await hold(a);
      if (status === 'held') await a.renew(ID, epoch, { status: 'suspended' });
      remote.line = offline;
      if (status === 'released') expect(await a.release(ID, epoch)).toMatchObject({ status });
      else expect(await a.renew(ID, epoch, { status })).toMatchObject({ status });
      expect((await recorded(remote))?.status).not.toBe(status);
      expect(one.owed).toEqual([ID]);
      remote.line = online;
      expect(await a.settle()).toEqual({ kept: [], lost: [] });
      expect(await recorded(remote)).toMatchObject({ epoch, status });
      expect(one.owed).toEqual([]);
      const next = await b.acquire(askAsB());
      expect(next.outcome).toBe(status === 'released' ? 'granted' : 'refused');
    },
  );

  test('what is owed of a lease that was claimed anew since is what holds now', async () => {
    const { remote, a } = twoClones();
    await a.release(ID, (await hold(a)).epoch);
    const { epoch } = await hold(a);
    remote.line = offline;
    await a.release(ID, epoch);
    const again = await hold(a);
    expect(again).toMatchObject({ epoch: 3, provisional: true });
    remote.line = online;
    expect((await a.settle()).kept).toMatchObject([{ epoch: 3 }]);
    expect(await recorded(remote)).toMatchObject({ epoch: 3, status: 'held' });
  });

  test.each(['cut-before', 'cut-after'] as const)(
    'a process that ends between its own record and the remote (%s) owes, and the next one pays',
    async (cut) => {
      const { remote, here, one, two, there } = twoClones();
      const first = here.start('first');
      const leases = one.open(first);
      const { epoch } = await hold(leases);
      remote.line = () => cut;
      await leases.renew(ID, epoch, { status: 'done' });
      here.kill(first);
      remote.line = online;
      const second = one.open(here.start('second'));
      expect(await second.settle()).toEqual({ kept: [], lost: [] });
      expect(await recorded(remote)).toMatchObject({ status: 'done', epoch });
      expect((await two.open(there.start('b')).acquire(askAsB())).outcome).toBe('refused');
    },
  );

  test('a claim whose answer was cut off is the clone’s own at the next contact', async () => {
    const { remote, a, b } = twoClones();
    remote.line = () => 'cut-after';
    const { epoch } = await hold(a);
    expect(await recorded(remote)).toMatchObject({ epoch, worktree: 'c1/.' });
    remote.line = online;
    expect((await b.acquire(askAsB())).outcome).toBe('refused');
    expect((await a.settle()).kept).toMatchObject([{ epoch, provisional: false }]);
  });

  test('force releases the lease here, and says so there later', async () => {
    const { remote, a, one } = twoClones();
    await hold(a);
    remote.line = offline;
    expect(await a.release(ID, null)).toMatchObject({ status: 'released' });
    expect(one.owed).toEqual([ID]);
    await expect(a.release(OTHER, null)).rejects.toMatchObject({ code: 'REMOTE' });
    remote.line = online;
    await a.settle();
    expect(await recorded(remote)).toMatchObject({ status: 'released' });
  });

  test('sweeping goes on with what is here', async () => {
    const { remote, a, b, here, there } = twoClones();
    await hold(a);
    await hold(b, { id: OTHER });
    await b.acquire(askAsB());
    remote.line = offline;
    here.pass(TTL);
    there.pass(TTL);
    expect(await b.expire(MAIN)).toMatchObject([{ id: OTHER }]);
    expect((await recorded(remote, OTHER))?.status).toBe('held');
    remote.line = online;
    await b.settle();
    expect(await recorded(remote, OTHER)).toMatchObject({ status: 'released', ended: 'expired' });
  });
});
