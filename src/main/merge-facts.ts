import { type LoggedEvent, missingEvents } from '../domain/merge/log-lines.ts';
import { answerOf, findCommit, pathBelow } from '../git/objects.ts';
import { type Ancestry, partedAt, readAncestry } from '../git/parents.ts';
import type { Repository } from '../git/repository.ts';
import { listUnmerged } from '../git/unmerged.ts';
import type { DroppedMerge, MergeFacts, UnmergedName } from '../operations/merging.ts';
import { findDroppedIssues } from './dropped-issues.ts';
import { idOfName, LOG, loadContents, type MergeRoom, readPresent } from './merging.ts';
import { headKey } from './settled-merges.ts';

/** How many merges before HEAD are looked at, and how many commits are read to find where their sides parted. */
const MOST = { merges: 100, commits: 10_000 };

/** What git says of the merges of a store. `settle` is told the key of a HEAD before which no merge has to be looked into. */
export function openMergeFacts(room: MergeRoom, settle: (key: string) => void): MergeFacts {
  return {
    unmerged: () => unmergedNames(room),
    dropped: (suspects) => findDropped(room, suspects, settle),
  };
}

async function unmergedNames({ tracked, index }: MergeRoom): Promise<readonly UnmergedName[]> {
  const start = tracked.directory === '' ? '' : `${tracked.directory}/`;
  const paths = [...(await listUnmerged(tracked.repository, index)).keys()];
  return paths
    .filter((file) => file.startsWith(start))
    .map((file) => ({ file, id: idOfName(file.slice(start.length)) }));
}

interface Merge {
  readonly commit: string;
  readonly parents: readonly string[];
}

async function findDropped(
  room: MergeRoom,
  suspects: readonly string[],
  settle: (key: string) => void,
): Promise<readonly DroppedMerge[]> {
  const { repository } = room.tracked;
  const key = headKey(room.tracked);
  if ((await findCommit(repository, 'HEAD')) === null) return [];
  const ancestry = await readAncestry(repository, MOST.commits);
  const merges = [...ancestry]
    .filter(([, parents]) => parents.length > 1)
    .slice(0, MOST.merges)
    .map(([commit, parents]): Merge => ({ commit, parents }));
  const moved = await findMovedSides(room, merges, ancestry);
  // HEAD may have been moved meanwhile.
  if (moved.length === 0 && key !== null && headKey(room.tracked) === key) settle(key);
  const sides = await readDropped(room, moved);
  const files = await findDroppedIssues(room, merges, { ancestry, suspects });
  const found: DroppedMerge[] = [];
  for (const { commit } of merges) {
    const missing = sides.filter((side) => side.commit === commit).flatMap(({ events }) => events);
    const ids = missing.flatMap(({ id }) => (id === null ? [] : [id]));
    const lacking = (files.get(commit) ?? []).filter((id) => !ids.includes(id));
    if (missing.length === 0 && lacking.length === 0) continue;
    found.push({
      commit,
      subject: await subjectOf(repository, commit),
      events: missing.length,
      sides: sides.filter((side) => side.commit === commit).length,
      issues: [...new Set(ids)].sort(),
      files: [...lacking].sort(),
    });
  }
  return found;
}

async function subjectOf(repository: Repository, commit: string): Promise<string> {
  const args = ['log', '-1', '--no-show-signature', '--format=%s', commit, '--'];
  return (await answerOf(repository, args)).trim();
}

/** A parent of a merge, and its events that the log of now has not. */
interface DroppedSide {
  readonly commit: string;
  readonly events: readonly LoggedEvent[];
}

/**
 * Compares names of objects first: only a merge that has the log of one parent, while that of another had moved on, is looked
 * into; and HEAD, where it is a merge of two logs that had moved on.
 */
async function findMovedSides(
  room: MergeRoom,
  merges: readonly Merge[],
  ancestry: Ancestry,
): Promise<readonly MovedSide[]> {
  const { repository, directory } = room.tracked;
  const path = pathBelow(directory, LOG);
  const logs = await readOids(
    repository,
    merges.flatMap(({ commit, parents }) => [commit, ...parents]),
    path,
  );
  const [head] = ancestry.keys();
  const doubtful = merges
    .filter(
      ({ commit, parents }) =>
        commit === head || parents.some((parent) => logs.get(parent) === logs.get(commit)),
    )
    .flatMap((merge) => sidesOf(merge, ancestry, logs));
  if (doubtful.length === 0) return [];
  const bases = await readOids(
    repository,
    doubtful.flatMap(({ parted }) => parted),
    path,
  );
  return doubtful
    .filter(({ parent, parted }) => parted.every((commit) => bases.get(commit) !== logs.get(parent)))
    .map(({ commit, parent, parted }) => ({
      commit,
      log: logs.get(parent),
      bases: parted.map((each) => bases.get(each)),
    }));
}

/** The logs of a parent of a merge, and of where it parted from the others, as the objects that hold them. */
interface MovedSide {
  readonly commit: string;
  readonly log: string | undefined;
  readonly bases: readonly (string | undefined)[];
}

/** A parent of a merge whose log the merge has not, and where it parted from the others. */
interface DoubtfulSide {
  readonly commit: string;
  readonly parent: string;
  readonly parted: readonly string[];
}

function sidesOf({ commit, parents }: Merge, ancestry: Ancestry, logs: Oids): readonly DoubtfulSide[] {
  const made = logs.get(commit);
  return parents.flatMap((parent, at) => {
    if (logs.get(parent) === made || logs.get(parent) === undefined) return [];
    const parted = partedAt(ancestry, parents[at === 0 ? 1 : 0]!, parent);
    // It parted longer ago than anybody looks.
    return parted === null || parted.includes(parent) ? [] : [{ commit, parent, parted }];
  });
}

type Oids = ReadonlyMap<string, string | undefined>;

/** The object of a path at each of the commits, from one `git cat-file --batch-check`. */
async function readOids(repository: Repository, commits: readonly string[], path: string): Promise<Oids> {
  const asked = [...new Set(commits)];
  // A name with a line break would be two.
  if (asked.length === 0 || path.includes('\n')) return new Map();
  const printed = await answerOf(repository, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    input: asked.map((commit) => `${commit}:${path}\n`).join(''),
  });
  const lines = printed.split('\n');
  return new Map(asked.map((commit, at) => [commit, /^([0-9a-f]{40,64}) blob$/.exec(lines[at] ?? '')?.[1]]));
}

async function readDropped(room: MergeRoom, sides: readonly MovedSide[]): Promise<readonly DroppedSide[]> {
  if (sides.length === 0) return [];
  const now = readPresent(room, LOG);
  if (!Buffer.isBuffer(now)) return [];
  const textNow = now.toString('utf8');
  const told = new Set<string>();
  const found: DroppedSide[] = [];
  for (const { commit, log, bases } of sides) {
    // One at a time: each may be as large as the log.
    const contents = await loadContents(room, [log, ...bases]);
    const textOf = (oid: string | undefined): string => contents.get(oid ?? '')?.toString('utf8') ?? '';
    const common = bases.map(textOf);
    let missing: readonly LoggedEvent[] = missingEvents(common[0] ?? '', textOf(log), textNow);
    for (const base of common.slice(1)) {
      const known = new Set(missingEvents('', base, '').map(({ eid }) => eid));
      missing = missing.filter(({ eid }) => !known.has(eid));
    }
    // An older merge that dropped the same is not the one to do again.
    const fresh = missing.filter(({ eid }) => !told.has(eid));
    if (fresh.length === 0) continue;
    for (const { eid } of fresh) told.add(eid);
    found.push({ commit, events: fresh });
  }
  return found;
}
