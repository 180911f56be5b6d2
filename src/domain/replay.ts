import { equal, isHashed, Rebuilding, UNKNOWN } from './event.ts';
import { orderEvents } from './event-order.ts';
import type { Event, Issue, Tombstone } from './issue.ts';

/** What the log says of one issue. */
export interface Replayed {
  /** The issue, or its tombstone, as the log rebuilds it; fields of `unknown` are hashes of their texts. */
  readonly image: Issue | Tombstone;
  /** Paths of texts that the log holds only as a hash. */
  readonly unknown: readonly string[];
  /** Events where the chain has a gap, and after which no `issue.reconciled` says how the issue is. */
  readonly broken: readonly Event[];
  /** In the order in which they were applied. */
  readonly events: readonly Event[];
}

/**
 * Rebuilds every issue from its events. Each issue's events are applied in the order of their lines, but never before
 * their `prev` (`orderEvents`).
 */
export function replay(events: Iterable<Event>): ReadonlyMap<string, Replayed> {
  const replayed = new Map<string, Replayed>();
  for (const [id, list] of linesByIssue(events)) replayed.set(id, replayIssue(id, list));
  return replayed;
}

/** The events of each issue in the order of the log; of several with one `eid` the first. */
export function linesByIssue(events: Iterable<Event>): ReadonlyMap<string, readonly Event[]> {
  const byIssue = new Map<string, Event[]>();
  const seen = new Set<string>();
  for (const event of events) {
    if (event.id === null || seen.has(event.eid)) continue;
    seen.add(event.eid);
    const list = byIssue.get(event.id);
    if (list === undefined) byIssue.set(event.id, [event]);
    else list.push(event);
  }
  return byIssue;
}

/** Rebuilds one issue. `lines`: its events, of which there is one at least, in the order of the log. */
export function replayIssue(id: string, lines: readonly Event[]): Replayed {
  const { ordered, gaps } = orderEvents(lines);
  const rebuilding = new Rebuilding(null, id);
  for (const { changes } of ordered) rebuilding.apply(changes);
  const { image, unknown } = rebuilding;
  const broken = gaps.length === 0 ? gaps : gapsThatStand(ordered, gaps);
  return { image: image as unknown as Issue | Tombstone, unknown, broken, events: ordered };
}

/** Those after which nothing says how the issue is. */
function gapsThatStand(ordered: readonly Event[], gaps: readonly Event[]): readonly Event[] {
  const told = ordered.findLastIndex(({ event }) => event === 'issue.reconciled');
  const after = new Set(ordered.slice(told + 1));
  return gaps.filter((event) => after.has(event));
}

/** Fields in which an issue differs from what the log rebuilds. `digest`: hex SHA-256 of a text. */
export function differences(
  issue: Issue | Tombstone,
  replayed: Replayed,
  digest: (text: string) => string,
): readonly string[] {
  const stored = issue as unknown as Readonly<Record<string, unknown>>;
  const rebuilt = replayed.image as unknown as Readonly<Record<string, unknown>>;
  const found: string[] = [];
  for (const field of Object.keys(stored))
    if (!same(stored[field] ?? null, own(rebuilt, field), digest)) found.push(field);
  for (const field of Object.keys(rebuilt))
    if (!Object.hasOwn(stored, field) && !same(null, rebuilt[field] ?? null, digest)) found.push(field);
  return found;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

// Null and absent are the same to the log.
const own = (fields: Readonly<Record<string, unknown>>, field: string): unknown =>
  Object.hasOwn(fields, field) ? (fields[field] ?? null) : null;

function same(stored: unknown, rebuilt: unknown, digest: (text: string) => string): boolean {
  if (stored === rebuilt) return true;
  if (isHashed(rebuilt)) {
    const text = typeof stored === 'string' ? stored : JSON.stringify(stored);
    return rebuilt.$sha256 === UNKNOWN.$sha256 || digest(text) === rebuilt.$sha256;
  }
  if (Array.isArray(stored) && Array.isArray(rebuilt)) {
    return stored.length === rebuilt.length && stored.every((item, i) => same(item, rebuilt[i], digest));
  }
  if (isMap(stored) && isMap(rebuilt)) {
    const keys = Object.keys(stored);
    return (
      keys.length === Object.keys(rebuilt).length &&
      keys.every((key) => Object.hasOwn(rebuilt, key) && same(stored[key], rebuilt[key], digest))
    );
  }
  return equal(stored, rebuilt);
}
