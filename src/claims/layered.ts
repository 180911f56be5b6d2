import { JitError } from '../domain/errors.ts';
import { type Answer, isActive, type Lease, type Standing } from '../domain/lease.ts';
import type { Debt, Debts } from './debts.ts';
import type { Leases, Lost } from './leases.ts';
import { isFree, type Mirror } from './mirror.ts';

/**
 * Leases of one clone that count in other clones as well. The local lease is taken first: it decides among all work trees
 * of this clone, and holds while the remote cannot be reached. Then the remote is brought to it, which decides among clones. Both
 * have one epoch, the remote's where that is higher.
 *
 * What the remote could not be told is owed, and told when it can be reached again (`settle`).
 */
export function layeredLeases(local: Leases, mirror: Mirror, debts: Debts): Leases {
  /** The lease of another clone that was last seen of an issue. */
  const recallForeign = (id: string): Standing | null => {
    const standing = mirror.recall([id]).get(id);
    return standing === undefined || mirror.isOurs(standing.lease) ? null : standing;
  };

  /** Ends the local lease because another clone has it. What is owed stays, so that `settle` tells of the loss. */
  const lose = (lease: Lease): Promise<Lease | null> => local.release(lease.id, lease.epoch, 'lost');

  /** Brings the remote to a lease that was changed. Null: another clone has it, and the lease is over. */
  const tell = async (lease: Lease, debt: Debt | null): Promise<Lease | null> => {
    try {
      const inTheWay = await mirror.follow(lease);
      if (inTheWay === null) {
        debt?.paid();
        return lease.provisional ? confirm(lease) : lease;
      }
      if (lease.status === 'released') {
        debt?.paid();
        return lease;
      }
      await lose(lease);
      (debt ?? debts.owe(lease.id)).leave();
      return null;
    } catch (error) {
      debt?.leave();
      // The change holds here. Whatever the remote has against it, it is owed.
      if (error instanceof JitError) return lease;
      throw error;
    }
  };

  const confirm = async (lease: Lease): Promise<Lease | null> => {
    const { id, epoch, status } = lease;
    if (status === 'released') return lease;
    return local.renew(id, epoch, { provisional: false, ...(status !== 'claiming' && { status }) });
  };

  /** Asks the remote for a lease that was just granted here. Null: somebody here took it over meanwhile. */
  const grant = async (granted: Lease, takeover: boolean, debt: Debt): Promise<Answer | null> => {
    let lease = granted;
    try {
      for (;;) {
        const inTheWay = await mirror.follow(lease, { takeover });
        if (inTheWay === null) {
          debt.paid();
          return { outcome: 'granted', lease };
        }
        const free = takeover || mirror.isOurs(inTheWay.lease) || isFree(inTheWay, mirror.abroad(lease));
        if (!free) {
          await lose(lease);
          debt.paid();
          return { outcome: 'refused', standing: inTheWay };
        }
        // Nobody has it, but an epoch as high was given before: ours must be higher.
        const raised = await local.renew(lease.id, lease.epoch, { epoch: inTheWay.lease.epoch + 1 });
        if (raised === null) {
          debt.paid();
          return null;
        }
        lease = raised;
      }
    } catch (error) {
      if (!isUnreachable(error)) {
        await local.release(lease.id, lease.epoch);
        debt.paid();
        throw error;
      }
      const seen = recallForeign(lease.id);
      if (seen !== null && !takeover && !isFree(seen, mirror.abroad(lease))) {
        await lose(lease);
        debt.paid();
        return { outcome: 'refused', standing: seen };
      }
      const provisional = await local.renew(lease.id, lease.epoch, { provisional: true });
      debt.leave();
      return provisional === null ? null : { outcome: 'granted', lease: provisional };
    }
  };

  return {
    async acquire(request) {
      const { id, takeover } = request;
      for (;;) {
        const seen = mirror.recall([id]).get(id)?.lease.epoch ?? 0;
        const debt = debts.owe(id);
        const answer = await local
          .acquire({ ...request, floor: Math.max(request.floor, seen) })
          .catch((error: unknown) => {
            debt.paid();
            throw error;
          });
        if (answer.outcome === 'refused') {
          debt.paid();
          return answer;
        }
        if (answer.outcome === 'granted') {
          const granted = await grant(answer.lease, takeover, debt);
          if (granted !== null) return granted;
        } else {
          const lease = await tell(answer.lease, debt);
          if (lease !== null) return { outcome: 'held', lease };
        }
        // What was granted or held here is over: the request is a new one.
      }
    },

    async renew(id, epoch, change = {}) {
      const telling = change.status !== undefined || change.holder !== undefined;
      const debt = telling ? debts.owe(id) : null;
      const lease = await local.renew(id, epoch, change);
      if (lease !== null) return tell(lease, debt);
      debt?.paid();
      return null;
    },

    async release(id, epoch, how = 'released', by) {
      const debt = debts.owe(id);
      const lease = await local.release(id, epoch, how, by);
      if (lease === null) debt.paid();
      else await tell(lease, debt);
      if (epoch !== null) return lease;
      // Whoever has it: also another clone. By an epoch its lease cannot be named, since one of ours may have had the same number.
      return (await mirror.book.release(id, null, how, by).catch(unlessUnreachable(lease))) ?? lease;
    },

    async inspect(ids, onDamage) {
      const standings = new Map(await local.inspect(ids, onDamage));
      for (const [id, there] of mirror.recall(ids)) {
        const here = standings.get(id);
        if (!mirror.isOurs(there.lease) && (here === undefined || countsMore(there, here)))
          standings.set(id, there);
      }
      return standings;
    },

    async expire(here, ids, onDamage) {
      const expired: Lease[] = [];
      for (const lease of await local.expire(here, ids, onDamage)) {
        expired.push(lease);
        await tell(lease, debts.owe(lease.id));
      }
      const overdue = [...mirror.recall(ids).values()].filter(
        (there) =>
          there.life === 'overdue' && !mirror.isOurs(there.lease) && isFree(there, mirror.abroad(here)),
      );
      if (overdue.length === 0) return expired;
      const foreign = overdue.map(({ lease }) => lease.id);
      const ended = mirror.book.expire(mirror.abroad(here), foreign, onDamage);
      return [...expired, ...(await ended.catch(unlessUnreachable([])))];
    },

    async refresh(ids) {
      // Reading the records of all clones is what makes the contact; what is seen is remembered.
      await mirror.book.inspect(ids, () => {}).catch(unlessUnreachable(new Map()));
      for (const [id, { lease }] of await local.inspect(ids, () => {})) {
        if (isActive(lease) && !lease.provisional) await tell(lease, debts.owe(id));
      }
    },

    async settle() {
      const kept: Lease[] = [];
      const lost: Lost[] = [];
      const notes = byIssue(debts.list());
      if (notes.size === 0) return { kept, lost };
      const damaged = new Set<string>();
      const standings = await local.inspect([...notes.keys()], (id) => damaged.add(id));
      for (const [id, owed] of notes) {
        if (damaged.has(id)) continue;
        try {
          const lease = standings.get(id)?.lease;
          const inTheWay = lease === undefined ? null : await mirror.follow(lease);
          if (lease !== undefined && inTheWay !== null) {
            const over = lease.ended === 'lost' ? lease : isOver(lease) ? null : await lose(lease);
            if (over !== null) lost.push({ lease: over, winner: inTheWay.lease });
          } else if (lease?.provisional === true) {
            const confirmed = await confirm(lease);
            if (confirmed !== null) kept.push(confirmed);
          }
          for (const debt of owed) debt.paid();
        } catch (error) {
          if (!(error instanceof JitError)) throw error;
          // What cannot be told of one issue must not keep others from being told; without the remote nothing can.
          if (isUnreachable(error)) break;
        }
      }
      return { kept, lost };
    },
  };
}

const isOver = ({ status }: Lease): boolean => status === 'released';

/** Whether nobody knows what is on the remote; a remote that answers and refuses is another thing. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof JitError && error.code === 'REMOTE' && error.details.reason !== 'refused';

/** What to go on with where the remote cannot be reached; null: nothing, that is thrown. */
const unlessUnreachable =
  <T>(instead: T | null) =>
  (error: unknown): T => {
    if (instead !== null && isUnreachable(error)) return instead;
    throw error;
  };

/** Whether the lease of another clone is what counts, and not what is recorded here. */
function countsMore(there: Standing, here: Standing): boolean {
  const over = here.lease.status === 'released';
  if (over && there.lease.status !== 'released') return true;
  return there.lease.epoch > here.lease.epoch;
}

function byIssue(debts: readonly Debt[]): ReadonlyMap<string, readonly Debt[]> {
  const found = new Map<string, Debt[]>();
  for (const debt of debts) found.set(debt.id, [...(found.get(debt.id) ?? []), debt]);
  return found;
}
