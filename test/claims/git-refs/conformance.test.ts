import { leaseBook } from '../../../src/claims/book.ts';
import { openGitCells } from '../../../src/claims/git-refs/open.ts';
import { describeLeases } from '../../conformance/leases.ts';
import { type Clone, makeRemote } from './clones.ts';

// Each machine has a clone of its own.
describeLeases('git-refs', () => {
  const remote = makeRemote();
  const clones = new Map<string, Clone>();
  return {
    open: ({ machine }) => {
      const { host } = machine.beat();
      if (!clones.has(host)) clones.set(host, remote.clone());
      const { repository, env } = clones.get(host)!;
      const cells = openGitCells({ repository, env, remote: 'origin', prefix: 'refs/jit/claims/', machine });
      return leaseBook(cells, machine, cells.sightings);
    },
  };
});
