import type { Leases } from '../../src/claims/leases.ts';
import type { Op, Result } from './linearizability.ts';

/** Does what an entry of a history says, and gives what is noted as its result. */
export async function performLeaseOp(leases: Leases, op: Op): Promise<Result> {
  switch (op.op) {
    case 'acquire': {
      const { id, by, worktree, ttl, tie, floor, exclusive, takeover } = op;
      const here = { worktree, path: `/${worktree}`, branch: null };
      const actor = { id: by, bare: false };
      const answer = await leases.acquire({ id, actor, here, ttl, tie, floor, exclusive, takeover });
      const lease = answer.outcome === 'refused' ? answer.standing.lease : answer.lease;
      return { outcome: answer.outcome, lease };
    }
    case 'renew':
      return { lease: await leases.renew(op.id, op.epoch, op.change) };
    case 'release':
      return { lease: await leases.release(op.id, op.epoch, op.how) };
    case 'expire':
      return { lease: (await leases.expire({ worktree: op.worktree }, [op.id]))[0] ?? null };
    case 'inspect':
      return { lease: (await leases.inspect([op.id])).get(op.id)?.lease ?? null };
  }
}
