import { formatEvent } from '../../domain/canonical-json.ts';
import { checkEvent } from '../../domain/generated/checks/event.js';
import type { Event } from '../../domain/issue.ts';
import type { Digest } from '../../domain/merge/derive-id.ts';
import { commonStart, type MergedLog, mergeLog, UNSEEN } from '../../domain/merge/merge-log.ts';
import { type Histories, recordLogMerge } from '../../domain/merge/record-log-merge.ts';
import { fitEvent } from '../event-line.ts';
import { checkText } from './read-version.ts';

interface Logs {
  readonly base: Buffer | null;
  readonly ours: Buffer | null;
  readonly theirs: Buffer | null;
}

// Lines are told apart and compared as bytes, in strings of one byte a character: that is faster, and takes half the memory.
// Only the events that are looked into are decoded.
// A byte order mark, which an editor may have put there, is left out: the event behind it would be no event.
function textOf(bytes: Buffer | null): string {
  const text = (bytes ?? '').toString('latin1');
  return bytes?.includes('\ufeff') === true ? text.replace(/(^|\n)\xef\xbb\xbf/g, '$1') : text;
}
const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/**
 * Merges three versions of the log, and adds the events that tell what becomes of issues that both sides had to do with. A
 * log that is gone on one side stays as the other has it. With `ancestor` the events are put so that the next merge finds
 * out from them how its base is, but does not take them for events of the base. Throws CORRUPT_FILE where a side is not
 * UTF-8.
 */
export function mergeLogs(
  name: string,
  { base, ours, theirs }: Logs,
  { digest, ancestor }: { readonly digest: Digest; readonly ancestor: boolean },
): string {
  checkText(ours, name, 'ours');
  checkText(theirs, name, 'theirs');
  if (ours === null || theirs === null) return (ours ?? theirs ?? '').toString();
  const logs = { base: textOf(base), ours: textOf(ours), theirs: textOf(theirs) };
  const merged = mergeLog(logs.ours, logs.theirs, logs.base);
  const lines = eventsOfMerge(logs, merged, digest).map((event) => {
    return Buffer.from(`${ancestor ? UNSEEN : ''}${formatEvent(event)}\n`);
  });
  return Buffer.concat([bytesOf(merged.text), ...lines]).toString('utf8');
}

type Texts = Readonly<Record<'base' | 'ours' | 'theirs', string>>;

function eventsOfMerge(logs: Texts, merged: MergedLog, digest: Digest): readonly Event[] {
  const [ours, theirs, unseen] = [idsIn(merged.ours), idsIn(merged.theirs), idsIn(unseenIn(logs.base))];
  // Of an issue that only one side had to do with, or both alike, there is nothing to tell. What a merge of merge bases made of
  // it may be neither side's.
  const ids = new Set(
    [...idsIn(merged.apart)].filter((id) => unseen.has(id) || (ours.has(id) && theirs.has(id))),
  );
  if (ids.size === 0) return [];
  const histories = collectHistories({ ...logs, merged: merged.text }, ids);
  return [...ids]
    .sort()
    .flatMap((id) => recordLogMerge(id, histories(id), digest))
    .map(fitEvent);
}

/** Lines with events of a merge of merge bases. */
const unseenIn = (base: string): readonly string[] =>
  base.includes(`\n${UNSEEN}`) ? base.split('\n').filter((line) => line.startsWith(UNSEEN)) : [];

/** Whose events lines are. */
function idsIn(lines: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const line of lines) {
    const found = CANONICAL.exec(line);
    const id = found === null ? readEvent(line, null)?.id : found[1];
    if (id != null) ids.add(id);
  }
  return ids;
}

/** The events of these issues, in each of the logs. What the logs begin with in common is read once. */
function collectHistories(
  logs: Texts & { readonly merged: string },
  ids: ReadonlySet<string>,
): (id: string) => Histories {
  const names = ['base', 'ours', 'theirs', 'merged'] as const;
  const same = names.reduce((least, name) => Math.min(least, commonStart(logs[name], logs.ours)), Infinity);
  const common = eventsIn(logs.ours.slice(0, same), ids);
  const rest = new Map(names.map((name) => [name, eventsIn(logs[name].slice(same), ids)]));
  return (id) => {
    const whole = (name: (typeof names)[number]): readonly Event[] => [
      ...(common.get(id) ?? []),
      ...(rest.get(name)!.get(id) ?? []),
    ];
    return { base: whole('base'), ours: whole('ours'), theirs: whole('theirs'), merged: whole('merged') };
  };
}

/** The events of these issues in a version of the log, in the order of its lines. */
export const eventsOf = (
  log: Buffer | null,
  ids: ReadonlySet<string>,
): ReadonlyMap<string, readonly Event[]> => eventsIn(textOf(log), ids);

function eventsIn(text: string, ids: ReadonlySet<string>): ReadonlyMap<string, readonly Event[]> {
  const found = new Map<string, Event[]>();
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const event = readEvent(text.slice(start, end), ids);
    if (event?.id != null) {
      const events = found.get(event.id);
      if (events === undefined) found.set(event.id, [event]);
      else events.push(event);
    }
    start = end + 1;
  }
  return found;
}

// As jit writes a line: whose event it is can be told without reading the rest.
const CANONICAL = /^\{"ts":"[^"\\]*","event":"[^"\\]*","id":(?:null|"([0-9A-Z]{26})"),/;

/** The event of a line; null where it is none, or of another issue than these (null: of any). */
function readEvent(line: string, ids: ReadonlySet<string> | null): Event | null {
  const text = line.startsWith(UNSEEN) ? line.slice(UNSEEN.length) : line;
  const canonical = CANONICAL.exec(text);
  if (ids !== null && canonical !== null && !ids.has(canonical[1] ?? '')) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytesOf(text).toString('utf8'));
  } catch {
    return null;
  }
  if (!checkEvent(value)) return null;
  return ids === null || ids.has((value as Event).id ?? '') ? (value as Event) : null;
}
