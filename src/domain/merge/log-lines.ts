/** An event of a log, as far as a comparison of logs needs it. */
export interface LoggedEvent {
  readonly eid: string;
  /** The issue; null where the event is of none. */
  readonly id: string | null;
}

/**
 * The events that a branch added to the log since it parted, and that the log of now does not have, each once. Lines that are no
 * events are passed over.
 */
export function missingEvents(base: string, branch: string, now: string): readonly LoggedEvent[] {
  if (branch === base || branch === now) return [];
  // What all begin with, which is nearly all of it, is not read.
  const same = Math.min(sameStart(branch, now), sameStart(branch, base));
  const known = new Set<string>();
  for (const text of [base, now]) for (const event of eventsIn(text.slice(same))) known.add(event.eid);
  const missing = new Map<string, LoggedEvent>();
  for (const event of eventsIn(branch.slice(same))) if (!known.has(event.eid)) missing.set(event.eid, event);
  return [...missing.values()];
}

function sameStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + BLOCK <= most && a.slice(at, at + BLOCK) === b.slice(at, at + BLOCK)) at += BLOCK;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return a.slice(0, at).lastIndexOf('\n') + 1;
}

const BLOCK = 64 * 1024;

function* eventsIn(text: string): Generator<LoggedEvent> {
  for (const line of text.split('\n')) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    const { eid, id } = (value ?? {}) as { readonly eid?: unknown; readonly id?: unknown };
    if (typeof eid === 'string') yield { eid, id: typeof id === 'string' ? id : null };
  }
}
