import type { View } from '../../src/store/store.ts';

/** The ids of the issues that a view can serve, in ULID order. */
export async function liveIds(view: View): Promise<readonly string[]> {
  const { rows } = await view.select({ where: { op: 'all' }, sort: ['id'] });
  return rows.map(({ issue }) => issue.id);
}
