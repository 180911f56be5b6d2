import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/binary.ts';

// The real program on clocks that are wrong: no claim ends early, and none lives for ever.

const PRELOAD = fileURLToPath(new URL('../support/fake-time.cjs', import.meta.url));
const HOUR = 60 * 60 * 1000;

/** A process that believes this of the time, or of the machine. */
const believing = (what: Readonly<Record<string, string>>) => ({
  NODE_OPTIONS: `--require=${PRELOAD}`,
  ...what,
});

const CLOCKS = {
  'an hour ahead': believing({ JIT_TEST_WALL: String(HOUR) }),
  'an hour behind': believing({ JIT_TEST_WALL: String(-HOUR) }),
  'jumping by an hour while it runs': believing({ JIT_TEST_WALL: `~${HOUR}` }),
};

function start(...options: readonly string[]): { sandbox: Sandbox; id: string } {
  const sandbox = makeSandbox();
  sandbox.jit(['init']);
  const id = sandbox.jit(['create', 'Work']).stdout.trim();
  const claim = sandbox.jit(['claim', id, '--to', 'agent:a', ...options], { env: CLAIMER.env });
  expect(claim.stderr + claim.exit).toBe('0');
  return { sandbox, id };
}

const CLAIMER: { env: Readonly<Record<string, string>> } = { env: {} };

const next = (sandbox: Sandbox, env: Readonly<Record<string, string>>) =>
  sandbox.jit(['claim-next', '--to', 'agent:b', '--json'], { env });

describe.each(Object.entries(CLOCKS))('a wall clock %s', (_, wrong) => {
  test('shows itself in what is written, so that the proof is one', () => {
    const { sandbox } = start();
    const [one] = sandbox.jit(['events', 'query', '--json']).json.events as { ts: string }[];
    const later = sandbox.jit(['create', 'Other', '--json'], { env: wrong }).json.issue as {
      updated_at: string;
    };
    expect(Math.abs(Date.parse(later.updated_at) - Date.parse(one!.ts))).toBeGreaterThan(HOUR / 2);
  });

  test('of who asks steals nothing early, and finds what is over', async () => {
    const { sandbox, id } = start('--ttl', '2s');
    expect(next(sandbox, wrong)).toMatchObject({ exit: 5, json: { error: { code: 'NOTHING_READY' } } });
    expect(sandbox.jit(['lease', 'expire', '--json'], { env: wrong }).exit).toBe(0);
    expect(sandbox.jit(['show', id, '--json']).json).toMatchObject({ issue: { lease: { life: 'live' } } });
    await expect
      .poll(() => next(sandbox, wrong).json, { timeout: 20_000, interval: 200 })
      .toMatchObject({ issue: { id }, lease: { epoch: 2 } });
  });

  test('of the holder neither shortens nor lengthens the claim', async () => {
    CLAIMER.env = wrong;
    const { sandbox, id } = start('--ttl', '2s');
    CLAIMER.env = {};
    expect(next(sandbox, {})).toMatchObject({ exit: 5 });
    await expect
      .poll(() => next(sandbox, {}).json, { timeout: 20_000, interval: 200 })
      .toMatchObject({ issue: { id }, lease: { epoch: 2 } });
  });
});

describe('another boot of the machine', () => {
  const rebooted = believing({ JIT_TEST_BOOT: '00000000-1111-2222-3333-444444444444' });

  test('frees a claim at once, however long its ttl', () => {
    const { sandbox, id } = start('--ttl', '30d');
    expect(next(sandbox, {}).exit).toBe(5);
    expect(next(sandbox, rebooted).json).toMatchObject({ issue: { id }, lease: { epoch: 2 } });
  });

  test('leaves a claim without end to its holder', () => {
    const { sandbox, id } = start('--ttl', '0');
    expect(next(sandbox, rebooted).exit).toBe(5);
    expect(sandbox.jit(['complete', id, '--by', 'agent:a', '--epoch', '1'], { env: rebooted }).exit).toBe(0);
  });
});
