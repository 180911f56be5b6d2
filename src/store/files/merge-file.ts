import {
  formatConfig,
  formatGates,
  formatIndex,
  formatIssue,
  formatTombstone,
  isTombstone,
} from '../../domain/canonical-json.ts';
import { JitError } from '../../domain/errors.ts';
import { LIMITS } from '../../domain/issue.ts';
import type { Decision } from '../../domain/merge/decision.ts';
import type { Digest } from '../../domain/merge/derive-id.ts';
import { mergeIssue, type Stored } from '../../domain/merge/merge-issue.ts';
import {
  type MergedSettings,
  mergeConfig,
  mergeIndex,
  mergeRegistry,
} from '../../domain/merge/merge-settings.ts';
import type { Side, Three } from '../../domain/merge/three-way.ts';
import type { Schema } from '../../domain/violations.ts';
import { idOfFile } from './layout.ts';
import { mergeLogs } from './merge-logs.ts';
import { readStored, readText, readValue } from './read-version.ts';
import { CONFIG, GATES, INDEX } from './store-files.ts';

/** A file as it was where two branches parted, and as each of them has it; null where it is not there. */
export interface Versions {
  readonly base: Buffer | null;
  readonly ours: Buffer | null;
  readonly theirs: Buffer | null;
}

export interface MergeFileOptions {
  readonly digest: Digest;
  /** It is the merge of two merge bases, which nobody sees: no events tell of it. */
  readonly ancestor: boolean;
}

/** What a merge of one file came to. */
export interface MergedFile {
  /** What the file is to hold; null: there is to be none. */
  readonly text: string | null;
  /** What both sides had changed, and a rule decided. */
  readonly decided: readonly Decision[];
}

/** Whether `name` (inside `.jit`) is a file that `mergeFile` knows how to merge. */
export const isMergeable = (name: string): boolean => mergerOf(name) !== null;

/**
 * Merges the three versions of a file of the store. The result follows from them alone, and is the same with the sides
 * swapped. A side that did not touch the file is left alone, whatever it holds; a base that cannot be read is none. To be called
 * inside of `explained`.
 * @param name inside `.jit`: `issues/ID.json`, `events.jsonl`, `gates.json`, `config.json`, `index.json`
 * @throws CORRUPT_FILE where a side cannot be read (`details.side`); INVALID where the sides are two issues
 * (`details.ids`), as git brings them together when it takes one file for the other, renamed; LIMIT_EXCEEDED where the
 * result would be larger than jit reads; USAGE where the name is that of no such file
 */
export function mergeFile(name: string, versions: Versions, options: MergeFileOptions): MergedFile {
  const merge = mergerOf(name);
  if (merge === null) throw new JitError('USAGE', `${name} is no file that jit can merge`);
  const only = whatOneSideMade(versions);
  if (only !== null) return { text: only.bytes && readText(only.bytes, name, only.side), decided: [] };
  return merge(versions, options);
}

type Merge = (versions: Versions, options: MergeFileOptions) => MergedFile;

function mergerOf(name: string): Merge | null {
  const id = name.startsWith('issues/') ? idOfFile(name.slice('issues/'.length)) : null;
  if (id !== null) return (versions, { digest }) => mergeIssueFiles(name, id, versions, digest);
  return Object.hasOwn(MERGERS, name) ? MERGERS[name]! : null;
}

const MERGERS: Readonly<Record<string, Merge>> = {
  'events.jsonl': (versions, options) => ({
    text: mergeLogs('events.jsonl', versions, options),
    decided: [],
  }),
  'gates.json': (versions) => mergeSettings('gates.json', versions, GATES, mergeRegistry, formatGates),
  'config.json': (versions) => mergeSettings('config.json', versions, CONFIG, mergeConfig, formatConfig),
  'index.json': (versions) => mergeSettings('index.json', versions, INDEX, mergeIndex, formatIndex),
};

/** The version to take where only one side changed the file, or both alike; null where they differ. */
function whatOneSideMade({
  base,
  ours,
  theirs,
}: Versions): { readonly bytes: Buffer | null; readonly side: Side } | null {
  if (same(ours, theirs) || same(base, theirs)) return { bytes: ours, side: 'ours' };
  return same(base, ours) ? { bytes: theirs, side: 'theirs' } : null;
}

const same = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

function mergeIssueFiles(name: string, id: string, versions: Versions, digest: Digest): MergedFile {
  const read = (side: keyof Versions): Stored => readStored(versions[side], name, id, side);
  const [ours, theirs] = [read('ours'), read('theirs')];
  const { stored, decided } = mergeIssue(
    readBase(() => read('base')),
    ours,
    theirs,
    digest,
  );
  if (stored === undefined) return { text: null, decided };
  if (stored.id !== id) {
    throw new JitError('CORRUPT_FILE', `${name} is named after ${id}, but holds ${stored.id}`, {
      details: { file: name, ids: [stored.id] },
    });
  }
  const text = isTombstone(stored) ? formatTombstone(stored) : formatIssue(stored);
  checkSize(text, name);
  return { text, decided };
}

function mergeSettings<T>(
  name: string,
  versions: Versions,
  schema: Schema,
  merge: (three: Three<T>) => MergedSettings<T>,
  format: (value: T) => string,
): MergedFile {
  const read = (side: keyof Versions): T | undefined => readValue<T>(versions[side], name, side, schema);
  const { value, decided } = merge({
    base: readBase(() => read('base')),
    ours: read('ours'),
    theirs: read('theirs'),
  });
  return { text: value === undefined ? null : format(value), decided };
}

/**
 * What the sides have in common is not needed to keep what each of them has. git itself hands over a base with conflict
 * markers, where it had to merge several bases into one and could not.
 */
function readBase<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof JitError) return undefined;
    throw error;
  }
}

function checkSize(text: string, name: string): void {
  const size = Buffer.byteLength(text);
  if (size <= LIMITS.issueFileBytes) return;
  throw new JitError(
    'LIMIT_EXCEEDED',
    `${name} would have ${size} bytes with what both sides have; jit reads ${LIMITS.issueFileBytes}`,
    {
      details: { file: name, size, limit: LIMITS.issueFileBytes },
      hint: 'shorten one side (comments, description), then merge again',
    },
  );
}
