import type { Tombstone } from '../issue.ts';
import { judgeByContent } from './judge.ts';
import { mergeValue } from './merge-value.ts';
import { compareContent, compareTimes } from './order.ts';
import { mergeMap, type Three } from './three-way.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Deleted on both sides: the later deletion is told, so that the tombstone stays as long as either side would keep it. */
export function mergeTombstones(
  three: Three<Tombstone> & { readonly ours: Tombstone; readonly theirs: Tombstone },
): Tombstone {
  const { ours, theirs } = three;
  const later = compareTimes(ours.deleted_at, theirs.deleted_at) || compareContent(told(ours), told(theirs));
  const { judge } = judgeByContent();
  const others = mergeMap<unknown>(
    { base: othersOf(three.base), ours: othersOf(ours), theirs: othersOf(theirs) },
    (key, item) => mergeValue(key, item, judge),
  );
  return { ...others, ...told(later > 0 ? ours : theirs) };
}

const told = ({ id, title, deleted_by, deleted_at }: Tombstone): Tombstone => ({
  id,
  title,
  deleted_by,
  deleted_at,
});

const othersOf = (tombstone: Tombstone | undefined): Fields =>
  Object.fromEntries(
    Object.entries(tombstone ?? {}).filter(
      ([key]) => !['id', 'title', 'deleted_by', 'deleted_at'].includes(key),
    ),
  );
