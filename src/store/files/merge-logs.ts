import { formatEvent } from '../../domain/canonical-json.ts';
import { checkEvent } from '../../domain/generated/checks/event.js';
import type { Event } from '../../domain/issue.ts';
import type { Digest } from '../../domain/merge/derive-id.ts';
import { commonStart, mergeEvents, UNSEEN } from '../../domain/merge/merge-log.ts';
import { type Histories, recordLogMerge } from '../../domain/merge/record-log-merge.ts';
import { chainEvents } from '../chain-events.ts';
import { checkText } from './read-version.ts';

interface Logs {
  readonly base: Buffer | null;
  readonly ours: Buffer | null;
  readonly theirs: Buffer | null;
}

// Lines are told apart and compared as bytes, in strings of one byte a character: that is faster, and takes half the memory.
// Only the events that are looked into are decoded.
const textOf = (bytes: Buffer | null): string => (bytes ?? '').toString('latin1');
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
  const merged = mergeEvents(logs.ours, logs.theirs, logs.base);
  const lines = eventsOfMerge(logs, merged, digest).map((event) => {
    return Buffer.from(`${ancestor ? 'x' : ''}${formatEvent(event)}\n`);
  });
  return Buffer.concat([bytesOf(merged), ...lines]).toString('utf8');
}

type Texts = Readonly<Record<'base' | 'ours' | 'theirs', string>>;

function eventsOfMerge(logs: Texts, merged: string, digest: Digest): readonly Event[] {
  // Of an issue whose lines are the same on both sides there is nothing to tell.
  const same = commonStart(logs.ours, logs.theirs);
  const [ourIds, theirIds] = [idsIn(logs.ours.slice(same)), idsIn(logs.theirs.slice(same))];
  const grown = commonStart(logs.base, logs.ours) >= same && same === logs.base.length;
  const ids = new Set(grown ? [...ourIds].filter((id) => theirIds.has(id)) : [...ourIds, ...theirIds]);
  if (ids.size === 0) return [];
  const histories = collectHistories({ ...logs, merged }, ids);
  const drafts = [...ids].sort().flatMap((id) => recordLogMerge(id, histories(id), digest));
  const last = new Map([...ids].map((id) => [id, histories(id).merged.at(-1)?.eid ?? null]));
  return chainEvents(drafts, last);
}

const ISSUE = /"id":\s*"([0-9A-Z]{26})"/g;

/** Every id that a text names as an `id`, that of a comment too. */
function idsIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(ISSUE)].map(([, id]) => id!));
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

/** The event of a line; null where it is none, or of another issue. */
function readEvent(line: string, ids: ReadonlySet<string>): Event | null {
  const text = line.startsWith(UNSEEN) ? line.slice(UNSEEN.length) : line;
  const canonical = CANONICAL.exec(text);
  if (canonical !== null && !ids.has(canonical[1] ?? '')) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytesOf(text).toString('utf8'));
  } catch {
    return null;
  }
  return checkEvent(value) && ids.has((value as Event).id ?? '') ? (value as Event) : null;
}
