import { JitError } from '../domain/errors.ts';
import { missingEvents } from '../domain/merge/log-lines.ts';
import type { LeftPath, MergeReport } from '../domain/merge/report.ts';
import { askGit, findMergeBase, listTree, resolveCommit, type Tree } from '../git/objects.ts';
import { readParents } from '../git/parents.ts';
import { listUnmerged } from '../git/unmerged.ts';
import { isMergeable } from '../store/files/merge-file.ts';
import {
  checkReadable,
  describeSettled,
  fileName,
  hasMarkers,
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
 * Merges again what a merge commit dropped. A file counts as dropped where the merge has it as one parent had it, although a merge
 * of both would have come to something else. What the other parent made of it is merged into the file as it is now.
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

async function settleDropped(
  room: MergeRoom,
  trees: Trees,
  settled: Map<string, Settled>,
  left: LeftPath[],
): Promise<void> {
  const { base, ours, theirs, made, index } = trees;
  const oidsOf = (name: string) => ({
    base: base.get(name)?.oid ?? undefined,
    ours: ours.get(name)?.oid ?? undefined,
    theirs: theirs.get(name)?.oid ?? undefined,
    made: made.get(name)?.oid ?? undefined,
  });
  const names = [...new Set([base, ours, theirs].flatMap((tree) => [...tree.keys()]))].sort();
  // Where both parents have the same, or the merge has what only one of them changed, nothing was dropped.
  const doubtful = names.filter((name) => {
    const oid = oidsOf(name);
    if (!isMergeable(name) || oid.ours === oid.theirs) return false;
    if (name === LOG) return true;
    if (oid.made !== oid.ours && oid.made !== oid.theirs) return false;
    return oid.base !== (oid.made === oid.ours ? oid.theirs : oid.ours);
  });
  const contents = await loadContents(
    room,
    doubtful.flatMap((name) => Object.values(oidsOf(name))),
  );
  for (const name of doubtful) {
    const oids = oidsOf(name);
    const bytesOf = (oid: string | undefined): Buffer | null => contents.get(oid ?? '') ?? null;
    const versions = {
      base: bytesOf(oids.base),
      ours: bytesOf(oids.ours),
      theirs: bytesOf(oids.theirs),
      made: bytesOf(oids.made),
    };
    try {
      const before = settled.get(name)?.merged.text;
      const now = before === undefined ? bytesNow(room, name) : before === null ? null : Buffer.from(before);
      const dropped = name === LOG ? droppedLogs(versions, now) : droppedVersions(room, name, versions);
      let text = now;
      let merged: Settled['merged'] | undefined;
      for (const theirs of dropped) {
        merged = mergeVersions(room, name, { base: versions.base, ours: text, theirs });
        text = merged.text === null ? null : Buffer.from(merged.text);
      }
      if (merged === undefined || merged.text === (now?.toString('utf8') ?? null)) continue;
      checkReadable(room, name, merged);
      const mode = index.get(name)?.mode ?? made.get(name)?.mode ?? '100644';
      settled.set(name, { name, from: 'commits', merged, mode, staged: true });
    } catch (error) {
      left.push(leftBecause(room, name, error));
    }
  }
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

interface Versions {
  readonly base: Buffer | null;
  readonly ours: Buffer | null;
  readonly theirs: Buffer | null;
  readonly made: Buffer | null;
}

const same = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

function droppedVersions(room: MergeRoom, name: string, versions: Versions): readonly (Buffer | null)[] {
  const { ours, theirs, made } = versions;
  const { text } = mergeVersions(room, name, versions);
  if (text === (made?.toString('utf8') ?? null)) return [];
  return [same(made, ours) ? theirs : ours];
}

/** The logs whose events, those since the branches parted, are not all in the log of now. */
function droppedLogs({ base, ours, theirs }: Versions, now: Buffer | null): readonly (Buffer | null)[] {
  const text = (bytes: Buffer | null): string => bytes?.toString('utf8') ?? '';
  return [ours, theirs].filter((log) => missingEvents(text(base), text(log), text(now)).length > 0);
}
