import type { Problem } from '../../domain/problem.ts';
import { findLoneSurrogate } from '../lone-surrogate.ts';
import { nestingOf, scanJson } from './scan-json.ts';

/** A problem of a text, before it is known whose text it is. */
export type TextProblem = Omit<Problem, 'file' | 'id'>;

/** Deeper than this nothing is parsed or validated. */
export const DEEPEST_NESTING = 100;

const problem = (
  severity: Problem['severity'],
  code: string,
  message: string,
  path: string | null = null,
  fix: string | null = null,
): TextProblem => ({ severity, code, message, path, fix });

/** What a JSON text says, and what is wrong with it. */
export interface ParsedText {
  /** undefined where a problem is an error. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** It is to the byte what JSON.stringify makes of the value with two spaces, and a newline at the end. */
  readonly indented: boolean;
}

/**
 * Reads one JSON text, and names all that is wrong with it as a text. `fix`: what would be done about a byte order mark or
 * carriage returns.
 */
export function parseText(text: string, fix: string | null): ParsedText {
  const indented = text.charCodeAt(1) === 0x0a;
  const value = indented ? readIndented(text) : readLine(text);
  return value === undefined
    ? { ...readAnything(text, fix), indented: false }
    : { value, problems: [], indented };
}

// The usual texts are those that jit wrote, and it is cheap to see that nothing is wrong with them.

/**
 * The value of a text that is written just as JSON.stringify writes it with two spaces: it has no key twice, no number that does
 * not survive, no mark and no carriage return. undefined: it has to be looked through.
 */
function readIndented(text: string): unknown {
  const value = parsePlainly(text);
  if (value === undefined || !Number.isFinite(countKeys(value, DEEPEST_NESTING))) return undefined;
  return `${JSON.stringify(value, null, 2)}\n` === text ? value : undefined;
}

/**
 * The value of a text on one line in which no colon stands apart from its key. Then there are as many keys as there are quotes
 * with a colon behind, or fewer, where a string holds such; if the value has as many, none is there twice. undefined: it has to be
 * looked through.
 */
function readLine(text: string): unknown {
  if (APART.some((space) => text.includes(space))) return undefined;
  const value = parsePlainly(text);
  if (value === undefined) return undefined;
  let colons = 0;
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) colons += 1;
  return countKeys(value, DEEPEST_NESTING) === colons ? value : undefined;
}

/** Space that may stand between a key and its colon. */
const APART = ['\t', '\r', '\n', '" '];

function parsePlainly(text: string): unknown {
  // So only half of a character is written.
  if (text.includes('\\ud')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many keys there are in a value; infinite where it is nested deeper, or a number in it is no safe integer. */
function countKeys(value: unknown, levels: number): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 0 : Number.POSITIVE_INFINITY;
  if (value === null || typeof value !== 'object') return 0;
  if (levels === 0) return Number.POSITIVE_INFINITY;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item !== 'string') keys += countKeys(item, levels - 1);
    return keys;
  }
  for (const key in value) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    keys += typeof item === 'string' ? 1 : 1 + countKeys(item, levels - 1);
  }
  return keys;
}

function readAnything(text: string, fix: string | null): Omit<ParsedText, 'indented'> {
  const problems: TextProblem[] = [];
  let body = text;
  if (body.startsWith('\ufeff')) {
    body = body.slice(1);
    problems.push(problem('warning', 'byte-order-mark', 'starts with a byte order mark', null, fix));
  }
  if (body.includes('\r\n')) {
    problems.push(problem('warning', 'crlf', 'has lines that end with CRLF', null, fix));
  }
  const refuse = (...errors: readonly TextProblem[]) => ({
    value: undefined,
    problems: [...problems, ...errors],
  });
  if (nestingOf(body, DEEPEST_NESTING) > DEEPEST_NESTING) {
    return refuse(problem('error', 'too-deep', `is nested deeper than ${DEEPEST_NESTING} levels`));
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return refuse(explain(body, error));
  }
  const plain = JSON.stringify(value);
  // What is written as it is read has neither keys twice nor numbers that do not survive: the usual case, and cheap.
  if (plain !== body && `${JSON.stringify(value, null, 2)}\n` !== body) {
    const { duplicateKeys, inexactNumbers } = scanJson(body);
    const errors = [
      ...duplicateKeys.map((path) => problem('error', 'duplicate-key', `${path} is there twice`, path)),
      ...inexactNumbers.map((path) =>
        problem('error', 'inexact-number', `${path} is a number that cannot be kept exactly`, path),
      ),
    ];
    if (errors.length > 0) return refuse(...errors);
  }
  if (findLoneSurrogate(plain)) {
    return refuse(problem('error', 'lone-surrogate', 'holds half of a character (a lone surrogate)'));
  }
  return { value, problems };
}

const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?: |\r?$)/m;

function explain(text: string, error: unknown): TextProblem {
  const conflict = CONFLICT.exec(text);
  if (conflict !== null) {
    const line = text.slice(0, conflict.index).split('\n').length;
    return problem(
      'error',
      'conflict-marker',
      'holds the markers of a merge conflict: jit merge --resolve',
      `line ${line}`,
    );
  }
  const end = text.trimEnd();
  if (end === '') return problem('error', 'truncated', 'is empty');
  const cause = error instanceof Error ? error.message : '';
  if (/end of JSON input|Unterminated string/.test(cause)) {
    return problem('error', 'truncated', 'ends in the middle');
  }
  const position = /position (\d+)/.exec(cause)?.[1];
  const line = position === undefined ? null : text.slice(0, Number(position)).split('\n').length;
  return problem('error', 'invalid-json', 'is not JSON', line === null ? null : `line ${line}`);
}
