import type { JitError } from '../domain/errors.ts';
import { findIds } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { Loss, Standing } from '../domain/lease.ts';
import { asLost } from '../domain/lost-claim.ts';
import type { Row } from '../domain/query.ts';
import type { View } from '../store/store.ts';
import { Draft } from './draft.ts';
import { damageOf } from './lease-damage.ts';
import { judgeLease } from './lost-claims.ts';
import { notFound, onlyId, resolveId } from './resolve.ts';
import { rowOf } from './rows.ts';
import type { Session } from './session.ts';

/** An issue and its lease. */
export interface Leased {
  readonly id: string;
  /** Null where this work tree has no such issue, or cannot read it: another branch made it. */
  readonly row: Row<Issue> | null;
  /** Null where none is on record. */
  readonly lease: Standing | null;
  /** It was lost in a merge, and `lease` is over; absent: it was not. */
  readonly lost?: Loss;
}

/** All leases that can be understood; what cannot is told, unless nobody asks. */
export const inspectAll = (
  { leases, tell }: Session,
  damaged: (id: string, error: JitError) => void = (id, error) => tell(damageOf(id, error)),
): Promise<ReadonlyMap<string, Standing>> => leases.inspect(undefined, damaged);

/**
 * The id of the issue that an argument means, also of one that only a lease tells of, because another branch has it.
 * Throws USAGE, AMBIGUOUS_ID, ISSUE_NOT_FOUND.
 */
export async function resolveLeased(session: Session, view: View, text: string): Promise<string> {
  const stored = await resolveId(view, text);
  if (stored !== null) return stored;
  const ids = new Set<string>();
  for (const id of (await inspectAll(session, (damaged) => ids.add(damaged))).keys()) ids.add(id);
  const leased = await onlyId(view, text, findIds([...ids], text));
  if (leased !== null) return leased;
  throw await notFound(view, text);
}

/** The issue as this work tree has it, null where it has none, or cannot read it; with a lease that was looked up, and is over where it was lost. */
export async function withRow(
  session: Session,
  view: View,
  id: string,
  lease: Standing | null,
): Promise<Leased> {
  const draft = Draft.withoutGates(session, view);
  const issue = await draft.readable(id);
  if (issue === undefined) return { id, row: null, lease };
  const { lost } = await judgeLease(session, view, issue, lease);
  const row = await rowOf(draft, issue);
  return lost === undefined ? { id, row, lease } : { id, row, lease: asLost(lost), lost };
}

/** The lease of an issue. Throws ISSUE_NOT_FOUND where there is neither, CORRUPT_FILE where it cannot be understood. */
export const showLease = (session: Session, text: string): Promise<Leased> =>
  session.store.read(async (view) => {
    const id = await resolveLeased(session, view, text);
    const lease = (await session.leases.inspect([id])).get(id) ?? null;
    const leased = await withRow(session, view, id, lease);
    if (lease === null && leased.row === null && !(await view.ids()).includes(id)) {
      throw await notFound(view, text);
    }
    return leased;
  });
