import type { Clock } from '../domain/clock.ts';
import { JitError } from '../domain/errors.ts';
import { type Event, LIMITS } from '../domain/issue.ts';
import type { Version } from '../domain/review/history.ts';
import { explained } from '../domain/violations.ts';
import { readBlobs } from '../git/blobs.ts';
import { listFileCommits } from '../git/file-log.ts';
import { findCommit, listTree, pathBelow, readCommitTime, resolveCommit, type Tree } from '../git/objects.ts';
import { openFilesStore } from '../store/files/files-store.ts';
import { parseIssueFile } from '../store/files/parse-issue.ts';
import { eventsOfIssue } from '../store/files/read-events.ts';
import { openRevisionStore, type RevisionFile } from '../store/revision/revision-store.ts';
import type { Store } from '../store/store.ts';
import type { Tracked } from './tracked.ts';

/** A board of the past, and its time. */
export interface OpenedRevision {
  readonly store: Store;
  readonly clock: Clock;
}

/** Opens the board as it was at a commit. Throws USAGE, REVISION_NOT_FOUND, GIT, NOT_INITIALIZED. */
export async function openRevision(tracked: Tracked, name: string): Promise<OpenedRevision> {
  const { repository, directory } = tracked;
  const commit = await resolveCommit(repository, name);
  const [time, tree] = await Promise.all([
    readCommitTime(repository, commit),
    listTree(repository, commit, directory),
  ]);
  if (tree.size === 0) {
    throw new JitError('NOT_INITIALIZED', `there is no ${directory} at ${name}`, {
      details: { revision: name, commit },
      hint: `git log -- ${directory} shows since when there is one`,
    });
  }
  const clock = standingClock(time);
  return { store: openTree(tracked, name, tree, clock, true), clock };
}

/** Opens what a tree holds as a store. `whole`: all of it will be read. */
export const openTree = (
  { place, repository }: Tracked,
  name: string,
  tree: Tree,
  clock: Clock,
  whole = false,
): Store =>
  openRevisionStore({
    whole,
    name,
    dir: place.dir,
    content: {
      files: new Map([...tree].map(([path, { mode, oid }]) => [path, { kind: kindOf(mode), oid }])),
      load: (oids, most) => readBlobs(repository, oids, most),
    },
    open: (disk) => openFilesStore({ ...place, clock, disk }),
  });

function kindOf(mode: string): RevisionFile['kind'] {
  if (mode.startsWith('100')) return 'file';
  return mode === '120000' ? 'symlink' : 'other';
}

/** A clock that stands still. `time`: milliseconds since 1970. */
export const standingClock = (time: number): Clock => ({
  now: () => new Date(time).toISOString(),
  ago: (milliseconds) => new Date(time - milliseconds).toISOString(),
});

/** Every committed version of an issue's file before HEAD, read in one go. */
export async function readVersions(tracked: Tracked, id: string): Promise<readonly Version[]> {
  const { repository, directory } = tracked;
  if ((await findCommit(repository, 'HEAD')) === null) return [];
  const path = directory === '' ? `issues/${id}.json` : `${directory}/issues/${id}.json`;
  const commits = await listFileCommits(repository, path);
  const nameIn = (oid: string): string => `${oid}:${path}`;
  const blobs = await readBlobs(
    repository,
    commits.map(({ oid }) => nameIn(oid)),
    LIMITS.issueFileBytes,
  );
  const versionOf = ({ oid, time, ...others }: (typeof commits)[number]): Version => {
    const blob = blobs.get(nameIn(oid));
    const commit = { ...others, oid, at: new Date(time).toISOString() };
    if (blob === undefined) return { commit, image: null, readable: true };
    const image = blob.bytes === null ? null : (parseIssueFile(blob.bytes, path, id).stored ?? null);
    return { commit, image, readable: image !== null };
  };
  return explained(() => commits.map(versionOf));
}

/** The events of an issue in the log of a commit, in the order of their lines; none where there is no log. */
export async function readEventsAt(
  { repository, directory }: Tracked,
  commit: string,
  id: string,
): Promise<readonly Event[]> {
  const name = `${commit}:${pathBelow(directory, 'events.jsonl')}`;
  const log = (await readBlobs(repository, [name], LARGEST_LOG)).get(name)?.bytes;
  return log == null ? [] : explained(() => eventsOfIssue(log, id));
}

const LARGEST_LOG = 256 * 1024 * 1024;
