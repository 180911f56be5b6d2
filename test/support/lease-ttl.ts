import { join } from 'node:path';
import { expect } from 'vitest';
import { openLocalLeases } from '../../src/claims/local/local-leases.ts';
import { systemClock } from '../../src/main/clock.ts';
import { systemMachine } from '../../src/system/machine.ts';

/** Gives a claim of a repository a ttl that is shorter than any that can be asked for; milliseconds. */
export async function setLeaseTtl(root: string, id: string, ttl: number): Promise<void> {
  const machine = systemMachine(systemClock);
  const leases = openLocalLeases({ dir: join(root, '.git/jit/leases'), machine });
  const { lease } = (await leases.inspect([id])).get(id)!;
  expect(await leases.renew(id, lease.epoch, { ttl })).toMatchObject({ ttl });
}
