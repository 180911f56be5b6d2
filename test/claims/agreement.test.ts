import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import { openLocalLeases } from '../../src/claims/local/local-leases.ts';
import { createMemoryCells, createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import type { Lease } from '../../src/domain/lease.ts';
import { ask, TTL } from '../conformance/leases.ts';
import { SimDisk } from '../store/faults/sim-disk.ts';
import { FakeMachine, type FakeProcess } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';
import { report } from '../support/report.ts';
import { size } from '../support/size.ts';
import { LEASES } from './lease-process.ts';

// Any operations in any order, by processes of one machine, with time, deaths and reboots between them: the adapters agree on
// every answer, and what always holds is looked at after each.

const RUNS = size(200, 10_000);
const IDS = [idOf(1), idOf(2)];
const HERE = [
  { worktree: '.', path: '/a', branch: 'main' },
  { worktree: 'worktrees/b', path: '/b', branch: null },
];

const id = fc.constantFrom(...IDS);
const epoch = fc.integer({ min: 1, max: 8 });
const step = fc.oneof(
  fc.record({
    what: fc.constant('acquire' as const),
    id,
    actor: fc.constantFrom('agent:a', 'agent:b', 'ci:a').map((name) => ({ id: name, bare: false })),
    here: fc.constantFrom(...HERE),
    ttl: fc.constantFrom(TTL, 2 * TTL, null),
    tied: fc.boolean(),
    floor: fc.constantFrom(0, 0, 0, 5),
    exclusive: fc.boolean(),
    takeover: fc.nat(7).map((chance) => chance === 0),
  }),
  fc.record({
    what: fc.constant('renew' as const),
    id,
    // 0: the latest epoch.
    epoch: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: epoch }),
    status: fc.constantFrom(undefined, 'held', 'held', 'finishing', 'suspended', 'done'),
  }),
  fc.record({ what: fc.constant('release' as const), id, epoch: fc.option(epoch) }),
  fc.record({
    what: fc.constant('expire' as const),
    here: fc.constantFrom(...HERE),
    ids: fc.constantFrom(undefined, IDS),
  }),
  fc.record({ what: fc.constant('pass' as const), milliseconds: fc.constantFrom(1, TTL / 2, TTL) }),
  fc.record({ what: fc.constantFrom('kill' as const, 'reboot' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function apply(leases: Leases, step: Step, tie: string, latest: Lease | undefined): Promise<unknown> {
  switch (step.what) {
    case 'acquire': {
      const { what: _, tied, ...request } = step;
      return leases.acquire(ask({ ...request, tie: tied ? tie : null }));
    }
    case 'renew': {
      const of = step.epoch === 0 ? (latest?.epoch ?? 1) : step.epoch;
      return leases.renew(step.id, of, step.status === undefined ? {} : ({ status: step.status } as never));
    }
    case 'release':
      return leases.release(step.id, step.epoch);
    case 'expire':
      return [...(await leases.expire(step.here, step.ids))].sort((a, b) => (a.id < b.id ? -1 : 1));
    default:
      return null;
  }
}

test('the memory and the local adapter agree; epochs grow, and each has one holder', async () => {
  const totals = { operations: 0, granted: 0, refused: 0, expired: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(2), step), { minLength: 10, maxLength: 50 }),
      async (script) => {
        const machine = new FakeMachine('one');
        const disk = new SimDisk();
        disk.patience = 1e9;
        disk.makeDirectory('/git');
        const cells = createMemoryCells();
        let boots = 0;
        const start = (who: number) => {
          const process = machine.start(`p${who}-${boots++}`);
          return { process, adapters: openBoth(process) };
        };
        const openBoth = (process: FakeProcess): readonly Leases[] => [
          createMemoryLeases(process, cells),
          openLocalLeases({ dir: LEASES, machine: process, disk, durability: 'fast' }),
        ];
        const processes = [0, 1, 2].map(start);
        const holders = new Map<string, string>();
        const highest = new Map<string, number>();
        for (const [who, step] of script) {
          const { process, adapters } = processes[who]!;
          if (step.what === 'pass') machine.pass(step.milliseconds);
          if (step.what === 'kill') {
            machine.kill(process);
            processes[who] = start(who);
          }
          if (step.what === 'reboot') {
            machine.reboot();
            processes.splice(0, 3, ...[0, 1, 2].map(start));
          }
          const latest = 'id' in step ? (await adapters[0]!.inspect()).get(step.id)?.lease : undefined;
          const tie = machine.start('tie').token;
          const [expected, told] = [
            await apply(adapters[0]!, step, tie, latest),
            await apply(adapters[1]!, step, tie, latest),
          ];
          expect(told).toEqual(expected);
          const { outcome, lease } = (told ?? {}) as { outcome?: string; lease?: Lease };
          totals.operations += 1;
          if (outcome === 'granted') totals.granted += 1;
          if (outcome === 'refused') totals.refused += 1;
          if (step.what === 'expire') totals.expired += (told as unknown[]).length;
          if (outcome === 'granted') {
            expect(lease!.epoch).toBeGreaterThan(highest.get(lease!.id) ?? 0);
          }
          const all = await processes[0]!.adapters[0]!.inspect();
          expect(new Map([...(await processes[1]!.adapters[1]!.inspect())].sort())).toEqual(
            new Map([...all].sort()),
          );
          for (const { lease: now } of all.values()) {
            expect(now.epoch).toBeGreaterThanOrEqual(highest.get(now.id) ?? 0);
            highest.set(now.id, now.epoch);
            const holder = `${now.holder} ${now.worktree}`;
            const key = `${now.id} ${now.epoch}`;
            expect(holders.get(key) ?? holder).toBe(holder);
            holders.set(key, holder);
          }
        }
      },
    ),
    { numRuns: RUNS, seed: 5 },
  );
  for (const total of Object.values(totals)) expect(total).toBeGreaterThan(RUNS / 10);
  report('leases: memory and local agree', { scripts: RUNS, ...totals });
}, 3_600_000);
