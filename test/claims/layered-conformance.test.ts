import { describeLeases } from '../conformance/leases.ts';
import { MemoryRemote } from './layered-ground.ts';

// All that holds in one clone holds as well when a remote is told of it.
describeLeases(
  'layered',
  () => {
    const clone = new MemoryRemote().clone('c1');
    return { open: ({ machine }) => clone.open(machine) };
  },
  { confirms: true },
);
