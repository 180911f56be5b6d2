import { PLAIN, type PlainIssue } from './plain-issue.ts';
import { parseParts, readToldLine, TOLD, TOLD_FIELDS, type ToldField, type ToldLine } from './told-line.ts';

// Of nearly every issue the log tells what its file says, and nothing is wrong. That shows in the texts: the last that the log says of
// each field is what stands in the file. So nothing is parsed but fields whose elements changed one by one.

/**
 * Whether the log tells of an issue, each event following the one before, what its file says. Then a close look would find nothing wrong with
 * it: also no two claims that stand, since each was made with knowledge of the one before. It may say no of such an issue, too. `lines`: its
 * lines of the log, in their order, no eid twice.
 */
export function isToldBy(plain: PlainIssue, lines: readonly { readonly text: string }[]): boolean {
  const last: (string | undefined)[] = new Array(GROUPS);
  let eid: string | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const told = readToldLine(lines[at]!.text);
    // Anything else than a chain is put in order first.
    if (told === null || told[TOLD.id] !== plain[PLAIN.id] || told[TOLD.prev] !== eid) return false;
    eid = told[TOLD.eid];
    remember(told, last);
  }
  if (eid === undefined) return false;
  for (let at = 0; at < TOLD_FIELDS.length; at += 1) {
    const field = TOLD_FIELDS[at]!;
    const stored = plain[field.group];
    const whole = last[field.whole];
    const parts = field.parts === 0 ? undefined : last[field.parts];
    if (parts === undefined ? !isText(stored, whole, field) : !isMade(stored!, whole, parts, field))
      return false;
  }
  return true;
}

const FIRST = TOLD.prev + 1;
const GROUPS = Math.max(...TOLD_FIELDS.flatMap(({ whole, parts }) => [whole, parts])) + 1;

/** By the group of a whole field: that of its parts, which then no longer count; by the group of parts: PARTS; 0: there are none. */
const PARTS = -1;
const PARTS_OF = new Int8Array(GROUPS);
/** By the group of a field that may stand in two places: the one where all that is said of it is kept; else the group itself. */
const PLACE_OF = Int8Array.from(PARTS_OF, (_, group) => group);
for (const { whole, early, parts } of TOLD_FIELDS) {
  PARTS_OF[whole] = parts;
  if (parts !== 0) PARTS_OF[parts] = PARTS;
  if (early !== 0) PLACE_OF[early] = whole;
}

/** Keeps by its group what a line says last; parts one after another. */
function remember(told: ToldLine, last: (string | undefined)[]): void {
  for (let group = FIRST; group < GROUPS; group += 1) {
    const text = told[group];
    if (text === undefined || text === '') continue;
    const parts = PARTS_OF[group]!;
    if (parts === PARTS) last[group] = joinParts(last[group], text);
    else {
      last[PLACE_OF[group]!] = text;
      if (parts !== 0) last[parts] = undefined;
    }
  }
}

const joinParts = (before: string | undefined, parts: string): string =>
  before === undefined ? parts : `${before}${before.endsWith(',') ? '' : ','}${parts}`;

/** Whether a text of a file says what a text of the log does. A null is not there in a file, and need not be in the log. */
function isText(stored: string | undefined, told: string | undefined, { group }: ToldField): boolean {
  if (group === 0) return told === '{}';
  if (stored === undefined) return told === undefined || told === 'null';
  if (stored === told) return true;
  if (told === undefined) return false;
  // In a file lists and maps stand over several lines; no text has a line's end in it.
  if (stored.charCodeAt(0) === OPEN_LIST && told.charCodeAt(1) === QUOTE)
    return stored.replace(ENDS, '') === told;
  return isSpread(stored) && JSON.stringify(JSON.parse(stored)) === told;
}

const isSpread = (text: string): boolean => {
  const first = text.charCodeAt(0);
  return first === OPEN_LIST || first === OPEN_MAP;
};
const OPEN_LIST = 0x5b;
const OPEN_MAP = 0x7b;
const QUOTE = 0x22;
const ENDS = /\n */g;

/** Whether a field is in the file what its changes make of it, one by one. */
function isMade(stored: string, whole: string | undefined, parts: string, { key }: ToldField): boolean {
  const made = new Map<string, unknown>();
  // A map or a list of comments is only ever told whole when it is empty.
  if (whole !== undefined && whole.length > EMPTY) {
    const elements = JSON.parse(whole) as readonly string[];
    for (const element of elements) made.set(element, true);
    // What has an element twice is no set: it is not taken apart.
    if (made.size < elements.length) return false;
  }
  const changes = parseParts(parts);
  for (const path in changes) {
    const after = changes[path]![1];
    const element = path.slice(key.length + 1);
    if (after === null || after === false) made.delete(element);
    else made.set(element, after);
  }
  const elements = elementsIn(JSON.parse(stored) as Elements);
  return elements.length === made.size && elements.every(([name, value]) => isAlike(value, made.get(name)));
}

/** Both have their keys in the order in which jit writes them. */
const isAlike = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

const EMPTY = '[]'.length;

type Elements = readonly (string | { readonly id: string })[] | Readonly<Record<string, unknown>>;

const elementsIn = (field: Elements): readonly (readonly [string, unknown])[] =>
  Array.isArray(field)
    ? field.map((element) => (typeof element === 'string' ? [element, true] : [element.id, element]))
    : Object.entries(field);
