import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimDisk } from '../store/faults/sim-disk.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';
import { type Entry, findViolation, type Op } from '../support/linearizability.ts';
import { report } from '../support/report.ts';
import { size } from '../support/size.ts';
import { LEASES, LeaseProcess, type Script, Timeline } from './lease-process.ts';

// Processes that are stopped and woken at every system call. Every history must be that of one lease that changes step by step.

const ID = idOf(1);
const TTL = 100;
const SCHEDULES = size(300, 20_000);

const acquire =
  (by: string, fields: Partial<Op> = {}) =>
  () =>
    ({
      op: 'acquire',
      ...{ id: ID, by, worktree: '.', ttl: TTL, tie: null, floor: 0, exclusive: false, takeover: false },
      ...fields,
    }) as Omit<Op, 'writer'>;
const renew =
  (change: object = {}) =>
  (epoch: number) =>
    ({ op: 'renew', id: ID, epoch, change }) as Omit<Op, 'writer'>;
const release = (epoch: number) => ({ op: 'release', id: ID, epoch, how: 'released' }) as Omit<Op, 'writer'>;
const force = () => ({ op: 'release', id: ID, epoch: null, how: 'released' }) as Omit<Op, 'writer'>;
const expire = () => ({ op: 'expire', id: ID, worktree: '.' }) as Omit<Op, 'writer'>;
const inspect = () => ({ op: 'inspect', id: ID }) as Omit<Op, 'writer'>;

function scene() {
  const machine = new FakeMachine('one');
  const disk = new SimDisk();
  disk.patience = 1e9;
  disk.makeDirectory('/git');
  const timeline = new Timeline(machine);
  let names = 0;
  const start = (script: Script): LeaseProcess =>
    new LeaseProcess(machine, timeline, disk, `p${++names}`, script);
  return { machine, disk, timeline, start };
}

/** Each epoch had one holder, and each was granted once. */
function checkEpochs(history: readonly Entry[]): void {
  const granted = history.filter(({ result }) => result?.outcome === 'granted');
  const epochs = granted.map(({ result }) => result!.lease!.epoch);
  expect(new Set(epochs).size).toBe(epochs.length);
  const holders = new Map<number, string>();
  for (const { result } of history) {
    if (result?.lease == null) continue;
    const { epoch, holder, worktree } = result.lease;
    expect(holders.get(epoch) ?? `${holder} ${worktree}`).toBe(`${holder} ${worktree}`);
    holders.set(epoch, `${holder} ${worktree}`);
  }
}

const MANY: Script = [
  acquire('agent:b'),
  renew({ status: 'held' }),
  renew(),
  renew(),
  release,
  acquire('agent:b'),
  renew({ status: 'suspended' }),
  renew({ status: 'held' }),
  renew(),
  release,
];

const STOPPED: Readonly<Record<string, Script>> = {
  'claims what nobody has': [acquire('agent:a'), inspect],
  'claims, and goes on': [acquire('agent:a'), renew({ status: 'held' }), renew({ status: 'done' })],
  'takes over': [acquire('agent:a', { takeover: true }), renew({ status: 'held' })],
  'sweeps, and claims': [expire, acquire('agent:a')],
  'gives back by force': [force, inspect],
  'looks on': [inspect, inspect, inspect],
};

describe('one that is stopped at every call while another changes the lease many times, and prunes', () => {
  test.each(Object.entries(STOPPED))('%s', async (name, script) => {
    const alone = scene();
    const whole = alone.start(script);
    await whole.run();
    let late = 0;
    for (const before of [0, 1, 3]) {
      for (let calls = 0; calls <= whole.calls + 12; calls += 1) {
        const { disk, start } = scene();
        const earlier = start(MANY.slice(0, 4).concat(release));
        if (before > 0) await earlier.run();
        const stopped = start(script);
        await stopped.run(calls);
        const others = start(before === 3 ? MANY.slice(0, 3) : MANY);
        await others.run();
        expect(others.ended).toBe(true);
        await stopped.run();
        expect(stopped.ended).toBe(true);
        late += stopped.conflicts;
        const history = [...earlier.entries, ...stopped.entries, ...others.entries];
        expect(findViolation(history), `stopped before call ${calls + 1}`).toBeNull();
        checkEpochs(history);
        expect(disk.list(`${LEASES}/${ID}`).filter(({ name }) => name.startsWith('new-'))).toEqual([]);
      }
    }
    report(`leases: stopped while another changes them, ${name}`, { points: whole.calls + 13, late });
  });
});

test('a link to a number that was pruned meanwhile grants nothing', async () => {
  const script = [acquire('agent:a')];
  const alone = scene();
  const whole = alone.start(script);
  await whole.run();
  let tooLate = 0;
  for (let calls = 0; calls <= whole.calls; calls += 1) {
    const { start, disk } = scene();
    const earlier = start(MANY);
    await earlier.run();
    const stopped = start(script);
    await stopped.run(calls);
    const others = start([...MANY, ...MANY.slice(0, 3)]);
    await others.run();
    const links: string[] = [];
    const link = disk.link.bind(disk);
    disk.link = (from, to) => {
      link(from, to);
      links.push(to);
    };
    await stopped.run();
    const [entry] = stopped.entries;
    if (links.length > 0 && entry?.result?.outcome === 'refused') tooLate += 1;
    // Stopped before it read, or after its record counted.
    else expect([0, 1]).toContain(links.length);
    expect(findViolation([...earlier.entries, ...stopped.entries, ...others.entries])).toBeNull();
    expect(links.filter((path) => disk.stat(path) !== undefined)).toEqual([]);
  }
  expect(tooLate).toBeGreaterThan(3);
});

test('many in any order, some of them killed, while time goes by', async () => {
  const anyStep: fc.Arbitrary<Script[number]> = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(acquire('agent:a'), acquire('agent:b')) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(acquire('agent:a', { exclusive: true }), acquire('agent:b', { floor: 9 })),
    },
    { weight: 1, arbitrary: fc.constantFrom(acquire('agent:c', { takeover: true }), force) },
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        ...['held', 'suspended', 'finishing', 'done'].map((status) => renew({ status })),
      ),
    },
    { weight: 4, arbitrary: fc.constantFrom(renew(), release, expire, inspect) },
  );
  const totals = { operations: 0, conflicts: 0, killed: 0, expired: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyStep, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 4 }),
      fc.array(
        fc.record({
          who: fc.nat(3),
          calls: fc.integer({ min: 1, max: 40 }),
          pass: fc.constantFrom(0, 0, 1, TTL / 2, TTL),
          kill: fc.nat(9).map((chance) => chance === 0),
        }),
        { minLength: 4, maxLength: 30 },
      ),
      async (scripts, schedule) => {
        const { machine, timeline, start } = scene();
        const processes = scripts.map(start);
        const dead = new Set<LeaseProcess>();
        const deaths: Entry[] = [];
        for (const { who, calls, pass, kill } of schedule) {
          const process = processes[who % processes.length]!;
          machine.pass(pass);
          if (dead.has(process)) continue;
          await process.run(calls);
          if (!kill) continue;
          dead.add(process);
          const { token } = process.machine;
          const from = timeline.now();
          machine.kill({ token });
          deaths.push({ process: 'test', start: from, end: timeline.now(), op: { op: 'die', token } });
        }
        for (const process of processes) if (!dead.has(process)) await process.run();
        const history = [...processes.flatMap(({ entries }) => entries), ...deaths];
        totals.operations += history.length;
        totals.killed += dead.size;
        for (const process of processes) totals.conflicts += process.conflicts;
        totals.expired += history.filter(({ result }) => result?.lease?.ended === 'expired').length;
        expect(findViolation(history)).toBeNull();
        checkEpochs(history);
      },
    ),
    { numRuns: SCHEDULES, seed: 11 },
  );
  expect(totals.conflicts).toBeGreaterThan(0);
  expect(totals.expired).toBeGreaterThan(0);
  report('leases: processes in any order, on a simulated disk', { schedules: SCHEDULES, ...totals });
}, 3_600_000);
