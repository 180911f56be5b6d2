import { expect, test } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import { isActive, type Lease } from '../../src/domain/lease.ts';
import { ask } from '../conformance/leases.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';
import { size } from '../support/size.ts';
import { type Chance, Crossing, chance } from './crossing.ts';
import { type Contact, type MemoryClone, MemoryRemote } from './layered-ground.ts';

const ISSUES = [idOf(1), idOf(2)];
const CLONES = ['c1', 'c2', 'c3'];

/** What happened in all runs together: a run in which nothing of this happens shows nothing. */
const seen = { conflicts: 0, granted: 0, refused: 0, provisional: 0, kept: 0, lost: 0, lostToRenewal: 0 };

interface Told {
  readonly clone: string;
  readonly lease: Lease;
}

/** One process that asks for issues, works on them and finishes or gives them back, in an order that is left to chance. */
async function work(clone: string, leases: Leases, random: Chance, told: Told[]): Promise<void> {
  for (let step = 0; step < 6; step += 1) {
    const id = random.pick(ISSUES);
    await count(leases.settle());
    const takeover = random.oneIn(12);
    const answer = await leases.acquire(ask({ id, exclusive: random.oneIn(2), takeover }));
    if (answer.outcome === 'refused') {
      seen.refused += 1;
      continue;
    }
    const { epoch } = answer.lease;
    if (answer.outcome === 'granted') {
      told.push({ clone, lease: answer.lease });
      seen.granted += 1;
      if (answer.lease.provisional) seen.provisional += 1;
    }
    for (const status of [
      'held',
      'finishing',
      random.pick(['done', 'held', 'suspended'] as const),
    ] as const) {
      if ((await leases.renew(id, epoch, { status })) !== null) continue;
      seen.lostToRenewal += 1;
      break;
    }
    if (random.oneIn(2)) await leases.release(id, epoch);
  }
}

async function count(settling: ReturnType<Leases['settle']>): Promise<void> {
  const { kept, lost } = await settling;
  seen.kept += kept.length;
  seen.lost += lost.length;
}

/** Three clones with two processes each, over a line that works, or not, as chance has it. */
async function run(seed: number, outcomes: readonly Contact[]): Promise<void> {
  const random = chance(seed);
  const crossing = new Crossing(random);
  const remote = new MemoryRemote();
  remote.before = () => crossing.wait();
  remote.line = () => random.pick(outcomes);
  const told: Told[] = [];
  const clones = new Map(CLONES.map((name) => [name, remote.clone(name)]));
  const open = ([name, clone]: [string, MemoryClone]): readonly Leases[] => {
    const machine = new FakeMachine(`machine of ${name}`);
    return [clone.open(machine.start('p')), clone.open(machine.start('q'))];
  };
  const processes = new Map([...clones].map((each) => [each[0], open(each)]));
  await crossing.run(
    [...processes].flatMap(([name, pair]) => pair.map((leases) => work(name, leases, random, told))),
  );
  seen.conflicts += remote.conflicts;

  // Contact: everybody says what is owed, and hears what is so.
  remote.line = () => 'works';
  remote.before = async () => {};
  for (const pair of processes.values()) for (const leases of pair) await count(leases.settle());
  for (const [name, clone] of clones) {
    for (const { id, lease } of await clone.local.read(ISSUES)) {
      // Whoever still works says so, as everybody does within a third of the ttl.
      if (lease !== null && isActive(lease))
        await processes
          .get(name)![0]!
          .renew(id, lease.epoch, { status: lease.status === 'held' ? 'suspended' : 'held' });
    }
  }

  for (const id of ISSUES) {
    const [{ lease: there } = { lease: null }] = await remote.cells.read([id]);
    for (const [name, clone] of clones) {
      const [{ lease: here } = { lease: null }] = await clone.local.read([id]);
      if (here === null || here.status === 'released') continue;
      // Finished, and then begun anew elsewhere on purpose.
      if (here.status === 'done' && here.epoch < there!.epoch) continue;
      // Nobody believes to have, or to have finished, what the remote says another has.
      expect([seed, there?.worktree, there?.epoch]).toEqual([seed, `${name}/.`, here.epoch]);
      expect([seed, here.provisional]).toEqual([seed, false]);
    }
  }
  // Who lost by that is told; then nothing is owed.
  for (const [leases] of processes.values()) await count(leases!.settle());
  for (const clone of clones.values()) expect([seed, clone.owed]).toEqual([seed, []]);
  // What was granted with the remote was granted once.
  const firm = told
    .filter(({ lease }) => !lease.provisional)
    .map(({ lease }) => `${lease.id} ${lease.epoch}`);
  expect([seed, firm.length - new Set(firm).size]).toEqual([seed, 0]);
}

const RUNS = size(150, 3_000);

test(`${RUNS} races over a line that works: no epoch is granted twice, nobody is left believing`, async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) await run(seed, ['works']);
  expect(seen.conflicts).toBeGreaterThan(RUNS);
  expect(seen.granted).toBeGreaterThan(RUNS);
  expect(seen.refused).toBeGreaterThan(RUNS);
  expect(seen.lostToRenewal).toBeGreaterThan(0);
  expect(seen.provisional).toBe(0);
});

test(`${RUNS} races over a line that is cut before and after the remote did its part`, async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) await run(seed, ['works', 'works', 'cut-before', 'cut-after']);
  for (const [what, times] of Object.entries(seen)) expect([what, times > RUNS / 10]).toEqual([what, true]);
});
