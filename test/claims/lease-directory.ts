import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import { openLocalLeases } from '../../src/claims/local/local-leases.ts';
import { ask, askAsB } from '../conformance/leases.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { idOf } from '../support/issues.ts';

export const ID = idOf(1);

export const scratch = mkdtempSync(join(tmpdir(), 'jit-records-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** An empty directory, and processes that open leases in it. */
export function makeLeases(durability: 'full' | 'fast' = 'fast') {
  const top = mkdtempSync(join(scratch, 'r-'));
  const dir = join(top, 'jit/leases');
  const machine = new FakeMachine('one');
  const open = (name = 'p', on = machine): Leases =>
    openLocalLeases({ dir, machine: on.start(name), durability });
  const own = join(dir, ID);
  const numbers = () =>
    readdirSync(own)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  const latest = () => join(own, String(numbers().at(-1)));
  return { top, dir, own, machine, open, numbers, latest };
}

/** A lease that is held under epoch 3, with a history before it. */
export async function makeHeld() {
  const made = makeLeases();
  const leases = made.open();
  await leases.acquire(ask());
  await leases.acquire(askAsB({ takeover: true }));
  await leases.acquire(ask({ takeover: true }));
  for (let i = 0; i < 4; i += 1) await leases.renew(ID, 3, { status: 'held' });
  return { ...made, leases };
}
