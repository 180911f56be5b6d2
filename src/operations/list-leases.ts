import { sameHolder } from '../domain/identity.ts';
import type { LeaseStatus, Standing } from '../domain/lease.ts';
import { asLost, END_LOST, tellLostClaim } from '../domain/lost-claim.ts';
import { inspectAll, type Leased, withRow } from './leased.ts';
import { findLosses } from './lost-claims.ts';
import { holdsNothing } from './release-leases.ts';
import type { Session } from './session.ts';

/** What a lease can be asked for: its status, or that it is past its time. */
export type LeaseKind = LeaseStatus | 'overdue';

export interface LeaseQuery {
  /** Only this one's; a bare name whatever its type. Null: anybody's. */
  readonly holder: string | null;
  /** Only these; empty: those that somebody has. */
  readonly kinds: readonly LeaseKind[];
  /** With no `kinds`: also what is done, or was given back. */
  readonly all: boolean;
  readonly limit?: number;
}

export interface LeaseSelection {
  readonly leases: readonly (Leased & { readonly lease: Standing })[];
  /** How many there are before the limit. */
  readonly total: number;
}

/**
 * The leases of the repository: what is overdue first, then by the ids of their issues. What cannot be understood is told, and so
 * is a holder of whom none is on record, and each claim that was lost in a merge, which nobody has any more.
 */
export async function listLeases(session: Session, query: LeaseQuery): Promise<LeaseSelection> {
  const recorded = [...(await inspectAll(session)).values()];
  const losses = new Map(
    (await findLosses(session, recorded)).map((loss) => [loss.standing.lease.id, loss] as const),
  );
  const all = recorded.map((standing) => {
    const loss = losses.get(standing.lease.id);
    return loss === undefined ? standing : asLost(loss);
  });
  const { holder } = query;
  if (holder !== null && !all.some(({ lease }) => sameHolder(holder, lease.holder))) {
    const holders = all.map(({ lease }) => lease.holder);
    session.tell(holdsNothing(holder, 'has no claim on record', holders));
  }
  const found = all
    .filter((standing) => matches(standing, query))
    .sort((a, b) => rank(a) - rank(b) || (a.lease.id < b.lease.id ? -1 : 1));
  for (const loss of losses.values()) {
    if (holder === null || sameHolder(holder, loss.standing.lease.holder))
      session.tell(tellLostClaim(loss, END_LOST));
  }
  return session.store.read(async (view) => {
    const leases: (Leased & { readonly lease: Standing })[] = [];
    for (const lease of found.slice(0, query.limit)) {
      leases.push({ ...(await withRow(session, view, lease.lease.id, lease)), lease });
    }
    return { leases, total: found.length };
  });
}

function matches({ lease, life }: Standing, { holder, kinds, all }: LeaseQuery): boolean {
  if (holder !== null && !sameHolder(holder, lease.holder)) return false;
  if (kinds.length === 0) return all || life !== 'over';
  return kinds.includes(lease.status) || (life === 'overdue' && kinds.includes('overdue'));
}

const rank = ({ life }: Standing): number => (life === 'overdue' ? 0 : 1);
