import { describe, expect, test } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import { openLocalLeases } from '../../src/claims/local/local-leases.ts';
import { JitError } from '../../src/domain/errors.ts';
import type { Lease } from '../../src/domain/lease.ts';
import type { Disk } from '../../src/system/disk.ts';
import { ask, askAsB, leaseOf, MAIN, standingOf, TTL } from '../conformance/leases.ts';
import { faultyDisk } from '../store/faults/faulty-disk.ts';
import { type Counts, powerCuts, seeded } from '../store/faults/power-cuts.ts';
import { SimDisk } from '../store/faults/sim-disk.ts';
import { FakeMachine, type FakeProcess } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';
import { report } from '../support/report.ts';
import { LEASES } from './lease-process.ts';

// A process that is killed, a disk that fails, and a power cut, at every system call of every change.

const ID = idOf(1);
const OWN = `${LEASES}/${ID}`;

type Durability = 'full' | 'fast';

let names = 0;
const open = (disk: Disk, machine: FakeProcess, durability: Durability = 'full'): Leases =>
  openLocalLeases({ dir: LEASES, machine, disk, durability, newId: () => `n${++names}` });

interface Scene {
  readonly machine: FakeMachine;
  readonly disk: SimDisk;
}

/** A machine and a disk on which these changes were made by a process that is gone. */
async function makeScene(prepare: readonly Change[]): Promise<Scene> {
  const machine = new FakeMachine('one');
  const disk = new SimDisk();
  disk.makeDirectory('/git');
  disk.syncAll();
  const leases = open(disk, machine.start('earlier'));
  for (const change of prepare) await change(leases);
  machine.pass(TTL / 2);
  disk.syncAll();
  return { machine, disk };
}

type Change = (leases: Leases) => Promise<unknown>;

const epochOf = async (leases: Leases): Promise<number> => (await standingOf(leases))!.lease.epoch;
const claim: Change = async (leases) => leaseOf(await leases.acquire(ask()));
const become =
  (status: 'held' | 'finishing' | 'suspended' | 'done'): Change =>
  async (leases) =>
    leases.renew(ID, await epochOf(leases), { status });
const renew: Change = async (leases) => leases.renew(ID, await epochOf(leases));
const release: Change = async (leases) => leases.release(ID, await epochOf(leases));
const expire: Change = (leases) => leases.expire(MAIN);
const claimWithoutTtl: Change = async (leases) => leaseOf(await leases.acquire(ask({ ttl: null })));

const LONG = [claim, become('held'), renew, renew, renew, renew];

const CHANGES: Readonly<Record<string, { readonly prepare: readonly Change[]; readonly change: Change }>> = {
  'the first claim of all': { prepare: [], change: claim },
  'a claim of what was given back': { prepare: [...LONG, release], change: claim },
  'a takeover': { prepare: LONG, change: async (leases) => leases.acquire(askAsB({ takeover: true })) },
  'the end of a claim': { prepare: [claim], change: become('held') },
  'a renewal': { prepare: LONG, change: renew },
  'a completion': { prepare: LONG, change: become('done') },
  'a release': { prepare: LONG, change: release },
  'a sweep': { prepare: [async (leases) => leases.acquire(ask({ ttl: 1 }))], change: expire },
};

const recordOf = async (disk: Disk, machine: FakeMachine): Promise<Lease | null> =>
  (await standingOf(open(disk, machine.start('reader'))))?.lease ?? null;

describe.each(Object.entries(CHANGES))('%s', (name, { prepare, change }) => {
  test('that is killed at any call happened or did not, and the next goes on at once', async () => {
    const scene = await makeScene(prepare);
    const before = await recordOf(scene.disk, scene.machine);
    const done = scene.disk.clone();
    const counted = faultyDisk(done, 0, { kind: 'half' });
    await change(open(counted.disk, scene.machine.start('killed')));
    const after = await recordOf(done, scene.machine);
    expect(after).not.toEqual(before);
    const seen = new Set<string>();
    let points = 0;
    for (let at = 1; at <= counted.state.calls; at += 1) {
      for (const when of ['before', 'short', 'after'] as const) {
        if (when === 'short' && counted.state.names[at - 1] !== 'write') continue;
        points += 1;
        const where = `${when} call ${at} (${counted.state.names[at - 1]})`;
        const { machine } = await makeScene([]);
        const disk = scene.disk.clone();
        const killed = machine.start('killed');
        machine.elapsed = scene.machine.elapsed;
        let acknowledged = false;
        await change(open(faultyDisk(disk, at, { kind: 'crash', when }).disk, killed)).then(
          () => {
            acknowledged = true;
          },
          () => {},
        );
        for (const gone of [killed, machine.start('earlier')]) machine.kill(gone);
        const image = disk.image();
        const left = await recordOf(disk, machine);
        expect(disk.image(), `${where}: a reader wrote`).toBe(image);
        expect([before, after], where).toContainEqual(left);
        if (acknowledged) expect(left, where).toEqual(after);
        seen.add(JSON.stringify(left));
        // A claim that nobody was told of keeps nobody waiting.
        const next = open(disk, machine.start('next'));
        const takeover = left?.status !== 'released' && left?.status !== 'claiming' && left !== null;
        const { epoch } = leaseOf(
          await next.acquire(ask({ actor: { id: 'agent:c', bare: false }, takeover })),
        );
        expect(epoch, where).toBe((left?.epoch ?? 0) + 1);
        await next.renew(ID, epoch, { status: 'held' });
        expect(
          disk.list(OWN).filter((listed) => listed.name.startsWith('new-')),
          `${where}: litter`,
        ).toEqual([]);
      }
    }
    // Both sides were met, or the loop proved nothing.
    expect(seen.size).toBe(2);
    report(`leases: killed during ${name}`, { points });
  });

  test.each(['ENOSPC', 'EIO', 'EACCES', 'EROFS'])('that meets %s at any call says so', async (code) => {
    const scene = await makeScene(prepare);
    const before = await recordOf(scene.disk, scene.machine);
    const done = scene.disk.clone();
    const counted = faultyDisk(done, 0, { kind: 'half' });
    await change(open(counted.disk, scene.machine.start('failing')));
    const after = await recordOf(done, scene.machine);
    let refused = 0;
    for (let at = 1; at <= counted.state.calls; at += 1) {
      for (const lasting of [false, true]) {
        const where = `${code}${lasting ? ' from' : ' at'} call ${at} (${counted.state.names[at - 1]})`;
        const disk = scene.disk.clone();
        const faulty = faultyDisk(disk, at, { kind: 'error', code, lasting });
        const error: unknown = await change(open(faulty.disk, scene.machine.start('failing'))).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        const left = await recordOf(disk, scene.machine);
        if (error === null) expect(left, where).toEqual(after);
        else {
          refused += 1;
          expect(error, where).toBeInstanceOf(JitError);
          const { code: named, details, hint } = error as JitError;
          expect(named, where).toBe(code === 'ENOSPC' ? 'DISK_FULL' : 'IO');
          expect(details.committed, where).toBe(false);
          expect(left, where).toEqual(hint!.includes('nothing was changed') ? before : after);
        }
      }
    }
    expect(refused).toBeGreaterThan(2);
  });
});

/** Changes in a row, and whether each must outlive a power cut. */
const STORIES: Readonly<Record<string, readonly (readonly [Change, 'lasts' | 'may be lost'])[]>> = {
  'claimed, renewed and finished': [
    [claim, 'lasts'],
    [become('held'), 'may be lost'],
    [renew, 'may be lost'],
    [renew, 'may be lost'],
    [become('finishing'), 'lasts'],
    [become('done'), 'lasts'],
  ],
  'suspended, resumed and given back': [
    [claim, 'lasts'],
    [become('held'), 'may be lost'],
    [renew, 'may be lost'],
    [become('suspended'), 'lasts'],
    [become('held'), 'lasts'],
    [renew, 'may be lost'],
    [release, 'may be lost'],
    [claim, 'lasts'],
  ],
  'without a ttl, which outlives boots': [
    [claimWithoutTtl, 'lasts'],
    [become('held'), 'lasts'],
    [renew, 'lasts'],
    [release, 'lasts'],
    [claim, 'lasts'],
  ],
};

async function cutEverywhere(story: (typeof STORIES)[string], durability: Durability): Promise<Counts> {
  const counts: Counts = { points: 0, states: 0, distinct: 0, sampled: 0 };
  const random = seeded(20_260_103);
  const scene = await makeScene([]);
  const whole = scene.disk.clone();
  const counted = faultyDisk(whole, 0, { kind: 'half' });
  const leases = open(counted.disk, scene.machine.start('lost'), durability);
  const stages: (Lease | null)[] = [null];
  for (const [change] of story) {
    await change(leases);
    stages.push(await recordOf(whole, scene.machine));
  }
  const known = new Set<string>();
  for (let at = 1; at <= counted.state.calls + 1; at += 1) {
    counts.points += 1;
    const disk = scene.disk.clone();
    const faulty = faultyDisk(disk, at, { kind: 'crash', when: 'before' });
    const process = open(faulty.disk, scene.machine.start('lost'), durability);
    let acknowledged = 0;
    let least = 0;
    try {
      for (const [change, how] of story) {
        await change(process);
        acknowledged += 1;
        if (how === 'lasts') least = acknowledged;
      }
    } catch {
      // The power is gone.
    }
    for (const left of powerCuts(disk, counts, random)) {
      const image = left.image();
      if (known.has(`${acknowledged} ${image}`)) continue;
      known.add(`${acknowledged} ${image}`);
      counts.distinct += 1;
      const where = `before call ${at} (${counted.state.names[at - 1]}), ${acknowledged} acknowledged\n${image}`;
      const machine = new FakeMachine('one');
      machine.reboot();
      const lease = await recordOf(left, machine);
      const stage = stages.findLastIndex((known) => JSON.stringify(known) === JSON.stringify(lease));
      expect(stage, `${JSON.stringify(lease)} ${where}`).toBeGreaterThanOrEqual(least);
      expect(stage, where).toBeLessThanOrEqual(acknowledged + 1);
      const next = open(left, machine.start('next'));
      const granted = leaseOf(await next.acquire(askAsB({ takeover: true })));
      const highest = Math.max(0, ...stages.slice(0, acknowledged + 1).map((s) => s?.epoch ?? 0));
      expect(granted.epoch, where).toBeGreaterThan(highest);
    }
  }
  return counts;
}

describe('the power goes at any call while a lease is', () => {
  test.each(Object.entries(STORIES))('%s', async (name, story) => {
    const counts = await cutEverywhere(story, 'full');
    expect(counts.distinct).toBeGreaterThan(counts.points);
    report(`leases: power cut while a lease is ${name}`, { ...counts });
  });

  test('and the proof finds leases that are not put on the disk', async () => {
    for (const story of Object.values(STORIES)) await expect(cutEverywhere(story, 'fast')).rejects.toThrow();
  });
});

test('a file system without hard links is named', async () => {
  const { disk, machine } = await makeScene([]);
  for (const code of ['EPERM', 'ENOTSUP', 'ENOSYS']) {
    const without = new Proxy(disk, {
      get: (target, name: keyof Disk) =>
        name === 'link'
          ? () => {
              throw Object.assign(new Error(code), { code, syscall: 'link' });
            }
          : (target[name] as (...args: unknown[]) => unknown).bind(target),
    });
    const error = await open(without, machine.start('p'))
      .acquire(ask())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'IO', message: expect.stringContaining('no hard links') });
  }
  expect(disk.list(OWN)).toEqual([]);
});

test('a link that worked, and says that it did not, counts', async () => {
  const { disk, machine } = await makeScene([]);
  const repeats = new Proxy(disk, {
    get: (target, name: keyof Disk) =>
      name === 'link'
        ? (from: string, to: string) => {
            target.link(from, to);
            target.link(from, to);
          }
        : (target[name] as (...args: unknown[]) => unknown).bind(target),
  });
  const answer = await open(repeats, machine.start('p')).acquire(ask());
  expect(answer).toMatchObject({ outcome: 'granted', lease: { epoch: 1 } });
});

test('whoever is first with another issue’s lease after a process was killed keeps it when the power goes', async () => {
  const other = idOf(2);
  const counted = faultyDisk((await makeScene([])).disk, 0, { kind: 'crash', when: 'before' });
  await open(counted.disk, new FakeMachine('one').start('counted')).acquire(ask());
  let syncs = 0;
  for (let at = 1; at <= counted.state.calls + 1; at += 1) {
    const { machine, disk } = await makeScene([]);
    const first = open(faultyDisk(disk, at, { kind: 'crash', when: 'before' }).disk, machine.start('killed'));
    await first.acquire(ask()).catch(() => {});
    const { disk: watched, state } = faultyDisk(disk, 0, { kind: 'crash', when: 'before' });
    await open(watched, machine.start('next')).acquire(ask({ id: other }));
    syncs = state.names.filter((name) => name === 'fsync').length;
    for (const left of powerCuts(disk, { points: 0, states: 0, distinct: 0, sampled: 0 }, seeded(at))) {
      const found = await open(left, machine.start('later')).inspect([other]);
      expect(found.get(other)?.lease.epoch, `before call ${at} (${counted.state.names[at - 1]})`).toBe(1);
    }
  }
  // The record, the directory of all records, and its own: those above were put on the disk by the first.
  expect(syncs).toBe(3);
});
