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
  /** It is to the byte what JSON.stringify makes of the value: on one line, or with two spaces and a newline at the end. */
  readonly plain: boolean;
}

/**
 * Reads one JSON text, and names all that is wrong with it as a text. `fix`: what would be done about a byte order mark or
 * carriage returns.
 */
export function parseText(text: string, fix: string | null): ParsedText {
  const value = readPlain(text);
  return value === undefined
    ? { ...readAnything(text, fix), plain: false }
    : { value, problems: [], plain: true };
}

/**
 * The value of a text that is written just as JSON.stringify writes it: the usual case, and the cheap one. Such a text has no
 * key twice, no number that does not survive, no mark and no carriage return. undefined: it has to be looked through.
 */
function readPlain(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Only half of a character is written in this way.
  if (text.includes('\\ud') || isDeeperThan(value, DEEPEST_NESTING)) return undefined;
  const indented = text.charCodeAt(1) === 0x0a;
  const written = indented ? `${JSON.stringify(value, null, 2)}\n` : JSON.stringify(value);
  return written === text ? value : undefined;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeperThan(item, levels - 1)) return true;
    return false;
  }
  for (const key in value) {
    if (isDeeperThan((value as Readonly<Record<string, unknown>>)[key], levels - 1)) return true;
  }
  return false;
}

function readAnything(text: string, fix: string | null): Omit<ParsedText, 'plain'> {
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
