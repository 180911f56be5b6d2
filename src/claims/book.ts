import {
  type Answer,
  answer,
  changed,
  ended,
  isSameClock,
  judge,
  type Lease,
  mayEnd,
  type Standing,
} from '../domain/lease.ts';
import type { Cell, Cells } from './cells.ts';
import type { Leases } from './leases.ts';
import type { Machine, Sightings } from './machine.ts';

/** Leases over cells: read, decide, swap, and again when another was first. */
export function leaseBook(cells: Cells, machine: Machine, sightings: Sightings): Leases {
  const stand = (lease: Lease): Standing => {
    const now = machine.beat();
    const unchangedFor = isSameClock(lease, now) ? null : sightings.unchangedFor(lease, now);
    return judge(lease, { now, liveness: (token) => machine.liveness(token), unchangedFor });
  };

  /** Swaps in what `decide` makes of the record, until it fits; null: nothing to change. */
  const replace = async <T extends { readonly lease: Lease } | null>(
    id: string,
    durable: (lease: Lease) => boolean,
    decide: (standing: Standing | null) => T,
  ): Promise<T> => {
    for (;;) {
      const [cell] = await cells.read([id]);
      const decision = decide(cell === undefined || cell.lease === null ? null : stand(cell.lease));
      if (decision === null) return decision;
      if (await cells.swap(id, cell?.version ?? null, decision.lease, durable(decision.lease)))
        return decision;
    }
  };

  const watch = (standings: readonly Standing[]): void => {
    const now = machine.beat();
    for (const { lease, life } of standings) {
      if (life === 'live' && !isSameClock(lease, now)) sightings.note(lease, now);
    }
  };

  const standings = async (ids?: readonly string[]): Promise<readonly Standing[]> =>
    (await cells.read(ids)).flatMap(({ lease }: Cell) => (lease === null ? [] : [stand(lease)]));

  return {
    async acquire(request) {
      let refused: Answer | undefined;
      const granted = await replace(request.id, mustLast, (standing) => {
        const given = answer(standing, { ...request, writer: machine.token }, machine.beat());
        if (given.outcome !== 'refused') return given;
        refused = given;
        return null;
      });
      if (granted !== null) return granted;
      if (refused?.outcome === 'refused') watch([refused.standing]);
      return refused!;
    },

    async renew(id, epoch, change = {}) {
      const after = await replace(id, mustLast, (standing) => {
        if (standing === null || standing.lease.epoch !== epoch) return null;
        const lease = changed(standing.lease, { ...change, writer: machine.token }, machine.beat());
        return lease === null ? null : { lease };
      });
      return after?.lease ?? null;
    },

    async release(id, epoch, how = 'released') {
      const after = await replace(id, mustLast, (standing) => {
        if (standing === null || standing.lease.status === 'released') return null;
        if (epoch !== null && standing.lease.epoch !== epoch) return null;
        return { lease: ended(standing.lease, how, machine.beat()) };
      });
      return after?.lease ?? null;
    },

    async inspect(ids) {
      return new Map((await standings(ids)).map((standing) => [standing.lease.id, standing]));
    },

    async expire(here, ids) {
      const seen = await standings(ids);
      watch(seen);
      const expired: Lease[] = [];
      for (const { lease, life } of seen) {
        if (life !== 'overdue') continue;
        const after = await replace(lease.id, mustLast, (standing) =>
          standing?.life === 'overdue' && mayEnd(standing.lease, here)
            ? { lease: ended(standing.lease, 'expired', machine.beat()) }
            : null,
        );
        if (after !== null) expired.push(after.lease);
      }
      return expired;
    },

    settle: async () => ({ kept: [], lost: [] }),
  };
}

/**
 * A grant, and what says that work is finished or waits, must outlive a power cut. A renewal need not, because
 * another boot ends the lease anyway; nor what gives it back.
 */
const mustLast = ({ status }: Lease): boolean => status !== 'held' && status !== 'released';
