import {
  formatConfig,
  formatEvent,
  formatGates,
  formatIssue,
  formatTombstone,
  isTombstone,
} from '../../domain/canonical-json.ts';
import { JitError } from '../../domain/errors.ts';
import type { Issue, Tombstone } from '../../domain/issue.ts';
import type { Disk } from '../../system/disk.ts';
import { createWhole, readWhole } from '../../system/whole-file.ts';
import { chainEvents, issuesOf } from '../chain-events.ts';
import { checkPlan } from '../check-plan.ts';
import type { Plan } from '../store.ts';
import {
  type Appended,
  type Entry,
  type Fingerprint,
  fingerprint,
  isSame,
  type RemovedFile,
} from './entry.ts';
import { isLogAt, type LogEnd } from './events-log.ts';
import type { FilesView } from './files-view.ts';
import { idOfFile, issueName, type Layout } from './layout.ts';
import { readLogTail } from './log-tail.ts';

/** A file as a commit is to leave it, before it is staged. */
export interface Draft {
  readonly name: string;
  readonly text: string;
  readonly replaces: Fingerprint | null;
}

/** All that one commit will do. */
export interface Drafts {
  readonly files: readonly Draft[];
  readonly removed: readonly RemovedFile[];
  readonly events: Appended | null;
}

/**
 * Turns a plan into what is to be written, checked and in canonical form. What would not change its file is left
 * out. Throws LIMIT_EXCEEDED, INVALID.
 */
export function draftPlan(disk: Disk, layout: Layout, view: FilesView, plan: Plan<unknown>): Drafts {
  const log = readLogTail(disk, layout, issuesWithPast(disk, layout, view, plan));
  const events = chainEvents(plan.events, log.lastEids);
  checkPlan(plan, events);
  const wanted: { name: string; text: string }[] = plan.issues.map((stored) => ({
    name: issueName(stored.id),
    text: formatStored(stored),
  }));
  if (plan.gates !== undefined) wanted.push({ name: 'gates.json', text: formatGates(plan.gates) });
  if (plan.config !== undefined) wanted.push({ name: 'config.json', text: formatConfig(plan.config) });
  const files: Draft[] = [];
  for (const { name, text } of wanted) {
    const known = view.found(name);
    const current = knownText(view, name) ?? readCurrent(disk, layout, name);
    const replaces = known === undefined ? current.found : known;
    if (current.text !== text) files.push({ name, text, replaces });
  }
  const removed: RemovedFile[] = [];
  for (const id of plan.purge ?? []) {
    const { stored, found } = view.file(id);
    if (stored !== undefined && isTombstone(stored) && found !== null) {
      removed.push({ name: issueName(id), replaces: found });
    }
  }
  const text = events.map((event) => `${formatEvent(event)}\n`).join('');
  return { files, removed, events: text === '' ? null : placeEvents(log, text) };
}

const formatStored = (stored: Issue | Tombstone): string =>
  isTombstone(stored) ? formatTombstone(stored) : formatIssue(stored);

// An issue that has no file yet has no events either, and the log need not be searched for them.
const issuesWithPast = (
  disk: Disk,
  layout: Layout,
  view: FilesView,
  { events }: Plan<unknown>,
): readonly string[] =>
  issuesOf(events).filter((id) => {
    const found = view.found(issueName(id));
    return found === undefined ? disk.stat(`${layout.dir}/${issueName(id)}`) !== undefined : found !== null;
  });

const placeEvents = ({ size, ino, torn }: LogEnd, text: string): Appended => ({
  text: torn ? `\n${text}` : text,
  at: size,
  ino,
});

const LARGEST = 64 * 1024 * 1024;

/** What a file says that a commit is about; null where there is none. */
interface Current {
  readonly text: string | null;
  readonly found: Fingerprint | null;
}

/** The file as the view read it, where nothing was wrong with it: its text is then the one in which it would be written. */
function knownText(view: FilesView, name: string): Current | undefined {
  const id = idOfFile(name.slice('issues/'.length));
  if (id === null || view.found(name) === undefined) return undefined;
  const { stored, found, problems, mended } = view.file(id);
  if (problems.length > 0 || mended !== null) return undefined;
  return { text: stored === undefined ? null : formatStored(stored), found };
}

function readCurrent(disk: Disk, layout: Layout, name: string): Current {
  const path = `${layout.dir}/${name}`;
  const stat = disk.stat(path);
  if (stat === undefined) return { text: null, found: null };
  if (stat.kind !== 'file') {
    throw new JitError('CORRUPT_FILE', `${layout.nameOf(path)} is a ${stat.kind}, not a file`, {
      details: { file: layout.nameOf(path) },
      hint: 'it is never followed or replaced: put a file in its place, or remove it',
    });
  }
  const { bytes, stat: read } = readWhole(disk, path, LARGEST);
  return { text: bytes?.toString('utf8') ?? null, found: fingerprint(read) };
}

export const isNothing = ({ files, removed, events }: Drafts): boolean =>
  files.length === 0 && removed.length === 0 && events === null;

/** Whether everything that a commit replaces is still as it was read. */
export const isUntouched = (disk: Disk, layout: Layout, { files, removed, events }: Drafts): boolean =>
  [...files, ...removed].every(({ name, replaces }) =>
    isSame(disk.stat(`${layout.dir}/${name}`), replaces),
  ) &&
  (events === null || isLogAt(disk, layout, events));

/**
 * Writes the staged files and, last, the entry that names them. Returns the path of the entry, which is not
 * committed yet. `prefix` starts every name, and says whose files these are.
 */
export function stage(
  disk: Disk,
  layout: Layout,
  drafts: Drafts,
  prefix: string,
  durable: boolean,
  made: string[],
): { readonly path: string; readonly entry: Entry } {
  const files = drafts.files.map((draft, i) => {
    const staged = `${prefix}.${i}`;
    made.push(`${layout.staged}/${staged}`);
    createWhole(disk, `${layout.staged}/${staged}`, draft.text, durable);
    return { ...draft, staged };
  });
  const entry: Entry = { version: 1, files, removed: drafts.removed, events: drafts.events };
  const path = `${layout.staged}/${prefix}.entry`;
  made.push(path);
  createWhole(disk, path, JSON.stringify(entry), durable);
  return { path, entry };
}
