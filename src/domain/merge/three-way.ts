import { equal } from '../event.ts';
import { compareText } from './order.ts';

/** One thing before two branches parted, and as each of them has it now; undefined where it is not there. */
export interface Three<T> {
  readonly base: T | undefined;
  readonly ours: T | undefined;
  readonly theirs: T | undefined;
}

export type Side = 'ours' | 'theirs';

export const otherSide = (side: Side): Side => (side === 'ours' ? 'theirs' : 'ours');

/**
 * The value where nothing has to be decided: one side changed it, or both alike. null where both changed it, and
 * differently.
 */
export function settle<T>({ base, ours, theirs }: Three<T>): { readonly value: T | undefined } | null {
  if (equal(ours, theirs)) return { value: oneForm(ours, theirs) };
  if (equal(base, ours)) return { value: theirs };
  if (equal(base, theirs)) return { value: ours };
  return null;
}

// Equal values may still have their keys in another order, and must come out as the same bytes on either side.
function oneForm<T>(ours: T, theirs: T): T {
  if (ours === theirs || typeof ours !== 'object') return ours;
  return compareText(JSON.stringify(ours), JSON.stringify(theirs)) <= 0 ? ours : theirs;
}

/** The same property of all three. */
export function pick<T, K extends keyof T>(three: Three<T>, key: K): Three<T[K]> {
  return { base: three.base?.[key], ours: three.ours?.[key], theirs: three.theirs?.[key] };
}

/** A set: what either side added is in, what either side removed is out. Sorted. */
export function mergeSet(three: Three<readonly string[]>): readonly string[] {
  const base = new Set(three.base);
  const ours = new Set(three.ours);
  const theirs = new Set(three.theirs);
  const stays = (element: string): boolean =>
    base.has(element) ? ours.has(element) && theirs.has(element) : true;
  return [...new Set([...ours, ...theirs])].filter(stays).sort(compareText);
}

/**
 * A map, key by key. `decide` is asked where both sides changed a key differently; undefined from it leaves the key out.
 * Keys come in the order of the base, then sorted.
 */
export function mergeMap<T>(
  three: Three<Readonly<Record<string, T>>>,
  decide: (key: string, three: Three<T>) => T | undefined,
): Record<string, T> {
  const entries: [string, T][] = [];
  for (const key of keysOf(three)) {
    const item = {
      base: own(three.base, key),
      ours: own(three.ours, key),
      theirs: own(three.theirs, key),
    };
    const settled = settle(item);
    const value = settled === null ? decide(key, item) : settled.value;
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

function keysOf({ base, ours, theirs }: Three<object>): readonly string[] {
  const before = Object.keys(base ?? {});
  const added = [...Object.keys(ours ?? {}), ...Object.keys(theirs ?? {})].sort(compareText);
  return [...new Set([...before, ...added])];
}

// A key may be called __proto__ or toString: only what an object has of its own is in it.
const own = <T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
