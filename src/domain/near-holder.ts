import { findNearest } from './suggest.ts';

/** The holder that a name most likely means which none of them has; undefined when none is near. A bare name is compared without types. */
export function findNearestHolder(name: string, holders: Iterable<string>): string | undefined {
  const known = [...new Set(holders)].sort();
  const nameOf = (holder: string): string => holder.slice(holder.indexOf(':') + 1);
  if (!name.includes(':')) {
    const near = findNearest(name, known.map(nameOf));
    return known.find((holder) => nameOf(holder) === near);
  }
  // The same name of another type is nearer than any other.
  return known.find((holder) => nameOf(holder) === nameOf(name)) ?? findNearest(name, known);
}
