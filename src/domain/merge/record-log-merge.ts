import { isTombstone } from '../canonical-json.ts';
import { type Changes, diffImages, Rebuilding, UNKNOWN } from '../event.ts';
import { checkIssue } from '../generated/checks/issue.js';
import { checkTombstone } from '../generated/checks/tombstone.js';
import type { Event, Issue, Tombstone } from '../issue.ts';
import { type Replayed, replay } from '../replay.ts';
import { blankUnknown, isWithin } from './blank-unknown.ts';
import type { Digest } from './derive-id.ts';
import { MERGER } from './keep-lost-text.ts';
import { mergeIssue, type Stored } from './merge-issue.ts';
import type { MergeEvent } from './merge-record.ts';
import { nameEvent } from './name-event.ts';
import { stableText } from './order.ts';
import type { Side } from './three-way.ts';

/** The events of one issue in the three logs of a merge, and in what became of them; in the order of their lines. */
export interface Histories {
  readonly base: readonly Event[];
  readonly ours: readonly Event[];
  readonly theirs: readonly Event[];
  readonly merged: readonly Event[];
}

/**
 * The events that tell what a merge made of an issue, to be appended to the merged log, which then rebuilds the issue as it
 * was merged. None where only one side had to do with it, where everything is told already, and where the logs do not hold
 * the whole of the issue. Of a text that a log holds only as a hash nothing is told but that it changed. The first follows the
 * event that is applied last in the merged log, each other the one before it.
 */
export function recordLogMerge(id: string, histories: Histories, digest: Digest): readonly Event[] {
  if (isOneSided(histories)) return [];
  const images = {
    base: replayOne(id, histories.base),
    ours: replayOne(id, histories.ours),
    theirs: replayOne(id, histories.theirs),
    merged: replayOne(id, histories.merged),
  };
  const unknown = [...new Set(Object.values(images).flatMap((replayed) => replayed?.unknown ?? []))].sort();
  const stored = {
    base: wholeOrNothing(images.base, unknown),
    ours: wholeOrNothing(images.ours, unknown),
    theirs: wholeOrNothing(images.theirs, unknown),
  };
  if (stored.ours === undefined || stored.theirs === undefined || images.merged === undefined) return [];
  const { stored: result, events } = mergeIssue(stored.base, stored.ours, stored.theirs, digest);
  const known = new Set(histories.merged.filter(({ by }) => by === MERGER).map(saidBy));
  const told = events.filter((event) => !known.has(saidBy(event)));
  const changes = {
    ...changesToTell(blankUnknown(images.merged.image, unknown), result!, told, unknown),
    ...changesOfUnknown(images, unknown),
  };
  const others = told.filter((event) => Object.keys(event.changes).length === 0);
  const teller = told.find((event) => !others.includes(event));
  const last = images.merged.events.at(-1)!.eid;
  if (Object.keys(changes).length === 0) return chain(others, last, digest);
  const event = teller ?? { ts: timeOf(result!), event: 'issue.merged', id, by: MERGER };
  return chain([{ ...event, changes }, ...others], last, digest);
}

/** What an event says, wherever in the log it stands: a merge leaves out what another has told. */
const saidBy = ({ eid: _, prev: __, ...said }: MergeEvent & Partial<Event>): string => stableText(said);

/**
 * Links events to each other, the first to what is `last` so far, and names each. Two merges that decide the same in different
 * logs name it differently; then both events stand, and say the same.
 */
function chain(events: readonly MergeEvent[], last: string, digest: Digest): readonly Event[] {
  let prev = last;
  return events.map((event) => {
    const named = nameEvent({ ...event, prev }, digest);
    prev = named.eid;
    return named;
  });
}

/**
 * Whether both sides have the same events, or one those of the base and the merge those of the other. With a base that git
 * made of two, the merge may have more: what only that base tells is none of it.
 */
function isOneSided({ base, ours, theirs, merged }: Histories): boolean {
  const eids = (events: readonly Event[]): string =>
    [...new Set(events.map(({ eid }) => eid))].sort().join(' ');
  const [before, our, their, after] = [eids(base), eids(ours), eids(theirs), eids(merged)];
  return our === their || (our === before && their === after) || (their === before && our === after);
}

const replayOne = (id: string, events: readonly Event[]): Replayed | undefined => replay(events).get(id);

/** The issue or tombstone, with nothing in it that is not known; undefined where the log does not hold the whole of it. */
function wholeOrNothing(replayed: Replayed | undefined, unknown: readonly string[]): Stored {
  if (replayed === undefined) return undefined;
  const image = blankUnknown(replayed.image, unknown);
  return (isTombstone(image) ? checkTombstone : checkIssue)(image) ? image : undefined;
}

/** What the events tell, and whatever else must be said for the log to come to the result. */
function changesToTell(
  replayed: Issue | Tombstone,
  result: Issue | Tombstone,
  told: readonly MergeEvent[],
  unknown: readonly string[],
): Changes {
  const said = Object.fromEntries(told.flatMap(({ changes }) => Object.entries(changes)));
  const rebuilding = new Rebuilding(replayed as unknown as Readonly<Record<string, unknown>>, result.id);
  rebuilding.apply(said);
  const all = { ...said, ...diffImages(rebuilding.image as unknown as Issue | Tombstone, result) };
  const known = Object.entries(all).filter(([path]) => !unknown.some((one) => isWithin(path, one)));
  return Object.fromEntries(
    known.map(([path, [before, after]]) => {
      const holdsUnknown = unknown.some((one) => isWithin(one, path));
      return [path, [before, holdsUnknown ? UNKNOWN : after]];
    }),
  );
}

/** Texts of which a log knows only that they changed: on which side, or that it was on both. */
function changesOfUnknown(
  { base, ours, theirs, merged }: Readonly<Record<keyof Histories, Replayed | undefined>>,
  unknown: readonly string[],
): Changes {
  const differ = (a: Replayed | undefined, b: Replayed | undefined): Changes =>
    diffImages(a?.image ?? null, b!.image);
  const [between, ofOurs, ofTheirs] = [differ(ours, theirs), differ(base, ours), differ(base, theirs)];
  const to = { ours: differ(merged, ours), theirs: differ(merged, theirs) };
  const changes: [string, readonly [unknown, unknown]][] = [];
  for (const path of unknown) {
    if (!Object.hasOwn(between, path)) continue;
    const side = whoseText(path, isTombstone(ours!.image), isTombstone(theirs!.image), ofOurs, ofTheirs);
    const before = (to.ours[path] ?? to.theirs[path])?.[0] ?? null;
    if (side === null) changes.push([path, [before, UNKNOWN]]);
    else if (to[side][path] !== undefined) changes.push([path, to[side][path]]);
  }
  return Object.fromEntries(changes);
}

/** The side whose text a merge takes: that of the issue against a deletion, else the one that changed it; null: both did. */
function whoseText(
  path: string,
  ourDeletion: boolean,
  theirDeletion: boolean,
  ofOurs: Changes,
  ofTheirs: Changes,
): Side | null {
  if (ourDeletion !== theirDeletion) return ourDeletion ? 'theirs' : 'ours';
  const [our, their] = [Object.hasOwn(ofOurs, path), Object.hasOwn(ofTheirs, path)];
  return our && their ? null : our ? 'ours' : 'theirs';
}

const timeOf = (stored: Issue | Tombstone): string =>
  isTombstone(stored) ? stored.deleted_at : stored.updated_at;
