import { compileAtOnce } from './compile-at-once.ts';
import { LIMITS } from './issue.ts';

// Nearly every file of an issue stands as jit wrote it, and holds nothing unusual. One regular expression tells that of its text:
// in a sixth of the time that it takes to parse it, to check it against the schema, to write it anew and to compare.

const TEXT = String.raw`[^"\\\x00-\x1f]*(?:\\["\\bfnrt][^"\\\x00-\x1f]*)*`;
const shortText = (least: number, most: number): string =>
  `${String.raw`(?:[^"\\\x00-\x1f]|\\["\\bfnrt])`}{${least},${most}}`;
const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
const TIME = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z`;
const IDENTITY = String.raw`[a-z][a-z0-9_-]{0,48}:[^\s"\\\x00-\x1f\x7f-\x9f\u2028\u2029]{1,150}`;
const LABEL = String.raw`[^\x00-\x1f\x7f-\x9f\u2028\u2029,|"\\]{1,100}`;
// Keys that are numbers are kept in another order than texts.
const GATE = '[a-z][a-z0-9_-]{0,63}';
const CONTEXT_KEY = String.raw`[^"\\\x00-\x1f0-9-][^"\\\x00-\x1f]*`;

const string = (pattern: string): string => `"${pattern}"`;
const orNull = (pattern: string): string => `(?:"${pattern}"|null)`;
const oneOf = (...words: readonly string[]): string => `"(?:${words.join('|')})"`;

type Entry = readonly [key: string, value: string, optional?: 'optional'];

/** An object with these keys in this order, of which the first is not optional. */
function object(indent: string, [first, ...others]: readonly Entry[]): string {
  const line = ([key, value]: Entry): string => `\\n${indent}  "${key}": ${value}`;
  const rest = others.map((entry) => (entry[2] ? `(?:,${line(entry)})?` : `,${line(entry)}`));
  return `\\{${line(first!)}${rest.join('')}\\n${indent}\\}`;
}

const many = (open: string, item: string, close: string): string =>
  `\\${open}(?:\\n    ${item}(?:,\\n    ${item})*\\n  )?\\${close}`;
const list = (item: string): string => many('[', item, ']');
const map = (key: string, value: string): string => many('{', `"${key}": ${value}`, '}');

const HOLD = object('  ', [
  ['reason', string(shortText(0, 1000))],
  ['until', string(TIME), 'optional'],
]);
const LINK = object('    ', [
  ['type', oneOf('relates', 'duplicate-of', 'discovered-from', 'parent')],
  ['target', String.raw`"[^"\\\x00-\x1f]{1,2000}"`],
]);
const STATUS = object('    ', [
  ['status', oneOf('pending', 'passed', 'failed')],
  ['updated_by', orNull(IDENTITY)],
  ['updated_at', string(TIME)],
  ['commit', string(TEXT), 'optional'],
  ['run', string(TEXT), 'optional'],
  ['reason', string(shortText(0, 4000)), 'optional'],
  ['override', '(?:true|false)', 'optional'],
]);
const COMMENT = object('    ', [
  ['id', string(ULID)],
  ['author', string(IDENTITY)],
  ['at', string(TIME)],
  ['body', string(TEXT)],
  ['kind', string(TEXT), 'optional'],
]);

const LINES: readonly string[] = [
  `(\\{\\n  "id": "(${ULID})",\\n  "title": (${String.raw`"[^"\\\x00-\x1f\x7f\x85\u2028\u2029]{1,200}"`}),\\n)`,
  `  "description": (${string(TEXT)}),\\n`,
  '(  "state": "(backlog|ready|in_progress|gated|done|archived)",\\n',
  `  "hold": (?:null|(${HOLD})),\\n`,
  '  "priority": "(low|normal|high|critical)",\\n',
  `  "assignee": (?:null|(${string(IDENTITY)})),\\n`,
  '  "claim_epoch": (?:null|([1-9]\\d{0,14})),\\n',
  `  "labels": (${list(string(LABEL))}),\\n`,
  `  "milestone": (?:null|(${string(LABEL)})),\\n`,
  `  "dependencies": (${list(string(ULID))}),\\n`,
  `  "links": (${list(LINK)}),\\n`,
  `  "gates_required": (${list(string(GATE))}),\\n`,
  `  "gates_status": (${map(GATE, STATUS)}),\\n)`,
  `  "context": (${map(CONTEXT_KEY, string(TEXT))}),\\n`,
  `  "comments": (${list(COMMENT)}),\\n`,
  `(  "resolution": (?:(${oneOf('completed', 'not-planned', 'duplicate')})|null),\\n`,
  `  "created_by": (?:(${string(IDENTITY)})|null),\\n`,
  `  "updated_at": (${string(TIME)}),\\n`,
  `  "completed_at": (?:null|(${string(TIME)}))),\\n`,
  '  "sync": \\{\\}\\n\\}\\n',
];

/** Where the groups of the expression are. */
export const PLAIN = {
  ...{ start: 1, id: 2, title: 3, description: 4, middle: 5, state: 6, hold: 7, priority: 8, assignee: 9 },
  ...{ claimEpoch: 10, labels: 11, milestone: 12, dependencies: 13, links: 14, gatesRequired: 15 },
  ...{ gatesStatus: 16, context: 17, comments: 18, end: 19, resolution: 20, createdBy: 21, updatedAt: 22 },
  completedAt: 23,
} as const;

/** The groups of a plain text, by PLAIN: as they stand in it; null or empty lists and maps stand for nothing. */
export type PlainIssue = readonly (string | undefined)[];

let expression: RegExp | undefined;

/**
 * Takes apart the text of an issue's file. What is not null is to the byte as jit writes it, keeps to the schema, and has its sets and maps in
 * order: nothing is wrong with it. null: it has to be looked at closely. The first call takes a millisecond.
 */
export function readPlainIssue(text: string): PlainIssue | null {
  expression ??= compileAtOnce(`^${LINES.join('')}$`);
  const groups = expression.exec(text);
  // What stands for bytes that are no UTF-8.
  if (groups === null || text.includes('\ufffd')) return null;
  for (const { group, before, after } of ITEMS) if (!isAscending(groups[group]!, before, after)) return null;
  return groups[PLAIN.dependencies]!.length <= LONGEST_DEPENDENCIES ? groups : null;
}

/** The head of a plain issue, as JSON. */
export const headTextOf = (plain: PlainIssue): string =>
  `${plain[PLAIN.start]}${plain[PLAIN.middle]}${plain[PLAIN.end]}}`;

/** What stands around the key of each item; a quote only stands in it as a part of text where it is escaped. */
const ITEMS: readonly { readonly group: number; readonly before: string; readonly after: string }[] = [
  { group: PLAIN.labels, before: '\n    "', after: '"' },
  { group: PLAIN.dependencies, before: '\n    "', after: '"' },
  { group: PLAIN.links, before: '\n      "type": "', after: '"\n' },
  { group: PLAIN.gatesRequired, before: '\n    "', after: '"' },
  { group: PLAIN.gatesStatus, before: '\n    "', after: '"' },
  { group: PLAIN.context, before: '\n    "', after: '"' },
  { group: PLAIN.comments, before: '\n      "id": "', after: '"' },
];

/** Each takes 34 characters, and what is around all of them 4. */
const LONGEST_DEPENDENCIES = 34 * LIMITS.dependencies + 4;

/** An empty list or map. */
const EMPTY = '[]'.length;

function isAscending(items: string, before: string, after: string): boolean {
  if (items.length <= EMPTY) return true;
  let last = '';
  for (let at = items.indexOf(before); at !== -1; at = items.indexOf(before, at)) {
    at += before.length;
    const key = items.slice(at, items.indexOf(after, at));
    if (!(last < key)) return false;
    last = key;
  }
  return true;
}
