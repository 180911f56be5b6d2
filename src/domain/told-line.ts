import { compileAtOnce } from './compile-at-once.ts';
import { LIMITS } from './issue.ts';
import {
  COMMENT,
  countPaths,
  DETAILS,
  HOLD,
  IDENTITY,
  LINK,
  orNull,
  STATUS,
  several,
  TEXT,
  TIME,
} from './plain-event.ts';
import { PLAIN } from './plain-issue.ts';

// What a line of the log says of each field, cut out of its text by one regular expression, so that nothing of it is parsed. It matches
// less than that of a plain event: only fields that jit knows, in the order in which it writes them, and no text by its hash.

const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
const NAME = String.raw`[^"\\\x00-\x1f]*`;
const WORD = '[a-z_-]+';
const BOOLEAN = '(?:true|false)';
const TEXT_OR_NULL = orNull(TEXT);
const STATUS_OR_NULL = orNull(`\\{${STATUS}\\}`);
const NUMBER = '[1-9]\\d{0,14}';

const list = (item: string): string => `\\[${several(item)}\\]`;

/** A field of an issue in a line: what it was, what it is then, and how an element of it stands where it changes one by one. */
interface FieldForm {
  readonly key: string;
  /** Where it stands in a plain issue. */
  readonly group: number;
  readonly before: string;
  /** With a group of its own. */
  readonly after: string;
  readonly element?: string;
}

const text = (key: string, group: number): FieldForm => ({
  ...{ key, group, before: TEXT_OR_NULL, after: `(${TEXT})` },
});
const textOrNull = (key: string, group: number): FieldForm => ({
  ...{ key, group, before: TEXT_OR_NULL, after: `(null|${TEXT})` },
});
const word = (key: string, group: number): FieldForm => ({
  ...{ key, group, before: `(?:null|"${WORD}")`, after: `"(${WORD})"` },
});
const many = (key: string, group: number, item: string, element?: string): FieldForm => ({
  ...{ key, group, before: orNull(list(item)), after: `(${list(item)})` },
  ...(element === undefined ? {} : { element: `${element}":\\[${BOOLEAN},${BOOLEAN}\\]` }),
});
const empty = (key: string, group: number, form: string, element: string): FieldForm => ({
  ...{ key, group, before: 'null', after: `(${form})`, element },
});

const FORMS: readonly FieldForm[] = [
  text('title', PLAIN.title),
  text('description', PLAIN.description),
  word('state', PLAIN.state),
  { key: 'hold', group: PLAIN.hold, before: orNull(`\\{${HOLD}\\}`), after: `(null|\\{${HOLD}\\})` },
  word('priority', PLAIN.priority),
  textOrNull('assignee', PLAIN.assignee),
  { key: 'claim_epoch', group: PLAIN.claimEpoch, before: orNull(NUMBER), after: `(null|${NUMBER})` },
  many('labels', PLAIN.labels, TEXT, NAME),
  textOrNull('milestone', PLAIN.milestone),
  many('dependencies', PLAIN.dependencies, `"${ULID}"`, ULID),
  many('links', PLAIN.links, `\\{${LINK}\\}`),
  many('gates_required', PLAIN.gatesRequired, TEXT, NAME),
  empty('gates_status', PLAIN.gatesStatus, '\\{\\}', `${NAME}":\\[${STATUS_OR_NULL},${STATUS_OR_NULL}\\]`),
  empty('context', PLAIN.context, '\\{\\}', `${NAME}":\\[${TEXT_OR_NULL},${TEXT_OR_NULL}\\]`),
  empty('comments', PLAIN.comments, '\\[\\]', `${ULID}":\\[null,\\{${COMMENT}\\}\\]`),
  textOrNull('resolution', PLAIN.resolution),
  textOrNull('created_by', PLAIN.createdBy),
  // Either may come first: an image that is rebuilt from the log has its keys in another order.
  textOrNull('completed_at', PLAIN.completedAt),
  text('updated_at', PLAIN.updatedAt),
  textOrNull('completed_at', PLAIN.completedAt),
  { key: 'sync', group: 0, before: 'null', after: '(\\{\\})' },
];

/** After a change comes another one, or the end of them. */
const NEXT = '(?:,(?=")|(?=\\}))';

const SOURCE = [
  `^\\{"ts":${TIME},"event":"[a-z]+\\.[a-z-]+","id":"(${ULID})","eid":"(${ULID})","prev":(?:"(${ULID})"|null)`,
  `,"by":${IDENTITY}${DETAILS},"changes":\\{`,
  ...FORMS.map(({ key, before, after, element }) => {
    const whole = `(?:"${key}":\\[${before},${after}\\]${NEXT})?`;
    return element === undefined ? whole : `${whole}((?:"${key}\\.${element}${NEXT})*)`;
  }),
  '\\}\\}$',
].join('');

/** Where the groups of the expression are that tell of the event. */
export const TOLD = { id: 1, eid: 2, prev: 3 } as const;

/** A field of an issue, and where it stands. */
export interface ToldField {
  readonly key: string;
  /** Of a plain issue, by PLAIN; 0: it only ever holds nothing. */
  readonly group: number;
  /** Of a told line: the text of what the whole field is then; undefined where the line does not say. */
  readonly whole: number;
  /** Where that may stand instead; 0: nowhere. */
  readonly early: number;
  /** Of a told line: the changes of elements, as JSON without its braces, or nothing; 0: there are none of this field. */
  readonly parts: number;
}

/** The fields of which lines tell. Their groups follow those of the event. */
export const TOLD_FIELDS: readonly ToldField[] = placeGroups();

function placeGroups(): readonly ToldField[] {
  const fields = new Map<string, ToldField>();
  let next: number = TOLD.prev + 1;
  for (const { key, group, element } of FORMS) {
    const early = fields.get(key)?.whole ?? 0;
    const whole = next++;
    fields.set(key, { key, group, whole, early, parts: element === undefined ? 0 : next++ });
  }
  return [...fields.values()];
}

const PARTED: readonly number[] = TOLD_FIELDS.flatMap(({ parts }) => (parts === 0 ? [] : [parts]));
const TWICE: readonly ToldField[] = TOLD_FIELDS.filter(({ early }) => early !== 0);

/** The groups of a told line, by TOLD and TOLD_FIELDS. */
export type ToldLine = readonly (string | undefined)[];

let expression: RegExp | undefined;

/**
 * Takes apart a line of the log that tells of an issue. What is not null is a plain event (`readPlainEvent`), and everything that it says of
 * the issue stands in the groups. null: it has to be parsed. The first call takes a millisecond.
 */
export function readToldLine(line: string): ToldLine | null {
  if (line.length > LIMITS.eventLineBytes) return null;
  expression ??= compileAtOnce(SOURCE);
  const groups = expression.exec(line);
  if (groups === null) return null;
  for (const { early, whole } of TWICE)
    if (groups[early] !== undefined && groups[whole] !== undefined) return null;
  for (const group of PARTED) {
    const parts = groups[group]!;
    if (parts !== '' && !isEachOnce(parts)) return null;
  }
  return groups;
}

/** Whether no element is there twice. What looks like a change in a text is taken for one: then it has to be parsed. */
function isEachOnce(parts: string): boolean {
  const count = countPaths(parts);
  return count === 1 || Object.keys(parseParts(parts)).length === count;
}

/** What stands in a group of parts. */
export const parseParts = (parts: string): Readonly<Record<string, readonly [unknown, unknown]>> =>
  JSON.parse(`{${parts.endsWith(',') ? parts.slice(0, -1) : parts}}`);
