import { describe, expect, test } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import type { Machine } from '../../src/claims/machine.ts';
import type { Answer, Lease, Request } from '../../src/domain/lease.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';

/** Records of which nobody else knows; empty at first. */
export interface LeaseRecords {
  /** A process of this machine opens them; all that are opened share them. */
  open(options: { readonly machine: Machine }): Leases | Promise<Leases>;
}

/** What an adapter is tried with. */
export type MakeRecords = () => LeaseRecords | Promise<LeaseRecords>;

export const TTL = 60_000;
const ID = idOf(1);
const OTHER = idOf(2);

export const MAIN = { worktree: '.', path: '/trees/main', branch: 'main' };
export const LINKED = { worktree: 'worktrees/b', path: '/trees/b', branch: 'topic' };

type Ask = Omit<Request, 'writer'>;

/** A request by agent:a in the main work tree for a minute, unless told otherwise. */
export const ask = (fields: Partial<Ask> = {}): Ask => ({
  id: ID,
  actor: { id: 'agent:a', bare: false },
  here: MAIN,
  ttl: TTL,
  tie: null,
  floor: 0,
  exclusive: false,
  takeover: false,
  ...fields,
});

/** A request by agent:b, who is somebody else. */
export const askAsB = (fields: Partial<Ask> = {}): Ask =>
  ask({ actor: { id: 'agent:b', bare: false }, ...fields });

/** The lease of an answer that is no refusal. */
export function leaseOf(answer: Answer): Lease {
  if (answer.outcome === 'refused') throw new Error(`refused: ${JSON.stringify(answer.standing)}`);
  return answer.lease;
}

/** The standing of one issue; undefined where there is no record. */
export const standingOf = async (leases: Leases, id = ID) => (await leases.inspect([id])).get(id);

/** What every adapter of leases must do. `name`: the adapter. `confirms`: it asks a remote, which can be reached. */
export function describeLeases(name: string, make: MakeRecords, { confirms = false } = {}): void {
  /** Two processes of one machine with the same records. */
  const pair = async () => {
    const records = await make();
    const machine = new FakeMachine('one');
    const processes = [machine.start('first'), machine.start('second')] as const;
    const first = await records.open({ machine: processes[0] });
    const second = await records.open({ machine: processes[1] });
    return { records, machine, processes, first, second };
  };

  /** A lease that somebody on machine `one` holds. */
  const held = async (fields: Partial<Ask> = {}) => {
    const all = await pair();
    const { epoch } = leaseOf(await all.first.acquire(ask(fields)));
    const lease = (await all.first.renew(ID, epoch, { status: 'held' }))!;
    return { ...all, epoch, lease };
  };

  describe(`${name} grants`, () => {
    test('what nobody has', async () => {
      const { machine, processes, first, second } = await pair();
      expect(await first.inspect()).toEqual(new Map());
      expect(await standingOf(first)).toBeUndefined();
      const lease: Lease = {
        id: ID,
        epoch: 1,
        status: 'claiming',
        holder: 'agent:a',
        ...MAIN,
        ttl: TTL,
        renewals: 0,
        beat: machine.now(),
        tie: null,
        writer: processes[0].token,
        provisional: false,
        ended: null,
      };
      expect(await first.acquire(ask())).toEqual({ outcome: 'granted', lease });
      expect(await standingOf(second)).toEqual({ lease, life: 'live', remaining: TTL });
    });

    test('nothing that somebody else has', async () => {
      const { first, second, lease } = await held();
      const refused = { outcome: 'refused', standing: { lease, life: 'live', remaining: TTL } };
      expect(await second.acquire(askAsB())).toEqual(refused);
      // The same name in another work tree is somebody else.
      expect(await second.acquire(ask({ here: LINKED }))).toEqual(refused);
      expect((await standingOf(first))?.lease).toEqual(lease);
    });

    test('the same again to its holder, who goes on under the same epoch', async () => {
      const { machine, second, lease } = await held();
      machine.pass(1_000);
      const here = { ...MAIN, path: '/moved', branch: 'other' };
      const again = await second.acquire(ask({ here, ttl: 5_000, tie: 'one/x/y' }));
      expect(again.outcome).toBe('held');
      expect(leaseOf(again)).toEqual({
        ...lease,
        ...here,
        ttl: 5_000,
        tie: 'one/x/y',
        renewals: lease.renewals + 1,
        beat: machine.now(),
      });
      expect((await standingOf(second))?.lease).toEqual(leaseOf(again));
    });

    test('nothing that is tied to one process to another of the same name, while the first runs', async () => {
      const { machine, processes, first, second } = await pair();
      const [one, two] = [processes[0].token, processes[1].token];
      const { epoch } = leaseOf(await first.acquire(ask({ tie: one })));
      await first.renew(ID, epoch, { status: 'held' });
      expect(await second.acquire(ask({ tie: two }))).toMatchObject({
        outcome: 'refused',
        standing: { lease: { tie: one } },
      });
      // Whoever wants no process of its own goes on with what is there.
      const keep = { ttl: true, tie: true };
      expect(await second.acquire(ask({ tie: null, keep }))).toMatchObject({
        outcome: 'held',
        lease: { tie: one },
      });
      machine.kill(processes[0]);
      expect(await second.acquire(ask({ tie: two }))).toMatchObject({
        outcome: 'held',
        lease: { tie: two, epoch },
      });
    });

    test('a bare name is the holder of that identifier whatever its type', async () => {
      const { second } = await held({ actor: { id: 'ci:a', bare: false } });
      expect((await second.acquire(ask())).outcome).toBe('refused');
      expect((await second.acquire(ask({ actor: { id: 'agent:a', bare: true } }))).outcome).toBe('held');
    });

    test('what is tied to a process that runs to no other process of the same name', async () => {
      const { machine, first, second } = await pair();
      const [one, two] = [machine.start('one').token, machine.start('two').token];
      const { epoch } = leaseOf(await first.acquire(ask({ tie: one })));
      await first.renew(ID, epoch, { status: 'held' });
      expect((await second.acquire(ask({ tie: two }))).outcome).toBe('refused');
      expect(await second.acquire(ask({ tie: one }))).toMatchObject({ outcome: 'held', lease: { tie: one } });
      machine.kill({ token: one });
      expect(await second.acquire(ask({ tie: two }))).toMatchObject({ outcome: 'held', lease: { tie: two } });
    });

    test('to its holder again on the terms that are asked for, or on those it has', async () => {
      const { machine, first, second } = await pair();
      const tie = machine.start('agent').token;
      leaseOf(await first.acquire(ask({ tie })));
      const kept = await second.acquire(ask({ ttl: 5, tie: null, keep: { ttl: true, tie: true } }));
      expect(kept).toMatchObject({ outcome: 'held', lease: { ttl: TTL, tie } });
      const changed = await second.acquire(ask({ ttl: 5, tie: null, keep: { ttl: false, tie: false } }));
      expect(changed).toMatchObject({ outcome: 'held', lease: { ttl: 5, tie: null } });
    });

    test('exclusively also to nobody of the same name', async () => {
      const { second, lease } = await held();
      const answer = await second.acquire(ask({ exclusive: true }));
      expect(answer).toMatchObject({ outcome: 'refused', standing: { lease } });
    });

    test('a takeover from whoever has it', async () => {
      const { first, second, epoch } = await held();
      const taken = await second.acquire(askAsB({ takeover: true }));
      expect(taken).toMatchObject({ outcome: 'granted', lease: { holder: 'agent:b', epoch: epoch + 1 } });
      expect(await first.renew(ID, epoch)).toBeNull();
      expect((await standingOf(first))?.lease).toEqual(leaseOf(taken));
    });

    test('finished work to nobody, unless it is taken over', async () => {
      const { first, second, epoch } = await held();
      await first.renew(ID, epoch, { status: 'done' });
      for (const request of [ask(), askAsB(), ask({ here: LINKED })])
        expect(await second.acquire(request)).toMatchObject({
          outcome: 'refused',
          standing: { life: 'over', lease: { status: 'done', epoch } },
        });
      expect(leaseOf(await second.acquire(askAsB({ takeover: true }))).epoch).toBe(epoch + 1);
    });

    test('an epoch above what the file of the issue records', async () => {
      const { first, second } = await pair();
      expect(leaseOf(await first.acquire(ask({ floor: 41 }))).epoch).toBe(42);
      expect(leaseOf(await second.acquire(askAsB({ floor: 7, takeover: true }))).epoch).toBe(43);
      expect(leaseOf(await second.acquire(askAsB({ floor: 50, takeover: true }))).epoch).toBe(51);
    });

    test('an epoch above every earlier one, however the earlier one ended', async () => {
      const { machine, processes, first, second } = await pair();
      const epochs: number[] = [];
      const take = async (leases: Leases, fields: Partial<Ask> = {}): Promise<number> => {
        const { outcome, lease } = (await leases.acquire(ask(fields))) as Answer & { lease: Lease };
        expect(outcome).toBe('granted');
        epochs.push(lease.epoch);
        return lease.epoch;
      };
      await first.release(ID, await take(first));
      await first.release(ID, await take(first), 'lost');
      await take(first);
      machine.pass(TTL);
      await second.expire(MAIN);
      await take(first);
      machine.pass(TTL);
      await take(second, { here: LINKED });
      machine.kill(processes[1]);
      await take(first);
      expect(epochs).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test('each issue by itself', async () => {
      const { first, second } = await pair();
      const [one, two] = await Promise.all([
        first.acquire(ask()),
        second.acquire(askAsB({ id: OTHER, floor: 8 })),
      ]);
      await first.release(ID, 1);
      const all = await second.inspect();
      expect([...all.keys()].sort()).toEqual([ID, OTHER]);
      expect(all.get(OTHER)?.lease).toEqual(leaseOf(two));
      expect(all.get(ID)?.lease.epoch).toBe(leaseOf(one).epoch);
      expect([...(await first.inspect([OTHER, idOf(3)])).keys()]).toEqual([OTHER]);
    });
  });

  describe(`${name} renews`, () => {
    test('under the latest epoch only', async () => {
      const { first, second, epoch, lease } = await held();
      expect(await second.renew(ID, epoch - 1)).toBeNull();
      expect(await second.renew(ID, epoch + 1, { status: 'done' })).toBeNull();
      expect(await second.renew(OTHER, 1)).toBeNull();
      expect((await standingOf(first))?.lease).toEqual(lease);
      expect(await standingOf(first, OTHER)).toBeUndefined();
    });

    test('for a full ttl from now', async () => {
      const { machine, first, second, epoch, lease } = await held();
      machine.pass(TTL - 1);
      expect((await standingOf(second))?.remaining).toBe(1);
      const renewed = await first.renew(ID, epoch);
      expect(renewed).toEqual({ ...lease, renewals: lease.renewals + 1, beat: machine.now() });
      expect(await standingOf(second)).toEqual({ lease: renewed, life: 'live', remaining: TTL });
    });

    test('with what is changed, and keeps the rest', async () => {
      const { first, epoch, lease } = await held();
      // Whoever can ask the remote at once leaves nothing provisional.
      const change = { ttl: null, branch: null, ...(confirms ? {} : { provisional: true }) };
      expect(await first.renew(ID, epoch, change)).toEqual({ ...lease, ...change, renewals: 2 });
    });

    test('what is overdue, as long as nobody took it', async () => {
      const { machine, first, second, epoch } = await held();
      machine.pass(10 * TTL);
      expect((await standingOf(first))?.life).toBe('overdue');
      expect(await first.renew(ID, epoch)).toMatchObject({ status: 'held' });
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      machine.pass(TTL);
      expect((await second.acquire(askAsB())).outcome).toBe('granted');
      expect(await first.renew(ID, epoch, { status: 'done' })).toBeNull();
    });

    test('a change of status names the process that is at it, and no longer than that', async () => {
      const { processes, first, second, epoch } = await held();
      expect(await second.renew(ID, epoch, { status: 'finishing' })).toMatchObject({
        status: 'finishing',
        writer: processes[1].token,
      });
      expect(await first.renew(ID, epoch, { status: 'held' })).toMatchObject({ writer: null });
    });

    test('a mere renewal takes nothing over from the process that is at it', async () => {
      const { machine, processes, first, second } = await pair();
      const { epoch } = leaseOf(await first.acquire(ask()));
      expect(await second.renew(ID, epoch)).toMatchObject({ status: 'claiming', writer: processes[0].token });
      machine.kill(processes[0]);
      expect((await standingOf(second))?.life).toBe('overdue');
    });

    test('what waits for its gates: time does not count, and then counts anew', async () => {
      const { machine, first, second, epoch } = await held();
      await first.renew(ID, epoch, { status: 'suspended' });
      machine.pass(100 * TTL);
      expect(await standingOf(second)).toMatchObject({ life: 'live', remaining: null });
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      await second.renew(ID, epoch, { status: 'held' });
      expect(await standingOf(second)).toMatchObject({ life: 'live', remaining: TTL });
    });

    test('finished work stays finished', async () => {
      const { first, epoch } = await held();
      const done = await first.renew(ID, epoch, { status: 'done' });
      expect(done).toMatchObject({ status: 'done', writer: null });
      expect(await first.renew(ID, epoch)).toBeNull();
      expect(await first.renew(ID, epoch, { status: 'held' })).toBeNull();
      expect(await first.renew(ID, epoch, { status: 'done' })).toMatchObject({ status: 'done' });
    });

    test.each(['released', 'lost', 'expired'] as const)(
      'what was given back as %s: only what is finished is kept, and what expired may be gone on with',
      async (how) => {
        const { first, epoch } = await held();
        await first.release(ID, epoch, how);
        expect(await first.renew(ID, epoch)).toBeNull();
        const resumed = await first.renew(ID, epoch, { status: 'held' });
        expect(resumed?.status).toBe(how === 'expired' ? 'held' : undefined);
        expect(await first.renew(ID, epoch, { status: 'done' })).toMatchObject({
          status: 'done',
          ended: null,
        });
      },
    );
  });

  describe(`${name} gives back`, () => {
    test('under an epoch, once', async () => {
      const { first, second, epoch, lease } = await held({ tie: 'one/x/y' });
      expect(await second.release(ID, epoch + 1)).toBeNull();
      expect(await second.release(ID, epoch)).toEqual({
        ...lease,
        status: 'released',
        renewals: 2,
        tie: null,
        ended: 'released',
      });
      expect(await first.release(ID, epoch)).toBeNull();
      expect(await first.release(ID, null)).toBeNull();
      expect(await standingOf(first)).toMatchObject({ life: 'over', remaining: null });
      expect((await first.inspect()).size).toBe(1);
      expect((await second.acquire(askAsB())).outcome).toBe('granted');
      expect(await first.release(ID, epoch)).toBeNull();
    });

    test('whatever it is, when no epoch is named', async () => {
      const { first, epoch } = await held();
      expect(await first.release(OTHER, null)).toBeNull();
      await first.renew(ID, epoch, { status: 'done' });
      expect(await first.release(ID, null)).toMatchObject({ status: 'released', epoch });
      expect((await first.acquire(askAsB())).outcome).toBe('granted');
    });

    test('what is overdue, and nothing else', async () => {
      const { machine, first, second, epoch } = await held();
      const take = async (number: number, fields: Partial<Ask>): Promise<number> =>
        leaseOf(await first.acquire(ask({ id: idOf(number), ...fields }))).epoch;
      await first.renew(idOf(3), await take(3, { ttl: null }), { status: 'held' });
      await first.renew(idOf(4), await take(4, {}), { status: 'suspended' });
      await first.renew(idOf(5), await take(5, {}), { status: 'done' });
      await first.release(idOf(6), await take(6, {}));
      await take(7, { ttl: 2 * TTL });
      await take(8, {});
      machine.pass(TTL);
      const before = await second.inspect();
      const ended = await second.expire(MAIN, [ID, idOf(3), idOf(9)]);
      expect(ended).toMatchObject([{ id: ID, epoch, status: 'released', ended: 'expired' }]);
      expect((await second.expire(LINKED)).map(({ id }) => id)).toEqual([idOf(8)]);
      expect(await second.expire(MAIN)).toEqual([]);
      const after = await second.inspect();
      for (const number of [3, 4, 5, 6, 7]) expect(after.get(idOf(number))).toEqual(before.get(idOf(number)));
    });

    test('as if a renewal by another process had taken nothing over from the one that finishes', async () => {
      const { machine, processes, first, second, epoch } = await held();
      await first.renew(ID, epoch, { status: 'finishing' });
      expect(await second.renew(ID, epoch)).toMatchObject({
        status: 'finishing',
        writer: processes[0].token,
      });
      machine.kill(processes[1]);
      machine.pass(TTL);
      expect((await standingOf(first))?.life).toBe('live');
    });

    test('no work of another work tree whose finishing was interrupted', async () => {
      const { machine, processes, first, second, epoch } = await held({ here: LINKED });
      await first.renew(ID, epoch, { status: 'finishing' });
      machine.pass(10 * TTL);
      // As long as the process lives it may finish.
      expect(await standingOf(second)).toMatchObject({ life: 'live', remaining: null });
      expect(await second.expire(LINKED)).toEqual([]);
      machine.kill(processes[0]);
      expect(await standingOf(second)).toMatchObject({ life: 'overdue' });
      expect(await second.expire(MAIN)).toEqual([]);
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      expect(await second.expire(LINKED)).toMatchObject([{ id: ID, epoch, ended: 'expired' }]);
      expect(await second.renew(ID, epoch, { status: 'done' })).toMatchObject({ status: 'done' });
    });

    test('work whose finishing was interrupted to its own work tree, after its ttl', async () => {
      const { machine, processes, first, second, epoch } = await held({ here: LINKED });
      await first.renew(ID, epoch, { status: 'finishing' });
      machine.kill(processes[0]);
      expect((await second.acquire(askAsB({ here: LINKED }))).outcome).toBe('refused');
      machine.pass(TTL);
      expect((await second.acquire(askAsB({ here: LINKED }))).outcome).toBe('granted');
    });
  });

  describe(`${name} judges`, () => {
    test('in the same boot at once, to the millisecond', async () => {
      const { machine, second } = await held();
      machine.pass(TTL - 1);
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      machine.pass(1);
      expect((await second.acquire(askAsB())).outcome).toBe('granted');
    });

    test('by no time what has none', async () => {
      const { machine, records, second } = await held({ ttl: null });
      machine.pass(1_000 * TTL);
      expect(await standingOf(second)).toMatchObject({ life: 'live', remaining: null });
      machine.reboot();
      const later = await records.open({ machine: machine.start('later') });
      expect((await later.acquire(askAsB())).outcome).toBe('refused');
      expect(await later.expire(MAIN)).toEqual([]);
    });

    test('a lease of an earlier boot of the machine at once', async () => {
      const { machine, records, epoch } = await held();
      machine.reboot();
      const later = await records.open({ machine: machine.start('later') });
      expect((await standingOf(later))?.life).toBe('overdue');
      expect(leaseOf(await later.acquire(askAsB())).epoch).toBe(epoch + 1);
    });

    test('what waits for its gates by no boot and by no process', async () => {
      const { machine, records, processes, first, epoch } = await held({
        tie: new FakeMachine('one').start('agent').token,
      });
      await first.renew(ID, epoch, { status: 'suspended' });
      machine.kill({ token: (await standingOf(first))!.lease.tie! });
      machine.kill(processes[0]);
      expect((await standingOf(first))?.life).toBe('live');
      machine.reboot();
      const later = await records.open({ machine: machine.start('later') });
      expect((await standingOf(later))?.life).toBe('live');
      expect((await later.acquire(askAsB())).outcome).toBe('refused');
    });

    test('another machine only after having seen the lease unchanged for its ttl', async () => {
      const { records, first, machine, epoch } = await held();
      const far = new FakeMachine('two', 7);
      const watcher = await records.open({ machine: far.start('watcher') });
      // Looking alone writes nothing, so it is not the first look.
      await watcher.inspect();
      far.pass(10 * TTL);
      machine.pass(10 * TTL);
      expect((await watcher.acquire(askAsB())).outcome).toBe('refused');
      far.pass(TTL - 1);
      expect((await watcher.acquire(askAsB())).outcome).toBe('refused');
      await first.renew(ID, epoch);
      far.pass(1);
      expect((await watcher.acquire(askAsB())).outcome).toBe('refused');
      far.pass(TTL - 1);
      expect(await watcher.expire(MAIN)).toEqual([]);
      expect((await standingOf(watcher))?.life).toBe('live');
      far.pass(1);
      expect((await standingOf(watcher))?.life).toBe('overdue');
      expect(leaseOf(await watcher.acquire(askAsB())).epoch).toBe(epoch + 1);
      expect(await first.renew(ID, epoch)).toBeNull();
    });

    test('by watching where the system does not tell boots apart', async () => {
      const records = await make();
      const machine = new FakeMachine('one', 1_000, null);
      const first = await records.open({ machine: machine.start('first') });
      const second = await records.open({ machine: machine.start('second') });
      leaseOf(await first.acquire(ask()));
      machine.pass(10 * TTL);
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      machine.pass(TTL);
      expect((await second.acquire(askAsB())).outcome).toBe('granted');
    });

    test.each([TTL, null])('a lease whose process ended at once (ttl %s)', async (ttl) => {
      const { machine, first, second } = await pair();
      const worker = machine.start('worker');
      const { epoch } = leaseOf(await first.acquire(ask({ ttl, tie: worker.token })));
      await first.renew(ID, epoch, { status: 'held' });
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      machine.kill(worker);
      expect((await standingOf(second))?.life).toBe('overdue');
      expect((await second.acquire(askAsB())).outcome).toBe('granted');
    });

    test('a lease without ttl whose process went with an earlier boot', async () => {
      const { machine, records, first } = await pair();
      const { epoch } = leaseOf(await first.acquire(ask({ ttl: null, tie: machine.start('worker').token })));
      await first.renew(ID, epoch, { status: 'held' });
      machine.reboot();
      const later = await records.open({ machine: machine.start('later') });
      expect((await later.acquire(askAsB())).outcome).toBe('granted');
    });

    test('a claim whose process died before anybody was told of it', async () => {
      const { machine, processes, first, second } = await pair();
      await first.acquire(ask({ ttl: null }));
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      machine.kill(processes[0]);
      expect((await standingOf(second))?.life).toBe('overdue');
      expect(leaseOf(await second.acquire(askAsB())).epoch).toBe(2);
    });

    test.each([3_600_000, -3_600_000])('by no wall clock (%s ms off)', async (wrongBy) => {
      const { machine, records, first, second, epoch } = await held();
      const far = new FakeMachine('two');
      const watcher = await records.open({ machine: far.start('watcher') });
      machine.wrongBy = wrongBy;
      far.wrongBy = -wrongBy;
      expect(await standingOf(second)).toMatchObject({ life: 'live', remaining: TTL });
      expect((await watcher.acquire(askAsB())).outcome).toBe('refused');
      expect(await second.expire(MAIN)).toEqual([]);
      const renewed = await first.renew(ID, epoch);
      expect(renewed?.beat.at).toBe(machine.now().at);
      machine.wrongBy = 0;
      expect(await standingOf(second)).toMatchObject({ life: 'live', remaining: TTL });
      machine.pass(TTL - 1);
      machine.wrongBy = wrongBy;
      expect((await second.acquire(askAsB())).outcome).toBe('refused');
      machine.pass(1);
      expect((await second.acquire(askAsB())).outcome).toBe('granted');
    });
  });

  describe(`${name} at once`, () => {
    test.each([false, true])(
      'many ask for the same: one is granted it (exclusive: %s)',
      async (exclusive) => {
        const records = await make();
        const machine = new FakeMachine('one');
        const askers = await Promise.all(
          Array.from({ length: 8 }, (_, i) => records.open({ machine: machine.start(`p${i}`) })),
        );
        // One name for all, or a name for each.
        const answers = await Promise.all(
          askers.map((leases, i) =>
            leases.acquire(
              exclusive ? ask({ exclusive }) : ask({ actor: { id: `agent:w${i}`, bare: false } }),
            ),
          ),
        );
        const granted = answers.filter(({ outcome }) => outcome === 'granted');
        expect(granted).toHaveLength(1);
        const winner = (await standingOf(askers[0]!))!.lease;
        expect(leaseOf(granted[0]!)).toEqual(winner);
        for (const answer of answers)
          if (answer.outcome === 'refused') expect(answer.standing.lease).toEqual(winner);
        expect(answers.filter(({ outcome }) => outcome === 'refused')).toHaveLength(7);
      },
    );

    test('many take over: each has an epoch of its own', async () => {
      const records = await make();
      const machine = new FakeMachine('one');
      const askers = await Promise.all(
        Array.from({ length: 5 }, (_, i) => records.open({ machine: machine.start(`p${i}`) })),
      );
      const leases = (
        await Promise.all(askers.map((asker) => asker.acquire(askAsB({ takeover: true }))))
      ).map(leaseOf);
      const epochs = leases.map(({ epoch }) => epoch);
      expect(new Set(epochs).size).toBe(5);
      expect((await standingOf(askers[0]!))?.lease.epoch).toBe(Math.max(...epochs));
    });

    test('a renewal, a release and a takeover: whoever comes late changes nothing', async () => {
      const { first, second, epoch } = await held();
      const [renewed, taken, released] = await Promise.all([
        first.renew(ID, epoch, { status: 'suspended' }),
        second.acquire(askAsB({ takeover: true })),
        first.release(ID, epoch),
      ]);
      const last = (await standingOf(first))!.lease;
      expect(last).toEqual(leaseOf(taken));
      expect(last).toMatchObject({ holder: 'agent:b', epoch: epoch + 1, status: 'claiming' });
      for (const lease of [renewed, released]) if (lease !== null) expect(lease.epoch).toBe(epoch);
    });

    test('there is nothing to settle where no remote is in play', async () => {
      const { first } = await held();
      expect(await first.settle()).toEqual({ kept: [], lost: [] });
    });
  });
}
