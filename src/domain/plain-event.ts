import { compileAtOnce } from './compile-at-once.ts';
import { type Event, LIMITS } from './issue.ts';

// Nearly every line of the log stands as jit wrote it. One regular expression tells most of that, in a fraction of the time that it
// takes to check what was parsed against the schema.

export const TEXT = String.raw`"[^"\\\x00-\x1f]*(?:\\["\\bfnrt][^"\\\x00-\x1f]*)*"`;
const ULID = '"[0-7][0-9A-HJKMNP-TV-Z]{25}"';
export const TIME = String.raw`"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z"`;
export const IDENTITY = String.raw`"[a-z][a-z0-9_-]{0,48}:[^\s"\\\x00-\x1f\x7f-\x9f\u2028\u2029]{1,150}"`;

export const several = (item: string): string => `(?:${item}(?:,${item})*)?`;
export const optional = (key: string, value: string): string => `(?:,"${key}":${value})?`;
export const orNull = (value: string): string => `(?:${value}|null)`;

// Every object that a change holds as a rule: none of them has a list in it, or a key that it may have twice.
export const HOLD = `"reason":${TEXT}${optional('until', TEXT)}`;
export const LINK = `"type":${TEXT},"target":${TEXT}`;
export const STATUS = [
  `"status":${TEXT},"updated_by":${orNull(TEXT)},"updated_at":${TEXT}`,
  ...['commit', 'run', 'reason'].map((key) => optional(key, TEXT)),
  optional('override', '(?:true|false)'),
].join('');
export const COMMENT = `"id":${TEXT},"author":${TEXT},"at":${TEXT},"body":${TEXT}${optional('kind', TEXT)}`;
/** What an event may say besides, before its changes. */
export const DETAILS = [
  ...['via', 'title', 'assignee', 'gate', 'dependency', 'reason'].map((key) => optional(key, TEXT)),
  optional('forced', '(?:true|false)'),
].join('');
const HASH = '"\\$sha256":"[0-9a-f]*","\\$length":\\d{1,15}';
const SCALAR = `${TEXT}|null|true|false|0|-?[1-9]\\d{0,14}`;
const OBJECT = `\\{(?:${HOLD}|${LINK}|${STATUS}|${COMMENT}|${HASH})?\\}`;
const VALUE = `(?:${SCALAR}|${OBJECT}|\\[${several(`(?:${SCALAR}|${OBJECT})`)}\\])`;

const SOURCE = [
  `^\\{"ts":${TIME},"event":"[a-z]+\\.[a-z-]+","id":(?:${ULID}|null),"eid":${ULID},"prev":(?:${ULID}|null),"by":${IDENTITY}`,
  DETAILS,
  `,"changes":\\{${several(`${TEXT}:\\[${VALUE},${VALUE}\\]`)}\\}\\}$`,
].join('');

let expression: RegExp | undefined;

/**
 * The event of a line that keeps to the schema, stands as jit writes it, and holds nothing that reading it could lose. null: it has to be looked at
 * closely. The first call takes a millisecond.
 */
export function readPlainEvent(line: string): Event | null {
  // In a line of many megabytes, which jit never writes, V8 could not keep all the places to which it may have to come back: it would throw.
  if (line.length > LIMITS.eventLineBytes) return null;
  expression ??= compileAtOnce(SOURCE);
  if (!expression.test(line)) return null;
  const event = JSON.parse(line) as Event;
  let paths = 0;
  for (const _ in event.changes) paths += 1;
  return paths === countPaths(line) ? event : null;
}

/** How many paths are followed by a change, and what looks like that in a text. A path that is there twice counts twice. */
export function countPaths(line: string): number {
  let paths = 0;
  for (let at = line.indexOf(CHANGE); at !== -1; at = line.indexOf(CHANGE, at + CHANGE.length)) paths += 1;
  return paths;
}

const CHANGE = '":[';
