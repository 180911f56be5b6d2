import { describe, expect, test } from 'vitest';
import { createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';
import { type Entry, findViolation, type Op } from '../support/linearizability.ts';
import { performLeaseOp } from '../support/perform-lease-op.ts';

// The checker is held to histories that are right, and to the same ones after a lie.

const ID = idOf(1);
const acquire = (by: string, fields: object = {}): Op => ({
  op: 'acquire',
  ...{ id: ID, by, worktree: '.', ttl: 100, tie: null, floor: 0, exclusive: false, takeover: false },
  ...{ writer: `one_one-boot-1_${by}` },
  ...fields,
});
const renew = (by: string, epoch: number, change: object = {}): Op => ({
  op: 'renew',
  ...{ id: ID, epoch, change, writer: `one_one-boot-1_${by}` },
});

/** Does one after the other, `pass` milliseconds apart. */
async function history(script: readonly (Op | number)[]): Promise<Entry[]> {
  const machine = new FakeMachine('one');
  const processes = new Map(['agent:a', 'agent:b'].map((name) => [name, machine.start(name)]));
  const cells = createMemoryLeases(processes.get('agent:a')!);
  const entries: Entry[] = [];
  for (const [i, step] of script.entries()) {
    if (typeof step === 'number') machine.pass(step);
    else {
      const start = machine.elapsed + i / 1_000;
      const result = JSON.parse(JSON.stringify(await performLeaseOp(cells, step)));
      entries.push({ process: 'p', start, end: start + 0.0005, op: step, result });
    }
  }
  return entries;
}

const SCRIPT = [
  acquire('agent:a'),
  renew('agent:a', 1, { status: 'held' }),
  acquire('agent:b'),
  acquire('agent:a', { writer: 'one_one-boot-1_agent:a' }),
  100,
  { op: 'expire', id: ID, worktree: '.' } as const,
  acquire('agent:b', { floor: 7, writer: 'one_one-boot-1_agent:a' }),
  renew('agent:a', 8, { status: 'held' }),
  renew('agent:a', 1),
  { op: 'inspect', id: ID } as const,
  { op: 'release', id: ID, epoch: 8, how: 'released' } as const,
  { op: 'release', id: ID, epoch: null, how: 'released' } as const,
];

describe('a history of leases', () => {
  test('that was made one after the other is explained', async () => {
    expect(findViolation(await history(SCRIPT))).toBeNull();
  });

  test.each([
    ['outcome', (entry: Entry) => (entry.op.op === 'acquire' ? { outcome: 'granted' as const } : {})],
    ['no lease', () => ({ lease: null })],
    ['epoch', (entry: Entry) => changeLease(entry, { epoch: 9 })],
    ['holder', (entry: Entry) => changeLease(entry, { holder: 'agent:x' })],
    ['status', (entry: Entry) => changeLease(entry, { status: 'done' })],
  ])('is not explained once any one answer lies about the %s', async (_, lie) => {
    const entries = await history(SCRIPT);
    let lies = 0;
    for (const [i, entry] of entries.entries()) {
      const result = { ...entry.result!, ...lie(entry) };
      if (JSON.stringify(result) === JSON.stringify(entry.result)) continue;
      lies += 1;
      expect(findViolation(entries.with(i, { ...entry, result })), JSON.stringify(result)).not.toBeNull();
    }
    expect(lies).toBeGreaterThan(1);
  });

  test('has two winners only where it lies', async () => {
    const [first] = await history([acquire('agent:a')]);
    const [second] = await history([acquire('agent:b', { writer: 'one_one-boot-1_agent:a' })]);
    const both = [first!, second!].map((entry) => ({ ...entry, start: 1_000_000, end: 1_000_000.5 }));
    expect(findViolation(both)).toContain('none of these can come next');
    expect(findViolation([both[0]!])).toBeNull();
  });

  test('may order what overlaps, and nothing else', async () => {
    const [granted, refused] = await history([acquire('agent:a'), acquire('agent:b')]);
    const swapped = [
      { ...granted!, start: 1_000_000.2, end: 1_000_000.4 },
      { ...refused!, start: 1_000_000.1, end: 1_000_000.3 },
    ];
    expect(findViolation(swapped)).toBeNull();
    expect(findViolation([swapped[0]!, { ...swapped[1]!, end: 1_000_000.15 }])).not.toBeNull();
  });

  test('may hold what a killed process did, or did not do', async () => {
    const [grant, held, refused] = await history([
      acquire('agent:a'),
      renew('agent:a', 1, { status: 'held' }),
      acquire('agent:b'),
    ]);
    const { result: _, ...pending } = { ...held!, end: null };
    expect(findViolation([grant!, pending, refused!])).toBeNull();
    const [again] = await history([acquire('agent:b', { floor: 1, writer: 'one_one-boot-1_agent:a' })]);
    const late = { ...again!, start: refused!.start, end: refused!.end };
    // Nobody else gets it while the claimer lives, and anybody once it is dead.
    expect(findViolation([grant!, pending, late])).not.toBeNull();
    const { end: grantEnd } = grant!;
    const op = { op: 'die' as const, token: 'one_one-boot-1_agent:a' };
    const died = { process: 'test', start: grantEnd! + 0.0001, end: grantEnd! + 0.0002, op };
    expect(findViolation([grant!, died, late])).toBeNull();
  });
});

const changeLease = ({ result }: Entry, fields: object) =>
  result!.lease === null ? {} : { lease: { ...result!.lease, ...fields } };
