import { withoutMarkers } from '../domain/merge/conflict-markers.ts';
import { mergeEvents } from '../domain/merge/merge-log.ts';
import type { LeftPath } from '../domain/merge/report.ts';
import type { Tree } from '../git/objects.ts';
import type { MergeSides } from '../git/stopped.ts';
import type { UnmergedFile } from '../git/unmerged.ts';
import type { MergedFile, Versions } from '../store/files/merge-file.ts';
import {
  LOG,
  leftBecause,
  loadContents,
  type MergeRoom,
  mergeVersions,
  readPresent,
  type Settled,
} from './merging.ts';

interface StoppedLog {
  /** undefined: git has merged it, line by line. */
  readonly stages: UnmergedFile | undefined;
  readonly sides: MergeSides | null;
  /** Whether issues were merged, of which it is to tell. */
  readonly touched: boolean;
}

/**
 * Merges the log from its three versions, also where git had joined its lines by itself: only so it tells of what was merged
 * beside it. What was appended since git stopped is kept; returns these lines, where the index is to have the log.
 */
export async function settleLog(
  room: MergeRoom,
  { stages, sides, touched }: StoppedLog,
  index: Tree,
  settled: Settled[],
  left: LeftPath[],
): Promise<readonly string[]> {
  const marked = settled.find(({ name }) => name === LOG);
  if (marked !== undefined) return addedTo(room, index, marked);
  const oids = stages === undefined ? (touched ? oidsIn(sides) : null) : oidsOf(stages);
  if (oids === null) return [];
  const contents = await loadContents(room, Object.values(oids));
  const bytesOf = (oid: string | undefined): Buffer | null => contents.get(oid ?? '') ?? null;
  const versions = { base: bytesOf(oids.base), ours: bytesOf(oids.ours), theirs: bytesOf(oids.theirs) };
  try {
    const own = mergeVersions(room, LOG, versions);
    const appended = appendedSince(room, own, versions);
    const merged = withAppended(own, appended);
    const present = readPresent(room, LOG);
    const same = Buffer.isBuffer(present) && present.toString('utf8') === merged.text;
    if (stages === undefined && same) return [];
    const mode = stages?.ours?.mode ?? index.get(LOG)?.mode ?? '100644';
    settled.push({ name: LOG, from: 'index', merged, mode, staged: true });
    return appended;
  } catch (error) {
    left.push(leftBecause(room, LOG, error));
    return [];
  }
}

/** Lines that the index has not, of a log whose conflict markers are settled. */
async function addedTo(room: MergeRoom, index: Tree, { merged }: Settled): Promise<readonly string[]> {
  const oid = index.get(LOG)?.oid ?? undefined;
  const known = (await loadContents(room, [oid])).get(oid ?? '');
  return known === undefined ? [] : linesBeyond(merged.text ?? '', [known]);
}

type Oids = Readonly<Record<keyof Versions, string | undefined>>;

const oidsOf = ({ base, ours, theirs }: UnmergedFile): Oids => ({
  base: base?.oid,
  ours: ours?.oid,
  theirs: theirs?.oid,
});

/** Null where a side is not known: then what git made of the log has to do. */
function oidsIn(sides: MergeSides | null): Oids | null {
  // Of a stash ours is what the index had; what that had beyond HEAD is kept as what was appended.
  const [ours, theirs] = [sides?.head.get(LOG)?.oid, sides?.theirs?.get(LOG)?.oid];
  if (ours == null || theirs == null) return null;
  return { ours, theirs, base: sides?.base?.get(LOG)?.oid ?? undefined };
}

/** Commands that ran since git stopped may have appended to what git left; and a line may have been put in by hand. */
function appendedSince(room: MergeRoom, merged: MergedFile, versions: Versions): readonly string[] {
  const present = readPresent(room, LOG);
  if (!Buffer.isBuffer(present)) return [];
  const text = withoutMarkers(present.toString('utf8')).join('\n');
  return linesBeyond(text, [...Object.values(versions), merged.text]);
}

function linesBeyond(text: string, texts: readonly (Buffer | string | null)[]): readonly string[] {
  const known = new Set(texts.flatMap((each) => each?.toString().split(/\r?\n/) ?? []));
  return text.split(/\r?\n/).filter((line) => line !== '' && !known.has(line));
}

function withAppended(merged: MergedFile, appended: readonly string[]): MergedFile {
  if (appended.length === 0) return merged;
  // It is no merge of branches, of which events would tell.
  return { ...merged, text: mergeEvents(merged.text ?? '', `${appended.join('\n')}\n`) };
}
