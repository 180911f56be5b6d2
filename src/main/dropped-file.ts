import { missingEvents } from '../domain/merge/log-lines.ts';
import { differences, linesByIssue, replayIssue } from '../domain/replay.ts';
import type { MergedFile } from '../store/files/merge-file.ts';
import { eventsOf } from '../store/files/merge-logs.ts';
import { idInside, idOfName, LOG, loadContents, type MergeRoom, mergeVersions } from './merging.ts';

/** The versions of a file that concern a merge: where its parents parted, the parents, the merge itself. */
export type Versions<T> = Readonly<Record<'base' | 'ours' | 'theirs' | 'made', T>>;

/** Issues of which a parent has events, since both parted, that the log of now has not; null: some of no issue. */
export type Missing = Readonly<Record<'ours' | 'theirs', ReadonlySet<string | null>>>;

export const NONE: Missing = { ours: new Set(), theirs: new Set() };

const SIDES = ['ours', 'theirs'] as const;

/** `log`: the versions of it that concern the merge. */
export function missingIn(log: Versions<Buffer | null>, now: Buffer | null): Missing {
  const text = (bytes: Buffer | null): string => bytes?.toString('utf8') ?? '';
  const of = (side: 'ours' | 'theirs') =>
    new Set(missingEvents(text(log.base), text(log[side]), text(now)).map(({ id }) => id));
  return { ours: of('ours'), theirs: of('theirs') };
}

export function isMissing(name: string, missing: Missing): boolean {
  const id = idOfName(name);
  return id !== null && SIDES.some((side) => missing[side].has(id));
}

/** The merge has it as one parent has it, although the other changed it too. */
export function isDoubtful({ base, ours, theirs, made }: Versions<string | undefined>): boolean {
  if (made !== ours && made !== theirs) return false;
  return base !== (made === ours ? theirs : ours);
}

/** The merge has it as neither parent has it, and both had changed it. */
const isMixture = ({ base, ours, theirs, made }: Versions<string | undefined>): boolean =>
  made !== undefined && ![base, ours, theirs].includes(made) && base !== ours && base !== theirs;

/**
 * Of some issues those of which the merge has a mixture, as `-X theirs` makes it, that its own log does not tell of: what is in
 * the log and not in the file was dropped. `oids`: the objects of an issue's file by its name, and of the log of the merge.
 */
export async function findUntold(
  room: MergeRoom,
  names: readonly string[],
  oidsOf: (name: string) => Versions<string | undefined>,
): Promise<ReadonlySet<string>> {
  const mixtures = names.filter((name) => idOfName(name) !== null && isMixture(oidsOf(name)));
  const log = oidsOf(LOG).made;
  if (mixtures.length === 0 || log === undefined) return new Set();
  const contents = await loadContents(room, [log, ...mixtures.map((name) => oidsOf(name).made)]);
  const events = eventsOf(contents.get(log) ?? null, new Set(mixtures.map((name) => idOfName(name)!)));
  const isUntold = (name: string): boolean => {
    const [id, bytes] = [idOfName(name)!, contents.get(oidsOf(name).made!)];
    const lines = linesByIssue(events.get(id) ?? []).get(id);
    if (lines === undefined || idInside(bytes) !== id) return false;
    return differences(JSON.parse(bytes!.toString('utf8')), replayIssue(id, lines), room.digest).length > 0;
  };
  return new Set(mixtures.filter(isUntold));
}

/** The contents of the versions of one file. */
export async function loadVersions(
  room: MergeRoom,
  oids: Versions<string | undefined>,
): Promise<Versions<Buffer | null>> {
  const contents = await loadContents(room, Object.values(oids));
  const bytesOf = (oid: string | undefined): Buffer | null => contents.get(oid ?? '') ?? null;
  return {
    base: bytesOf(oids.base),
    ours: bytesOf(oids.ours),
    theirs: bytesOf(oids.theirs),
    made: bytesOf(oids.made),
  };
}

export interface Dropped {
  readonly versions: Versions<Buffer | null>;
  readonly missing: Missing;
  /** The log of the merge does not tell what the merge made of it. */
  readonly untold: boolean;
  readonly now: Buffer | null;
}

/** Merges into a file what was dropped of it; null where nothing was, or it is there again. Throws CORRUPT_FILE. */
export function mergeDropped(room: MergeRoom, name: string, dropped: Dropped): MergedFile | null {
  const { versions, now } = dropped;
  let merged: MergedFile | null = null;
  let text = now;
  for (const side of droppedSides(room, name, dropped)) {
    merged = mergeVersions(room, name, { base: versions.base, ours: text, theirs: versions[side] });
    text = merged.text === null ? null : Buffer.from(merged.text);
  }
  return merged === null || merged.text === (now?.toString('utf8') ?? null) ? null : merged;
}

function droppedSides(
  room: MergeRoom,
  name: string,
  { versions, missing, untold }: Dropped,
): readonly ('ours' | 'theirs')[] {
  if (name === LOG) return SIDES.filter((side) => missing[side].size > 0);
  const { base, ours, theirs, made } = versions;
  const isMade = (text: string | null): boolean => text === (made?.toString('utf8') ?? null);
  if (isMade(mergeVersions(room, name, versions).text)) return [];
  if (same(made, ours)) return ['theirs'];
  if (same(made, theirs)) return ['ours'];
  // A mixture, as -X makes it: what the log lacks was dropped, or what the merge, merged with that side again, does not have.
  const lacks = (side: 'ours' | 'theirs'): boolean =>
    untold && !isMade(mergeVersions(room, name, { base, ours: made, theirs: versions[side] }).text);
  return SIDES.filter((side) => missing[side].has(idOfName(name)) || lacks(side));
}

const same = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);
