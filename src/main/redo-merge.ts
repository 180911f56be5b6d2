import { JitError } from '../domain/errors.ts';
import type { LeftPath, MergeReport } from '../domain/merge/report.ts';
import { askGit, findMergeBase, listTree, resolveCommit, type Tree } from '../git/objects.ts';
import { readParents } from '../git/parents.ts';
import { listUnmerged } from '../git/unmerged.ts';
import { isMergeable } from '../store/files/merge-file.ts';
import {
  findUntold,
  isDoubtful,
  isMissing,
  loadVersions,
  mergeDropped,
  missingIn,
  NONE,
  type Versions,
} from './dropped-file.ts';
import {
  checkReadable,
  describeSettled,
  fileName,
  hasMarkers,
  indexTree,
  LOG,
  leftBecause,
  type MergeRoom,
  readPresent,
  type Settled,
  writeSettled,
} from './merging.ts';

/**
 * Merges again what a merge commit dropped. Of a file something was dropped where a merge of both parents would have come to
 * something else, and the merge has it as one parent had it, or the log of now lacks events of the issue, or the log of the merge
 * tells of something else. What that parent made of it is merged into the file as it is now.
 */
export async function redoMerge(room: MergeRoom, name: string): Promise<MergeReport> {
  const { repository } = room.tracked;
  const commit = await resolveCommit(repository, name);
  const parents = await readParents(repository, commit);
  await checkMerge(room, name, commit, parents.length);
  const { files, left } = await planRedo(room, { commit, parents }, isMergeable);
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

/** What there is to be merged again of a merge, in the files that are asked for: writes nothing. Throws REVISION_NOT_FOUND, GIT. */
export async function planRedo(
  room: MergeRoom,
  { commit, parents }: { readonly commit: string; readonly parents: readonly string[] },
  isAsked: (name: string) => boolean,
): Promise<{ readonly files: readonly Settled[]; readonly left: readonly LeftPath[] }> {
  const { repository, directory } = room.tracked;
  const [first, ...others] = parents;
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
    await settleDropped(room, { base, ours, theirs, made, index, isAsked }, settled, left);
  }
  return { files: [...settled.values()], left };
}

async function checkMerge({ tracked, index }: MergeRoom, name: string, commit: string, parents: number) {
  const { repository, directory } = tracked;
  if (parents < 2) {
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
  readonly isAsked: (name: string) => boolean;
}

async function settleDropped(
  room: MergeRoom,
  trees: Trees,
  settled: Map<string, Settled>,
  left: LeftPath[],
): Promise<void> {
  const { base, ours, theirs } = trees;
  const changed = [...new Set([base, ours, theirs].flatMap((tree) => [...tree.keys()]))]
    .filter(
      (name) => isMergeable(name) && trees.isAsked(name) && ours.get(name)?.oid !== theirs.get(name)?.oid,
    )
    .sort();
  const log = changed.includes(LOG) ? await loadVersions(room, oidsOf(trees, LOG)) : null;
  const missing = log === null ? NONE : missingIn(log, nowOf(room, LOG, settled));
  const untold = await findUntold(room, changed, (name) => oidsOf(trees, name));
  for (const name of changed) {
    const oids = oidsOf(trees, name);
    if (name !== LOG && !isDoubtful(oids) && !isMissing(name, missing) && !untold.has(name)) continue;
    try {
      const versions = name === LOG ? log! : await loadVersions(room, oids);
      const now = nowOf(room, name, settled);
      const merged = mergeDropped(room, name, { versions, missing, untold: untold.has(name), now });
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

/** What a file holds now, with what was settled of it already. Null: there is none. Throws CORRUPT_FILE. */
function nowOf(room: MergeRoom, name: string, settled: ReadonlyMap<string, Settled>): Buffer | null {
  const before = settled.get(name);
  if (before === undefined) return bytesNow(room, name);
  return before.merged.text === null ? null : Buffer.from(before.merged.text);
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
