import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JitError } from '../domain/errors.ts';
import { isUlid } from '../domain/ids.ts';
import { LIMITS } from '../domain/issue.ts';
import { hasConflictMarkers, splitConflict } from '../domain/merge/conflict-markers.ts';
import type { Digest } from '../domain/merge/derive-id.ts';
import type { LeftPath, MergedPath } from '../domain/merge/report.ts';
import { readBlobs } from '../git/blobs.ts';
import { findIndex } from '../git/index-file.ts';
import { listIndex, pathBelow, type Tree } from '../git/objects.ts';
import { type FileToWrite, writeFiles } from '../git/write-files.ts';
import { type MergedFile, mergeFile, type Versions } from '../store/files/merge-file.ts';
import type { Tracked } from './tracked.ts';

/** What the merges of a store work with. */
export interface MergeRoom {
  readonly tracked: Tracked;
  /** The index that is meant; null: the usual one. */
  readonly index: string | null;
  readonly digest: Digest;
}

export const mergeRoom = (
  tracked: Tracked,
  digest: Digest,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): MergeRoom => ({ tracked, digest, index: findIndex(tracked.repository, { env, cwd }) });

/** The log of a store, inside `.jit`. */
export const LOG = 'events.jsonl';

/** The log may be much larger than an issue. Bytes. */
const LARGEST_LOG = 512 * 1024 * 1024;

/** What is in a file of the work tree: its bytes; `absent`; or `other`, where it is no plain file. */
export type Present = Buffer | 'absent' | 'other';

export function readPresent({ tracked }: MergeRoom, name: string): Present {
  const path = join(tracked.repository.topLevel, pathBelow(tracked.directory, name));
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'absent';
    return stat.isFile() ? readFileSync(path) : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return 'absent';
    throw new JitError('IO', `cannot read ${path}: ${code}`, { details: { file: path }, cause: error });
  }
}

/** The contents of objects. What is too large to be a file of the store is absent. */
export async function loadContents(
  { tracked }: MergeRoom,
  oids: Iterable<string | undefined>,
): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = [...oids].filter((oid) => oid !== undefined);
  const blobs = await readBlobs(tracked.repository, wanted, LARGEST_LOG);
  return new Map([...blobs].flatMap(([oid, { bytes }]) => (bytes === null ? [] : [[oid, bytes] as const])));
}

export const indexTree = ({ tracked, index }: MergeRoom): Promise<Tree> =>
  listIndex(tracked.repository, tracked.directory, index);

export const fileName = ({ tracked }: MergeRoom, name: string): string => pathBelow(tracked.directory, name);

/** The id that an issue's file is named after; null of another file. */
export function idOfName(name: string): string | null {
  const id = /^issues\/(.+)\.json$/.exec(name)?.[1];
  return id !== undefined && isUlid(id) ? id : null;
}

/** The id that a text says it is; null where it says none. */
export function idInside(bytes: Buffer | undefined): string | null {
  try {
    const { id } = JSON.parse(bytes?.toString('utf8') ?? 'null') as { id?: unknown };
    return typeof id === 'string' && isUlid(id) ? id : null;
  } catch {
    return null;
  }
}

/** Merges versions of a file; a version in which somebody committed conflict markers is merged itself first. */
export function mergeVersions(room: MergeRoom, name: string, versions: Versions): MergedFile {
  const options = { digest: room.digest, ancestor: false };
  const { base } = versions;
  const clean = (bytes: Buffer | null): Buffer | null => {
    // What a side did not touch is of no account.
    const sides = bytes === null || base?.equals(bytes) === true ? null : sidesIn(name, bytes);
    if (sides === null) return bytes;
    const { text } = mergeFile(name, sides, options);
    return text === null ? null : Buffer.from(text);
  };
  return mergeFile(name, { base, ours: clean(versions.ours), theirs: clean(versions.theirs) }, options);
}

/** The versions that the conflict markers of a file keep apart; null where it has none that can be read. */
export function sidesIn(name: string, bytes: Buffer): Versions | null {
  const sides = bytes.includes('<<<<<<<') ? splitConflict(bytes.toString('utf8')) : null;
  if (sides === null) return null;
  const bufferOf = (text: string): Buffer | null => (text.trim() === '' ? null : Buffer.from(text));
  return {
    // A log that only grew has before the conflict what it had.
    base: sides.whole || name === LOG ? bufferOf(sides.base) : null,
    ours: bufferOf(sides.ours),
    theirs: bufferOf(sides.theirs),
  };
}

export const hasMarkers = (bytes: Buffer): boolean =>
  bytes.includes('<<<<<<<') && hasConflictMarkers(bytes.toString('utf8'));

/** What was decided of one file, before anything is written. */
export interface Settled {
  readonly name: string;
  readonly from: MergedPath['from'];
  readonly merged: MergedFile;
  readonly mode: string;
  readonly staged: boolean;
}

/** Whether a merge came out that jit can read: what one side alone has is taken as it is, whatever it holds. */
export function checkReadable(room: MergeRoom, name: string, { text }: MergedFile): void {
  if (text === null) return;
  if (hasConflictMarkers(text)) {
    throw new JitError(
      'CORRUPT_FILE',
      `${fileName(room, name)} has conflict markers that do not fit together`,
    );
  }
  const id = idOfName(name);
  if (id !== null && idInside(Buffer.from(text)) !== id) {
    throw new JitError('CORRUPT_FILE', `${fileName(room, name)} cannot be read as the issue ${id}`);
  }
  if (id !== null && Buffer.byteLength(text) > LIMITS.issueFileBytes) {
    throw new JitError('LIMIT_EXCEEDED', `${fileName(room, name)} is larger than jit reads`);
  }
}

/** Why a file was left alone. Anything but a refusal is a bug, and passes through. */
export function leftBecause(room: MergeRoom, name: string, error: unknown): LeftPath {
  if (!(error instanceof JitError) || error.code === 'INTERNAL') throw error;
  const file = fileName(room, name);
  return { file, reason: error.message, hint: error.hint ?? `mend it by hand, then git add ${file}` };
}

/** Writes what was settled. */
export const writeSettled = (room: MergeRoom, settled: readonly Settled[]): Promise<void> =>
  writeFiles(
    room.tracked.repository,
    settled.map(
      ({ name, from, merged, mode, staged }): FileToWrite => ({
        path: fileName(room, name),
        text: merged.text,
        isThere: from === 'file',
        mode,
        staged,
      }),
    ),
    room.index,
  );

/** What was settled of a file, for a report. */
export const describeSettled = (room: MergeRoom, { name, from, merged }: Settled): MergedPath => ({
  file: fileName(room, name),
  id: idOfName(name),
  title: titleOf(merged.text),
  from,
  outcome: from === 'file' ? 'staged' : merged.text === null ? 'removed' : 'merged',
  decided: merged.decided,
});

function titleOf(text: string | null): string | null {
  try {
    const { title } = JSON.parse(text ?? 'null') as { title?: unknown };
    return typeof title === 'string' ? title : null;
  } catch {
    return null;
  }
}
