import type { Config, GateRegistry } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Disk } from '../../system/disk.ts';
import { isApplicable } from './apply.ts';
import { type Appended, type Entry, isSealEntry } from './entry.ts';
import type { Journal, Position } from './journal.ts';
import { idOfFile, type Layout } from './layout.ts';
import { parseIssueFile } from './parse-issue.ts';
import type { ReadFile } from './read-issues.ts';
import type { ReadDocument } from './store-files.ts';

/** What is committed but not yet in its place: a view looks here before it looks at the files. */
export interface Overlay {
  /** By name inside `.jit`. */
  readonly files: ReadonlyMap<string, ReadFile>;
  readonly gates: ReadDocument<GateRegistry> | undefined;
  readonly config: ReadDocument<Config> | undefined;
  readonly events: Appended | null;
  /** Said of an entry that does not fit the files any more. */
  readonly problems: readonly Problem[];
}

export const NO_OVERLAY: Overlay = {
  files: new Map(),
  gates: undefined,
  config: undefined,
  events: null,
  problems: [],
};

/** The overlay for a reader at this position; undefined when the journal moved on meanwhile. Writes nothing. */
export function readOverlay(
  disk: Disk,
  layout: Layout,
  journal: Journal,
  position: Position,
): Overlay | undefined {
  if (!position.open) return NO_OVERLAY;
  const entry = journal.read(position);
  if (entry === undefined) return undefined;
  if (entry !== null && isSealEntry(entry)) return NO_OVERLAY;
  if (entry === null || !isApplicable(disk, layout, entry)) {
    if (!journal.isAt(position)) return undefined;
    return { ...NO_OVERLAY, problems: [unfit(entry)] };
  }
  return overlayOf(layout, entry);
}

const unfit = (entry: Entry | null): Problem => ({
  severity: 'warning',
  code: 'set-aside',
  message:
    entry === null
      ? 'the last commit was cut off by a crash and cannot be read'
      : `a commit was interrupted, and since then its files were changed by git or by hand: it will not be applied (${entry.files.map(({ name }) => name).join(', ')})`,
  file: null,
  path: null,
  id: null,
  fix: null,
});

function overlayOf(layout: Layout, entry: Entry): Overlay {
  const files = new Map<string, ReadFile>();
  let gates: ReadDocument<GateRegistry> | undefined;
  let config: ReadDocument<Config> | undefined;
  for (const { name, text } of entry.files) {
    const id = idOfFile(name.slice('issues/'.length));
    if (id !== null) {
      const parsed = parseIssueFile(Buffer.from(text, 'utf8'), layout.nameOf(`${layout.dir}/${name}`), id);
      files.set(name, { id, found: null, ...parsed });
    } else if (name === 'gates.json') gates = { value: JSON.parse(text), text, found: null };
    else if (name === 'config.json') config = { value: JSON.parse(text), text, found: null };
  }
  for (const { name } of entry.removed) {
    const id = idOfFile(name.slice('issues/'.length));
    if (id !== null) files.set(name, { id, stored: undefined, problems: [], found: null, mended: null });
  }
  return { files, gates, config, events: entry.events, problems: [] };
}
