import type { Event, Issue } from '../issue.ts';
import { compareText, compareTimes } from '../merge/order.ts';
import type { Problem } from '../problem.ts';
import type { Replayed } from '../replay.ts';
import { problemOf } from './problem-of.ts';

/** One of several claims of an issue that were made on different branches. */
export interface Claim {
  readonly event: Event;
  readonly assignee: string;
  readonly epoch: number | null;
}

/** Claims that do not know of each other. */
export interface DoubleClaim {
  /** The claim that stands; null where somebody has the issue who made none of them. */
  readonly standing: Claim | null;
  /** The others, in the order of the log. */
  readonly lost: readonly Claim[];
}

/**
 * The claims of an issue that still stand by the log, where there are several: somebody works in vain. null where there is one
 * at most, or nobody works on the issue. Of several that one stands that the file holds, else the one of the highest epoch,
 * then the latest.
 */
export function findDoubleClaim(issue: Issue, { events }: Replayed): DoubleClaim | null {
  if (issue.state !== 'in_progress' && issue.state !== 'gated') return null;
  const claims = openClaims(events);
  if (claims.length < 2) return null;
  const known = issue.assignee === null || claims.some(({ assignee }) => assignee === issue.assignee);
  const standing = known ? claims.reduce((a, b) => (compareClaims(issue, a, b) >= 0 ? a : b)) : null;
  return { standing, lost: claims.filter((claim) => claim !== standing) };
}

/** A double claim, as a problem. */
export function diagnoseClaims(issue: Issue, history: Replayed): readonly Problem[] {
  const found = findDoubleClaim(issue, history);
  if (found === null) return [];
  const names = [found.standing, ...found.lost].flatMap((claim) => (claim === null ? [] : [describe(claim)]));
  const losers = found.lost.map(describe).join(' and ');
  return [
    problemOf(issue, {
      severity: 'error',
      code: 'double-claim',
      path: '/assignee',
      message: `was claimed on several branches, by ${names.join(' and by ')}: somebody works on it in vain`,
      fix: `record that ${losers} lost it`,
    }),
  ];
}

/** Who claimed it, and under which epoch. */
export const describe = ({ assignee, epoch }: Claim): string =>
  epoch === null ? assignee : `${assignee} under epoch ${epoch}`;

function openClaims(events: readonly Event[]): readonly Claim[] {
  const parents = findParents(events);
  return events.flatMap((event, place) => {
    const claim = event.event === 'issue.claimed' ? claimOf(event) : null;
    return claim === null || isOver(claim, place, events, parents) ? [] : [claim];
  });
}

/** For each event the place of the one before it. One behind a gap is taken to know of all that stands before it. */
function findParents(events: readonly Event[]): readonly number[] {
  const places = new Map<string, number>();
  return events.map(({ eid, prev }, place) => {
    const parent = prev === null ? undefined : places.get(prev);
    places.set(eid, place);
    return parent ?? place - 1;
  });
}

function isOver(claim: Claim, place: number, events: readonly Event[], parents: readonly number[]): boolean {
  const following = new Set([place]);
  for (let later = place + 1; later < events.length; later += 1) {
    const follows = following.has(parents[later]!);
    if (follows) following.add(later);
    if (ends(events[later]!, claim, follows)) return true;
  }
  return false;
}

function claimOf(event: Event): Claim | null {
  const after = (field: string): unknown => event.changes[field]?.[1];
  const name = after('assignee') ?? event.assignee;
  const epoch = after('claim_epoch');
  if (typeof name !== 'string') return null;
  return { event, assignee: name, epoch: typeof epoch === 'number' ? epoch : null };
}

/** Whether a later event ends a claim. `follows`: it was written with knowledge of the claim. */
function ends(later: Event, claim: Claim, follows: boolean): boolean {
  const { event, changes } = later;
  if (event === 'lease.lost') return later.assignee === claim.assignee;
  if (event === 'issue.merged' && (changes.assignee !== undefined || changes.claim_epoch !== undefined))
    return true;
  // Somebody took it from that name, or that name gave it back.
  if (changes.assignee?.[0] === claim.assignee) return true;
  if (!follows) return false;
  const state = changes.state?.[1];
  const left = state !== undefined && state !== 'in_progress' && state !== 'gated';
  return event === 'issue.claimed' || changes.assignee !== undefined || left;
}

/** The order of claims by how much they stand: what the file holds, the epoch, the time, the name of the event. */
function compareClaims(issue: Issue, a: Claim, b: Claim): number {
  const holds = ({ assignee, epoch }: Claim): number =>
    assignee !== issue.assignee ? 0 : epoch === issue.claim_epoch ? 2 : 1;
  return (
    holds(a) - holds(b) ||
    (a.epoch ?? 0) - (b.epoch ?? 0) ||
    compareTimes(a.event.ts, b.event.ts) ||
    compareText(a.event.eid, b.event.eid)
  );
}
