import { type Changes, diffImages } from '../event.ts';
import type { Event, Issue, Tombstone } from '../issue.ts';
import type { Decision } from './decision.ts';
import { MERGER } from './keep-lost-text.ts';
import { compareContent, laterOf } from './order.ts';
import type { Side, Three } from './three-way.ts';

/** What an event of a merge says. Whoever appends it says what it follows, and names it. */
export type MergeEvent = Omit<Event, 'prev' | 'eid'>;

type Sides = Three<Issue> & Readonly<Record<Side, Issue>>;

/**
 * The events that tell what rules decided: `issue.merged` with what was dropped and kept, and a `lease.lost` for whoever had
 * claimed the issue in vain. None where the sides did not meet.
 */
export function recordMerge(
  sides: Sides,
  merged: Issue,
  decided: readonly Decision[],
): readonly MergeEvent[] {
  const changes = changesOf(sides, merged);
  const record = (event: string, fields: Pick<MergeEvent, 'changes'> & Partial<MergeEvent>): MergeEvent => ({
    ts: merged.updated_at,
    event,
    id: merged.id,
    by: MERGER,
    ...fields,
  });
  const lost = [sides.ours, sides.theirs]
    .filter((side) => claimedInVain(side, sides.base, merged))
    .map(({ assignee }) => assignee!)
    .sort()
    .map((assignee) => record('lease.lost', { assignee, reason: whatStands(merged), changes: {} }));
  const told = decided.length > 0 || Object.keys(changes).some((path) => path !== 'updated_at');
  return [...(told ? [record('issue.merged', { changes })] : []), ...lost];
}

/** The event of an issue that was deleted on one side and edited on the other. */
export function recordRestored(issue: Issue, tombstone: Tombstone): MergeEvent {
  const reason = `deleted by ${tombstone.deleted_by}, edited on the other side`;
  const { id, title } = issue;
  const ts = laterOf(issue.updated_at, tombstone.deleted_at);
  const changes = diffImages(tombstone, issue);
  return { ts, event: 'issue.restored', id, by: MERGER, title, reason, changes };
}

function claimedInVain(side: Issue, base: Issue | undefined, merged: Issue): boolean {
  const { state, assignee, claim_epoch } = side;
  const working = (state === 'in_progress' || state === 'gated') && assignee !== null;
  const since =
    base === undefined ||
    base.assignee !== assignee ||
    base.claim_epoch !== claim_epoch ||
    (base.state !== 'in_progress' && base.state !== 'gated');
  return working && since && merged.assignee !== assignee;
}

const whatStands = ({ state, assignee }: Issue): string =>
  assignee === null || state === 'done' || state === 'archived'
    ? `it is ${state}`
    : `the claim of ${assignee} stands`;

/**
 * What the events of the two sides do not come to by themselves: values that both changed, that a rule took back, or that
 * neither has. Before is what a side had that was dropped, after what the merge made of it.
 */
function changesOf({ base, ours, theirs }: Sides, merged: Issue): Changes {
  const sides = [ours, theirs].map((side) => ({
    changed: new Set(Object.keys(diffImages(base ?? null, side))),
    missing: new Map(Object.entries(diffImages(side, merged))),
  }));
  const changes: [string, readonly [unknown, unknown]][] = [];
  for (const path of [...new Set(sides.flatMap(({ missing }) => [...missing.keys()]))].sort()) {
    const dropped = sides.filter(({ missing }) => missing.has(path));
    // Where nobody who changed it lost, the other side took it from the one that did: as it should be.
    const lost = dropped.filter(({ changed }) => changed.has(path));
    if (lost.length === 0 && sides.some(({ changed }) => changed.has(path))) continue;
    const pairs = (lost.length > 0 ? lost : dropped).map(({ missing }) => missing.get(path)!);
    changes.push([path, pairs.sort(([a], [b]) => compareContent(a, b)).at(-1)!]);
  }
  return Object.fromEntries(changes);
}
