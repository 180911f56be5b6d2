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

/**
 * Reads one JSON text, and names all that is wrong with it as a text. `value` is undefined where a problem is an
 * error. `fix`: what would be done about a byte order mark or carriage returns.
 */
export function parseText(
  text: string,
  fix: string | null,
): { readonly value: unknown; readonly problems: readonly TextProblem[] } {
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
