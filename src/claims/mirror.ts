import { isSameClock, type Lease, mayEnd, type Standing, type Workplace } from '../domain/lease.ts';
import { judgeBy, leaseBook } from './book.ts';
import type { Leases } from './leases.ts';
import type { Machine } from './machine.ts';
import type { Recalled, RemoteCells } from './remote.ts';

export interface FollowOptions {
  /** Put the lease there whoever has it. */
  readonly takeover?: boolean;
}

/**
 * The remote as one clone sees it. The clone's own leases are decided here, by the local records; the remote is brought to them, and says
 * when another clone is in the way.
 */
export interface Mirror {
  /**
   * Brings the remote to a lease of this clone. Null when the remote agrees; else what is in the way there, and nothing was
   * changed. No contact is made for what the remote said already. Throws REMOTE, CORRUPT_FILE, SCHEMA_TOO_NEW.
   */
  follow(lease: Lease, options?: FollowOptions): Promise<Standing | null>;
  /** What was last seen there of these issues, or of all. Makes no contact. */
  recall(ids?: readonly string[]): ReadonlyMap<string, Standing>;
  /** Whether it is a lease of this clone, in whichever of its work trees. */
  isOurs(lease: Lease): boolean;
  /** The name of a work tree of this clone for others. */
  abroad(here: Pick<Workplace, 'worktree'>): Pick<Workplace, 'worktree'>;
  /** The records of all clones, each change with a contact. For what is another clone's. */
  readonly book: Leases;
}

/** `clone`: the name of this clone, which no other has. */
export function openMirror(cells: RemoteCells, machine: Machine, clone: () => string): Mirror {
  const { sightings } = cells;
  const stand = judgeBy(machine, sightings);
  const abroad: Mirror['abroad'] = ({ worktree }) => ({ worktree: `${clone()}/${worktree}` });
  const isOurs: Mirror['isOurs'] = ({ worktree }) => worktree.startsWith(`${clone()}/`);
  const standingOf = ({ cell }: Recalled): Standing | null =>
    cell.lease === null ? null : stand(cell.lease);

  const readAnew = async (id: string): Promise<Recalled> => ({
    cell: (await cells.read([id]))[0]!,
    fresh: true,
  });

  return {
    isOurs,
    abroad,
    book: leaseBook(cells, machine, sightings),

    async follow(lease, { takeover = false } = {}) {
      const { id } = lease;
      const wanted = asSeenAbroad(lease, abroad(lease).worktree);
      let known = cells.recall(id);
      for (;;) {
        if (known.cell.damage !== undefined) throw known.cell.damage.error;
        const there = standingOf(known);
        const step = decideStep(wanted, there, {
          ours: there !== null && isOurs(there.lease),
          takeover,
          isDue,
        });
        if (step === 'agrees') return null;
        if (step === 'put') {
          if (await cells.swap(id, known.cell.version, wanted, false)) return null;
          known = cells.recall(id);
        } else if (known.fresh || isPast(wanted, there!, isOurs)) {
          // Found in the way just now: from now on it is watched.
          if (there!.life === 'live' && !isSameClock(there!.lease, machine.beat()))
            sightings.note(there!.lease, machine.beat());
          return there;
        } else known = await readAnew(id);
      }
    },

    recall: (ids) =>
      new Map(
        cells
          .recallAll(ids)
          .flatMap(({ id, lease }) => (lease === null ? [] : [[id, stand(lease)] as const])),
      ),
  };

  /** Whether others may soon take it for abandoned: a third of its time went by since the remote heard of it. */
  function isDue({ status, ttl, beat }: Lease): boolean {
    if (status !== 'held' || ttl === null) return false;
    const now = machine.beat();
    return beat.boot === null || beat.boot !== now.boot || now.elapsed - beat.elapsed >= ttl / 3;
  }
}

/**
 * A claim that is being made is shown as held, so that it takes one push: a second, to say that it was made, would tell others
 * nothing that they need. When its claimer dies in between, this clone knows at once, and others after the ttl.
 */
function asSeenAbroad(lease: Lease, worktree: string): Lease {
  const status = lease.status === 'claiming' ? 'held' : lease.status;
  return {
    ...lease,
    worktree,
    status,
    writer: status === 'finishing' ? lease.writer : null,
    provisional: false,
  };
}

interface StepFacts {
  readonly ours: boolean;
  readonly takeover: boolean;
  isDue(lease: Lease): boolean;
}

/**
 * What becomes of the remote's record when a clone has this lease. `agrees`: nothing, it says the same, or later. `put`: the
 * lease takes its place. `in-the-way`: it stays, and the lease does not hold.
 */
export function decideStep(
  wanted: Lease,
  there: Standing | null,
  { ours, takeover, isDue }: StepFacts,
): 'agrees' | 'put' | 'in-the-way' {
  if (there === null) return 'put';
  const { lease } = there;
  if (!ours) {
    // Under the same epoch it is another grant all the same, made while one of the two clones could not ask.
    return wanted.epoch > lease.epoch && (takeover || isFree(there, wanted)) ? 'put' : 'in-the-way';
  }
  if (lease.epoch !== wanted.epoch) return wanted.epoch > lease.epoch ? 'put' : 'in-the-way';
  if (lease.status === 'released' && wanted.status !== 'released') {
    // Whoever gave it back only because it was overdue took it from nobody.
    return lease.ended === 'expired' || wanted.status === 'done' ? 'put' : 'in-the-way';
  }
  if (lease.renewals > wanted.renewals) return 'agrees';
  return saysTheSame(lease, wanted) && !isDue(lease) ? 'agrees' : 'put';
}

/** Whether anybody at the place of `wanted` may have what another clone had. */
export const isFree = ({ lease, life }: Standing, wanted: Pick<Lease, 'worktree'>): boolean =>
  lease.status === 'released' || (life === 'overdue' && mayEnd(lease, wanted));

/** Whether the remote has gone beyond a lease. Epochs never go back, so that also an old record proves it. */
const isPast = (wanted: Lease, { lease }: Standing, isOurs: Mirror['isOurs']): boolean =>
  !isOurs(lease) && lease.epoch >= wanted.epoch;

const saysTheSame = (one: Lease, other: Lease): boolean =>
  one.status === other.status &&
  one.holder === other.holder &&
  one.ttl === other.ttl &&
  one.tie === other.tie &&
  one.worktree === other.worktree;
