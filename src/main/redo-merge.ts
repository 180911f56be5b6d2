import { JitError } from '../domain/errors.ts';
import { missingEvents } from '../domain/merge/log-lines.ts';
import type { LeftPath, MergeReport } from '../domain/merge/report.ts';
import { askGit, findMergeBase, listTree, resolveCommit, type Tree } from '../git/objects.ts';
import { readParents } from '../git/parents.ts';
import { listUnmerged } from '../git/unmerged.ts';
import { isMergeable, type MergedFile } from '../store/files/merge-file.ts';
import {
  checkReadable,
  describeSettled,
  fileName,
  hasMarkers,
  idOfName,
  indexTree,
  LOG,
  leftBecause,
  loadContents,
  type MergeRoom,
  mergeVersions,
  readPresent,
  type Settled,
  writeSettled,
} from './merging.ts';

/**
 * Merges again what a merge commit dropped. Of a file something was dropped where a merge of both parents would have come to
 * something else, and the merge has it as one parent had it, or the log of now lacks events of the issue. What that parent made of
 * it is merged into the file as it is now.
 */
export async function redoMerge(room: MergeRoom, name: string): Promise<MergeReport> {
  const { repository, directory } = room.tracked;
  const commit = await resolveCommit(repository, name);
  const [first, ...others] = await readParents(repository, commit);
  await checkMerge(room, name, commit, others.length);
  const [made, index] = await Promise.all([listTree(repository, commit, directory), indexTree(room)]);
  const ours = await listTree(repository, first!, directory);
  const settled = new Map<string, Settled>();
  const left: LeftPath[] = [];
  for (const other of others) {
    const parted = await findMergeBase(repository, first!, other);
    const [base, theirs] = [
      await listTree(repository, parted, directory),
      await listTree(repository, other, directory),
    ];
    await settleDropped(room, { base, ours, theirs, made, index }, settled, left);
  }
  const files = [...settled.values()];
  await writeSettled(room, files);
  return {
    operation: null,
    commit,
    applied: true,
    files: files.map((item) => describeSettled(room, item)),
    left,
    others: [],
    next: files.length === 0 ? [] : ['jit validate', 'git commit'],
  };
}

async function checkMerge({ tracked, index }: MergeRoom, name: string, commit: string, others: number) {
  const { repository, directory } = tracked;
  if (others === 0) {
    throw new JitError('USAGE', `${name} is no merge: it has one parent, or none`, {
      details: { commit },
      hint: 'git log --merges shows the merges',
    });
  }
  const { status } = await askGit(repository, ['merge-base', '--is-ancestor', commit, 'HEAD']);
  if (status !== 0) {
    throw new JitError('USAGE', `${name} is not part of the current branch`, {
      details: { commit },
      hint: 'switch to the branch that has the merge',
    });
  }
  const start = directory === '' ? '' : `${directory}/`;
  const unmerged = [...(await listUnmerged(repository, index)).keys()].filter((path) =>
    path.startsWith(start),
  );
  if (unmerged.length === 0) return;
  throw new JitError('INVALID', 'another merge of the store is not finished', {
    details: { files: unmerged },
    hint: 'jit merge --resolve finishes it',
  });
}

interface Trees {
  readonly base: Tree;
  readonly ours: Tree;
  readonly theirs: Tree;
  readonly made: Tree;
  readonly index: Tree;
}

/** The versions of a file that concern a merge: where its parents parted, the parents, the merge itself. */
type Versions<T> = Readonly<Record<'base' | 'ours' | 'theirs' | 'made', T>>;

async function settleDropped(
  room: MergeRoom,
  trees: Trees,
  settled: Map<string, Settled>,
  left: LeftPath[],
): Promise<void> {
  const { base, ours, theirs } = trees;
  const changed = [...new Set([base, ours, theirs].flatMap((tree) => [...tree.keys()]))]
    .filter((name) => isMergeable(name) && ours.get(name)?.oid !== theirs.get(name)?.oid)
    .sort();
  const log = changed.includes(LOG) ? await loadVersions(room, oidsOf(trees, LOG)) : null;
  const missing = log === null ? NONE : missingIn(log, nowOf(room, LOG, settled));
  for (const name of changed) {
    const oids = oidsOf(trees, name);
    if (name !== LOG && !isDoubtful(oids) && !isMissing(name, missing)) continue;
    try {
      const versions = name === LOG ? log! : await loadVersions(room, oids);
      const merged = mergeDropped(room, name, { versions, missing, now: nowOf(room, name, settled) });
      if (merged === null) continue;
      checkReadable(room, name, merged);
      const mode = trees.index.get(name)?.mode ?? trees.made.get(name)?.mode ?? '100644';
      settled.set(name, { name, from: 'commits', merged, mode, staged: true });
    } catch (error) {
      left.push(leftBecause(room, name, error));
    }
  }
}

const oidsOf = ({ base, ours, theirs, made }: Trees, name: string): Versions<string | undefined> => ({
  base: base.get(name)?.oid ?? undefined,
  ours: ours.get(name)?.oid ?? undefined,
  theirs: theirs.get(name)?.oid ?? undefined,
  made: made.get(name)?.oid ?? undefined,
});

/** The merge has it as one parent has it, although the other changed it too. */
function isDoubtful({ base, ours, theirs, made }: Versions<string | undefined>): boolean {
  if (made !== ours && made !== theirs) return false;
  return base !== (made === ours ? theirs : ours);
}

async function loadVersions(room: MergeRoom, oids: Versions<string | undefined>) {
  const contents = await loadContents(room, Object.values(oids));
  const bytesOf = (oid: string | undefined): Buffer | null => contents.get(oid ?? '') ?? null;
  return {
    base: bytesOf(oids.base),
    ours: bytesOf(oids.ours),
    theirs: bytesOf(oids.theirs),
    made: bytesOf(oids.made),
  } satisfies Versions<Buffer | null>;
}

/** What a file holds now, with what was settled of it already. Null: there is none. Throws CORRUPT_FILE. */
function nowOf(room: MergeRoom, name: string, settled: ReadonlyMap<string, Settled>): Buffer | null {
  const before = settled.get(name);
  if (before === undefined) return bytesNow(room, name);
  return before.merged.text === null ? null : Buffer.from(before.merged.text);
}

/** Issues of which a parent has events, since both parted, that the log of now has not; null: some of no issue. */
type Missing = Readonly<Record<'ours' | 'theirs', ReadonlySet<string | null>>>;

const NONE: Missing = { ours: new Set(), theirs: new Set() };

function missingIn(log: Versions<Buffer | null>, now: Buffer | null): Missing {
  const text = (bytes: Buffer | null): string => bytes?.toString('utf8') ?? '';
  const of = (side: 'ours' | 'theirs') =>
    new Set(missingEvents(text(log.base), text(log[side]), text(now)).map(({ id }) => id));
  return { ours: of('ours'), theirs: of('theirs') };
}

const SIDES = ['ours', 'theirs'] as const;

function isMissing(name: string, missing: Missing): boolean {
  const id = idOfName(name);
  return id !== null && SIDES.some((side) => missing[side].has(id));
}

interface Dropped {
  readonly versions: Versions<Buffer | null>;
  readonly missing: Missing;
  readonly now: Buffer | null;
}

/** Merges into a file what was dropped of it; null where nothing was, or it is there again. */
function mergeDropped(room: MergeRoom, name: string, { versions, missing, now }: Dropped): MergedFile | null {
  let merged: MergedFile | null = null;
  let text = now;
  for (const side of droppedSides(room, name, versions, missing)) {
    merged = mergeVersions(room, name, { base: versions.base, ours: text, theirs: versions[side] });
    text = merged.text === null ? null : Buffer.from(merged.text);
  }
  return merged === null || merged.text === (now?.toString('utf8') ?? null) ? null : merged;
}

function droppedSides(
  room: MergeRoom,
  name: string,
  versions: Versions<Buffer | null>,
  missing: Missing,
): readonly ('ours' | 'theirs')[] {
  if (name === LOG) return SIDES.filter((side) => missing[side].size > 0);
  const { ours, theirs, made } = versions;
  const { text } = mergeVersions(room, name, versions);
  if (text === (made?.toString('utf8') ?? null)) return [];
  if (same(made, ours)) return ['theirs'];
  if (same(made, theirs)) return ['ours'];
  // A mixture, as -X makes it: what the log lacks was dropped.
  return SIDES.filter((side) => missing[side].has(idOfName(name)));
}

function bytesNow(room: MergeRoom, name: string): Buffer | null {
  const present = readPresent(room, name);
  if (present === 'other') throw new JitError('CORRUPT_FILE', `${fileName(room, name)} is no plain file`);
  if (present === 'absent') return null;
  if (!hasMarkers(present)) return present;
  throw new JitError('CORRUPT_FILE', `${fileName(room, name)} has conflict markers`, {
    hint: 'jit merge --resolve mends it; then once more',
  });
}

const same = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);
