import { compareText, compareTimes } from './order.ts';

/** What a merge of logs came to. */
export interface MergedLog {
  readonly text: string;
  /** Lines by which a side differs from the base, added or taken away; and those that only one side has. */
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  readonly apart: readonly string[];
}

/**
 * Merges two logs by their lines, an event by its `eid`: what a side added to the base is in, what a side took away from it
 * is out. So the log travels with the files: a cherry-pick brings the events of its commit alone, a revert takes its own
 * away, and logs that only grew come to the union. The lines of a side keep their order, so that every chain does; between
 * the sides the earlier `ts` goes first, then the lesser `eid`. So logs that grew by appending and by such merges come out
 * the same, whoever merges whom first. What all logs begin with is not looked at.
 * @param base the log where the branches parted; empty where there was none, or that is not known: then nothing is taken away
 */
export function mergeLog(ours: string, theirs: string, base: string): MergedLog {
  const only = ours === theirs || base === theirs ? ours : base === ours ? theirs : null;
  if (only !== null && base !== '') return { text: only, ours: [], theirs: [], apart: [] };
  const same = commonStart(ours, theirs);
  const start = base === '' ? same : Math.min(same, commonStart(base, ours));
  const [our, their] = [readLines(ours.slice(start)), readLines(theirs.slice(start))];
  const before = byKey(readLines(base.slice(start)).filter(({ text }) => !isUnseen(text)));
  const keys = { ours: byKey(our), theirs: byKey(their) };
  const stays = ({ key }: Line): boolean => !before.has(key) || (keys.ours.has(key) && keys.theirs.has(key));
  const lines = interleave(our.filter(stays), their.filter(stays), before);
  const apart = [...missing(our, keys.theirs), ...missing(their, keys.ours)];
  // Without a base the sides have in common nothing that they did not both add.
  const changed = (side: readonly Line[], known: Lines): readonly string[] =>
    base === '' ? apart : [...missing(side, before), ...missing([...before.values()], known)];
  return {
    text: ours.slice(0, start) + lines.map((text) => `${text}\n`).join(''),
    ours: changed(our, keys.ours),
    theirs: changed(their, keys.theirs),
    apart,
  };
}

/** The text alone that `mergeLog` comes to. */
export const mergeEvents = (ours: string, theirs: string, base = ''): string =>
  mergeLog(ours, theirs, base).text;

type Lines = ReadonlyMap<string, Line>;

const byKey = (lines: readonly Line[]): Lines => new Map(lines.map((line) => [line.key, line]));

const missing = (lines: readonly Line[], from: Lines): readonly string[] =>
  lines.flatMap(({ key, text }) => (from.has(key) ? [] : [text]));

/** Starts a line with an event of a merge between merge bases: it is part of such a base, and of no log that anybody sees. */
export const UNSEEN = '@';

const isUnseen = (line: string): boolean => line.startsWith(UNSEEN);

/** Up to the end of the last line that both begin with: as a rule nearly all of it, compared a block at a time. */
export function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + BLOCK <= most && a.slice(at, at + BLOCK) === b.slice(at, at + BLOCK)) at += BLOCK;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return a.slice(0, at).lastIndexOf('\n') + 1;
}

const BLOCK = 64 * 1024;

interface Line {
  readonly text: string;
  /** The eid; of a line that is no event its text and how often it was there before. */
  readonly key: string;
  readonly event: { readonly ts: string; readonly eid: string; readonly prev: string | null } | null;
}

function readLines(log: string): readonly Line[] {
  const lines: Line[] = [];
  const seen = new Map<string, number>();
  const add = (text: string, event: Line['event']): void => {
    const name = event === null ? ` ${text}` : isUnseen(text) ? UNSEEN + event.eid : event.eid;
    const times = seen.get(name);
    if (event === null) {
      seen.set(name, (times ?? 0) + 1);
      lines.push({ text, key: `${times ?? 0}${name}`, event });
    } else if (times === undefined) {
      seen.set(name, lines.length);
      lines.push({ text, key: name, event });
    } else if (lines[times]!.text !== text && readEvent(lines[times]!.text) === null) {
      // It looked like an event, and was cut off: the whole of it comes here.
      lines[times] = { text: lines[times]!.text, key: `0 ${lines[times]!.text}`, event: null };
      seen.delete(name);
      add(text, readEvent(text));
    }
    // Else: readers keep the first of equal events; so does a merge.
  };
  for (let at = 0; at < log.length; ) {
    const newline = log.indexOf('\n', at);
    const end = newline === -1 ? log.length : newline;
    const text = log.slice(at, end > at && log.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
    if (text !== '') add(text, glanceAt(text));
    at = end + 1;
  }
  return lines;
}

// The start of an event as jit writes it. To parse all of a long log takes ten times as long.
const START =
  /^\{"ts":"([^"\\]*)","event":"[^"\\]*","id":[^,]*,"eid":"([^"\\]*)","prev":(?:null|"([^"\\]*)"),/;

/** The event of a line; one that was cut off at a lucky place may pass for whole, until another has the same `eid`. */
function glanceAt(text: string): Line['event'] {
  const found = text.endsWith('}}') ? START.exec(text) : null;
  return found === null ? readEvent(text) : { ts: found[1]!, eid: found[2]!, prev: found[3] ?? null };
}

function readEvent(text: string): Line['event'] {
  let value: unknown;
  try {
    value = JSON.parse(isUnseen(text) ? text.slice(UNSEEN.length) : text);
  } catch {
    return null;
  }
  const { ts, eid, prev } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof ts !== 'string' || typeof eid !== 'string') return null;
  return { ts, eid, prev: typeof prev === 'string' ? prev : null };
}

function interleave(left: readonly Line[], right: readonly Line[], before: Lines): readonly string[] {
  const waiting = {
    left: new Map(left.map((line) => [line.key, line])),
    right: new Map(right.map((line) => [line.key, line])),
  };
  const merged: string[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const [a, b] = [left[l], right[r]];
    if (a !== undefined && !waiting.left.has(a.key)) l += 1;
    else if (b !== undefined && !waiting.right.has(b.key)) r += 1;
    else {
      const next = chooseNext(a, b, waiting);
      const other = next === a ? waiting.right.get(next.key) : waiting.left.get(next.key);
      merged.push(
        other === undefined ? next.text : oneText(next.text, other.text, before.get(next.key)?.text),
      );
      waiting.left.delete(next.key);
      waiting.right.delete(next.key);
    }
  }
  return merged;
}

/** One event written in two ways: as the side has it that wrote it anew; else the whole one; else the same on either side. */
function oneText(a: string, b: string, before: string | undefined): string {
  if (a === b) return a;
  if (a === before || b === before) return a === before ? b : a;
  const cut = [a, b].filter((text) => readEvent(text) === null);
  if (cut.length === 1) return cut[0] === a ? b : a;
  return compareText(a, b) <= 0 ? a : b;
}

interface Waiting {
  readonly left: ReadonlyMap<string, Line>;
  readonly right: ReadonlyMap<string, Line>;
}

function chooseNext(a: Line | undefined, b: Line | undefined, waiting: Waiting): Line {
  if (a === undefined) return b!;
  if (b === undefined || a.key === b.key) return a;
  const rank = (line: Line, other: ReadonlyMap<string, Line>): number => {
    // Its place in the other side is further down: what stands before it there comes first. Where both are like that, the
    // two sides contradict each other, as git's own merge leaves them; then at least no event comes before its `prev`.
    if (!other.has(line.key)) return 0;
    const prev = line.event?.prev ?? null;
    return prev !== null && (waiting.left.has(prev) || waiting.right.has(prev)) ? 2 : 1;
  };
  const order = rank(a, waiting.right) - rank(b, waiting.left) || compareLines(a, b);
  return order < 0 ? a : b;
}

// A line that is no event stays behind the line it follows.
function compareLines(a: Line, b: Line): number {
  if (a.event === null || b.event === null) {
    return Number(a.event !== null) - Number(b.event !== null) || compareText(a.key, b.key);
  }
  return compareTimes(a.event.ts, b.event.ts) || compareText(a.event.eid, b.event.eid);
}
