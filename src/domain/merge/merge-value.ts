import type { Judge } from './decision.ts';
import { mergeMap, mergeSet, otherSide, type Side, settle, type Three } from './three-way.ts';

/** A value that only makes sense as a whole. null counts as nothing: a change stays against a removal. */
export function mergeWhole<T>(field: string, three: Three<T>, judge: Judge): T | undefined {
  const settled = settle(three);
  if (settled !== null) return settled.value;
  const { ours, theirs } = three;
  const gone = ours == null || theirs == null;
  const side = gone ? whatIsThere(ours, theirs) : judge.prefer(ours, theirs);
  const dropped = three[otherSide(side)] ?? null;
  judge.decide({ field, rule: gone ? 'change' : 'later', kept: three[side], dropped });
  return three[side];
}

// Where one side took the field away and the other only emptied it, it is there, and empty.
const whatIsThere = (ours: unknown, theirs: unknown): Side =>
  ours == null && (theirs != null || ours === undefined) ? 'theirs' : 'ours';

/**
 * A value of which nothing is known but its shape, such as a field of a newer jit: objects merge by key, sorted lists of
 * strings as sets, lists of things sorted by their ids by id, anything else as a whole.
 */
export function mergeValue(field: string, three: Three<unknown>, judge: Judge): unknown {
  const settled = settle(three);
  if (settled !== null) return settled.value;
  const objects = allAre(three, isObject);
  if (objects !== null) {
    return mergeMap(objects, (key, item) => mergeValue(within(field, key), item, judge));
  }
  const sets = allAre(three, isSet);
  if (sets !== null) return mergeSet(sets);
  const lists = allAre(three, isListById);
  if (lists !== null) {
    const byId: Three<Fields> = mapById(lists);
    const merged = mergeMap(byId, (id, item) => mergeValue(within(field, id), item, judge));
    return Object.entries(merged)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => item);
  }
  return mergeWhole(field, three, judge);
}

const within = (field: string, key: string): string => (field === '' ? key : `${field}.${key}`);

type Fields = Readonly<Record<string, unknown>>;
type Item = Fields & { readonly id: string };

const isObject = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const ascends = (keys: readonly string[]): boolean => keys.every((key, i) => i === 0 || keys[i - 1]! < key);

const isSet = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((element) => typeof element === 'string') && ascends(value);

const isListById = (value: unknown): value is readonly Item[] =>
  Array.isArray(value) &&
  value.every((item) => isObject(item) && Object.hasOwn(item, 'id') && typeof item.id === 'string') &&
  ascends(value.map(({ id }: Item) => id));

// Only both sides must have the shape: a base of another shape, or none, has nothing in common with them.
function allAre<T>(three: Three<unknown>, is: (value: unknown) => value is T): Three<T> | null {
  const { base, ours, theirs } = three;
  return is(ours) && is(theirs) ? { base: is(base) ? base : undefined, ours, theirs } : null;
}

function mapById(lists: Three<readonly Item[]>): Three<Readonly<Record<string, Item>>> {
  const byId = (list: readonly Item[] | undefined): Readonly<Record<string, Item>> =>
    Object.fromEntries((list ?? []).map((item) => [item.id, item]));
  return { base: byId(lists.base), ours: byId(lists.ours), theirs: byId(lists.theirs) };
}
