import {
  type Answer,
  answer,
  changed,
  ended,
  isSameClock,
  judge,
  type Lease,
  mayEnd,
  replacement,
  type Standing,
} from '../domain/lease.ts';
import type { Cell, Cells } from './cells.ts';
import type { Leases, OnDamage } from './leases.ts';
import type { Machine, Sightings } from './machine.ts';

/** Judges leases as a process of this machine can. */
export const judgeBy =
  (machine: Machine, sightings: Sightings) =>
  (lease: Lease): Standing => {
    const now = machine.beat();
    const unchangedFor = isSameClock(lease, now) ? null : sightings.unchangedFor(lease, now);
    return judge(lease, { now, liveness: (token) => machine.liveness(token), unchangedFor });
  };

/** Leases over cells: read, decide, swap, and again when another was first. */
export function leaseBook(cells: Cells, machine: Machine, sightings: Sightings): Leases {
  const stand = judgeBy(machine, sightings);

  /** Swaps in what `decide` makes of the record, until it fits; null: nothing to change. */
  const replace = async <T extends { readonly lease: Lease } | null>(
    id: string,
    decide: (standing: Standing | null, cell: Cell | undefined) => T,
  ): Promise<T> => {
    for (;;) {
      const [cell] = await cells.read([id]);
      const before = cell?.lease ?? null;
      const decision = decide(before === null ? null : stand(before), cell);
      if (decision === null) return decision;
      const { lease } = decision;
      if (await cells.swap(id, cell?.version ?? null, lease, mustLast(before, lease))) return decision;
    }
  };

  const watch = (standings: readonly Standing[]): void => {
    const now = machine.beat();
    for (const { lease, life } of standings) {
      if (life === 'live' && !isSameClock(lease, now)) sightings.note(lease, now);
    }
  };

  const standings = async (
    ids: readonly string[] | undefined,
    onDamage: OnDamage = throwDamage,
  ): Promise<readonly Standing[]> => {
    const found: Standing[] = [];
    for (const { id, lease, damage } of await cells.read(ids)) {
      if (damage !== undefined) onDamage(id, damage.error);
      else if (lease !== null) found.push(stand(lease));
    }
    return found;
  };

  return {
    async acquire(request) {
      let refused: Answer | undefined;
      const granted = await replace(request.id, (standing, cell) => {
        refuseDamage(cell);
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
      const after = await replace(id, (standing, cell) => {
        refuseDamage(cell);
        if (standing === null || standing.lease.epoch !== epoch) return null;
        const lease = changed(standing.lease, { ...change, writer: machine.token }, machine.beat());
        return lease === null ? null : { lease };
      });
      return after?.lease ?? null;
    },

    async release(id, epoch, how = 'released', by) {
      const after = await replace(id, (standing, cell) => {
        const highest = cell?.damage?.epoch ?? null;
        if (epoch === null && highest !== null) return { lease: replacement(id, highest, machine.beat()) };
        refuseDamage(cell);
        if (standing === null || standing.lease.status === 'released') return null;
        if (epoch !== null && standing.lease.epoch !== epoch) return null;
        return { lease: ended(standing.lease, how, machine.beat(), by) };
      });
      return after?.lease ?? null;
    },

    async inspect(ids, onDamage) {
      return new Map((await standings(ids, onDamage)).map((standing) => [standing.lease.id, standing]));
    },

    async expire(here, ids, onDamage) {
      const seen = await standings(ids, onDamage);
      watch(seen);
      const expired: Lease[] = [];
      for (const { lease, life } of seen) {
        if (life !== 'overdue') continue;
        const after = await replace(lease.id, (standing) =>
          standing?.life === 'overdue' && mayEnd(standing.lease, here)
            ? { lease: ended(standing.lease, 'expired', machine.beat()) }
            : null,
        );
        if (after !== null) expired.push(after.lease);
      }
      return expired;
    },

    refresh: async () => {},
    settle: async () => ({ kept: [], lost: [] }),
  };
}

const throwDamage: OnDamage = (_, error) => {
  throw error;
};

function refuseDamage(cell: Cell | undefined): void {
  if (cell?.damage !== undefined) throw cell.damage.error;
}

/**
 * Whether a record must outlive a power cut. A grant must, because its epoch must never be given again. What follows under
 * the same epoch need not, as long as the next boot ends it, and what it replaced, anyway.
 */
const mustLast = (before: Lease | null, after: Lease): boolean =>
  before === null || before.epoch !== after.epoch || !(endsWithBoot(before) && endsWithBoot(after));

const endsWithBoot = ({ status, ttl, tie }: Lease): boolean =>
  status === 'claiming' || status === 'released' || (status === 'held' && (ttl !== null || tie !== null));
