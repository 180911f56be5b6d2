import type { Session } from './session.ts';

/** What a clean-up removed. */
export interface Collected {
  /** Ids of tombstones that were older than the limit. */
  readonly tombstones: readonly string[];
  /** Caches and leftovers, in words. */
  readonly leftovers: readonly string[];
}

/** How long a tombstone stays when the configuration does not say. */
const DEFAULT_TOMBSTONE_DAYS = 90;
const DAY = 24 * 60 * 60 * 1000;

/** Removes tombstones older than `days` (default: the configuration's), and leftovers of dead processes. */
export async function collectGarbage(
  session: Session,
  days: number | null,
  apply: boolean,
): Promise<Collected> {
  const { store, clock } = session;
  const old = await store.read(async (view) => {
    const limit = clock.ago((days ?? (await view.config()).tombstone_days ?? DEFAULT_TOMBSTONE_DAYS) * DAY);
    return (await view.tombstones()).filter(({ deleted_at }) => deleted_at <= limit).map(({ id }) => id);
  });
  if (!apply) return { tombstones: old, leftovers: [] };
  if (old.length > 0) {
    await store.transact(async (view) => {
      const still = new Set((await view.tombstones()).map(({ id }) => id));
      return { issues: [], purge: old.filter((id) => still.has(id)), events: [], result: undefined };
    });
  }
  return { tombstones: old, leftovers: await store.sweep() };
}
