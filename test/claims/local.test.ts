import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openLocalLeases } from '../../src/claims/local/local-leases.ts';
import { describeLeases } from '../conformance/leases.ts';
import { SimDisk } from '../store/faults/sim-disk.ts';

const scratch = mkdtempSync(join(tmpdir(), 'jit-leases-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describeLeases('local', () => {
  const dir = join(mkdtempSync(join(scratch, 'l-')), 'jit/leases');
  return { open: ({ machine }) => openLocalLeases({ dir, machine }) };
});

describeLeases('local, on a simulated disk, without waiting for it', () => {
  const disk = new SimDisk();
  disk.makeDirectory('/git');
  return {
    open: ({ machine }) => openLocalLeases({ dir: '/git/jit/leases', machine, disk, durability: 'fast' }),
  };
});
