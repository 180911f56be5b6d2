import { createMemoryCells, createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import { describeLeases } from '../conformance/leases.ts';

describeLeases('memory', () => {
  const cells = createMemoryCells();
  return { open: ({ machine }) => createMemoryLeases(machine, cells) };
});
