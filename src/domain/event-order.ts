import type { Event } from './issue.ts';

/** The events of one issue in the order in which they are applied. */
export interface EventOrder {
  readonly ordered: readonly Event[];
  /** Those that do not follow what they say they follow; in the same order. */
  readonly gaps: readonly Event[];
}

/**
 * Orders the events of one issue: as the lines have them, but none before its `prev` where that is among them. Two with
 * one `prev` are what a merge leaves, and are in order. A gap is an event whose `prev` is not there, and a second beginning.
 * In a ring of events that all name another as the one before nothing is missing: it is no gap, unless the history begins
 * with it. The first of its lines stands where it stands, the others follow it.
 */
export function orderEvents(lines: readonly Event[]): EventOrder {
  if (isChain(lines)) return { ordered: lines, gaps: NONE };
  const numbers = new Map(lines.map(({ eid }, line) => [eid, line]));
  const before = lines.map(({ prev }) => (prev === null ? undefined : numbers.get(prev)));
  const rings = new Set(findRings(before));
  for (const line of rings) before[line] = undefined;
  const order = sortLines(before);
  const isGap = (line: number, place: number): boolean =>
    before[line] === undefined && (place > 0 ? !rings.has(line) : lines[line]!.prev !== null);
  return {
    ordered: order.map((line) => lines[line]!),
    gaps: order.filter(isGap).map((line) => lines[line]!),
  };
}

const NONE: readonly never[] = [];

/** Whether each follows the line before it, as a rule. An eid that comes again would be followed by two. */
function isChain(lines: readonly Event[]): boolean {
  let last: string | null = null;
  for (const { prev, eid } of lines) {
    if (prev !== last || (last !== null && !(last < eid))) return false;
    last = eid;
  }
  return true;
}

/** The first line of each ring: following what comes before it leads back to it. */
function findRings(before: readonly (number | undefined)[]): readonly number[] {
  const walkOf = new Int32Array(before.length).fill(-1);
  const found: number[] = [];
  for (let start = 0; start < before.length; start += 1) {
    let at: number | undefined = start;
    while (at !== undefined && walkOf[at] === -1) {
      walkOf[at] = start;
      at = before[at];
    }
    if (at === undefined || walkOf[at] !== start) continue;
    let first = at;
    for (let next = before[at]!; next !== at; next = before[next]!) first = Math.min(first, next);
    found.push(first);
  }
  return found;
}

/** The least order of the numbers in which none comes before the one that `before` names. */
function sortLines(before: readonly (number | undefined)[]): readonly number[] {
  const placed = new Uint8Array(before.length);
  const waiting = new Map<number, number[]>();
  const order: number[] = [];
  // What may be placed although its line was passed, the least last.
  const free: number[] = [];
  for (let line = 0; line < before.length; line += 1) {
    const wanted = before[line];
    if (wanted !== undefined && placed[wanted] === 0) {
      const others = waiting.get(wanted);
      if (others === undefined) waiting.set(wanted, [line]);
      else others.push(line);
      continue;
    }
    free.push(line);
    for (let next = free.pop(); next !== undefined; next = free.pop()) {
      placed[next] = 1;
      order.push(next);
      const followers = waiting.get(next);
      if (followers === undefined) continue;
      free.push(...followers);
      free.sort((a, b) => b - a);
    }
  }
  return order;
}
