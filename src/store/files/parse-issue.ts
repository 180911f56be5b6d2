import { isUtf8 } from 'node:buffer';
import {
  canonicalIssue,
  canonicalTombstone,
  formatIssue,
  formatTombstone,
  isOrderedIssue,
  isOrderedTombstone,
  isTombstone,
  SET_FIELDS,
} from '../../domain/canonical-json.ts';
import { checkIssue } from '../../domain/generated/checks/issue.js';
import { checkTombstone } from '../../domain/generated/checks/tombstone.js';
import type { Issue, Tombstone } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import { type ValidationError, violations } from '../../domain/violations.ts';
import { findLoneSurrogate } from '../lone-surrogate.ts';
import { parseText, type TextProblem } from './parse-json.ts';

/** What an issue's file says. */
export interface ParsedFile {
  /** undefined where it cannot be read as an issue or a tombstone: then at least one problem is an error. */
  readonly stored: Issue | Tombstone | undefined;
  readonly problems: readonly Problem[];
  /** The text that `repair` would write; null where there is nothing to mend mechanically. */
  readonly mended: string | null;
}

const ISSUE = { name: 'Issue', check: checkIssue } as const;
const TOMBSTONE = { name: 'Tombstone', check: checkTombstone } as const;

const REWRITE = 'rewrite the file in canonical form';

/**
 * Reads the bytes of an issue's file.
 * @param file its name, as shown to people
 * @param id the id that its name says
 */
export function parseIssueFile(bytes: Buffer, file: string, id: string): ParsedFile {
  const at = (problem: TextProblem): Problem => ({ ...problem, file, id });
  const invalidUtf8 = !isUtf8(bytes);
  if (invalidUtf8) {
    return refused([
      at({ severity: 'error', code: 'invalid-utf8', message: 'is not UTF-8', path: null, fix: null }),
    ]);
  }
  const text = bytes.toString('utf8');
  const parsed = parseText(text, REWRITE);
  const problems = parsed.problems.map(at);
  if (parsed.value === undefined) return refused(problems);
  const stored = parsed.value as Issue | Tombstone;
  const { errors, repeated } = validateStored(stored);
  problems.push(...errors.map((error) => at(schemaProblem(error))));
  if (errors.length === 0 && stored.id !== id) {
    const message = `is named after ${id}, but says that its id is ${stored.id}`;
    problems.push(at({ severity: 'error', code: 'wrong-name', message, path: '/id', fix: null }));
  }
  if (problems.some(({ severity }) => severity === 'error')) return refused(problems);
  if (parsed.indented && (isTombstone(stored) ? isOrderedTombstone(stored) : isOrderedIssue(stored)))
    return { stored, problems, mended: null };
  const canonical = isTombstone(stored) ? formatTombstone(stored) : formatIssue(stored);
  if (canonical === text) return { stored, problems, mended: null };
  if (findLoneSurrogate(canonical)) {
    const message = 'holds half of a character (a lone surrogate)';
    return refused([at({ severity: 'error', code: 'lone-surrogate', message, path: null, fix: null })]);
  }
  problems.push(...unsortedSets(stored, repeated).map(at));
  if (problems.length === 0) {
    const message = 'is not in canonical form';
    problems.push(at({ severity: 'warning', code: 'not-canonical', message, path: null, fix: REWRITE }));
  }
  const normal = isTombstone(stored) ? canonicalTombstone(stored) : canonicalIssue(stored);
  return { stored: normal, problems, mended: canonical };
}

const refused = (problems: readonly Problem[]): ParsedFile => ({ stored: undefined, problems, mended: null });

/** All violations of the schema; elements that a set has twice are told apart, since they are harmless. */
function validateStored(stored: Issue | Tombstone): {
  readonly errors: readonly ValidationError[];
  readonly repeated: readonly string[];
} {
  const schema = typeof stored === 'object' && stored !== null && isTombstone(stored) ? TOMBSTONE : ISSUE;
  const all = violations(schema, stored);
  const isRepeat = ({ keyword, instancePath }: ValidationError): boolean =>
    keyword === 'uniqueItems' && (SET_FIELDS.includes(instancePath.slice(1)) || instancePath === '/links');
  return {
    errors: all.filter((error) => !isRepeat(error)),
    repeated: all.filter(isRepeat).map(({ instancePath }) => instancePath.slice(1)),
  };
}

/** A violation of a schema, in words. */
export function schemaProblem({ instancePath, keyword, message, params }: ValidationError): TextProblem {
  const allowed = keyword === 'enum' ? `: ${(params.allowedValues as readonly unknown[]).join(', ')}` : '';
  return {
    severity: 'error',
    code: 'schema',
    message: `${message ?? 'is not valid'}${allowed}`,
    path: instancePath === '' ? null : instancePath,
    fix: null,
  };
}

function unsortedSets(stored: Issue | Tombstone, repeated: readonly string[]): readonly TextProblem[] {
  if (isTombstone(stored)) return [];
  const problems: TextProblem[] = repeated.map((field) => ({
    severity: 'warning',
    code: 'duplicate-element',
    message: 'has an element twice',
    path: `/${field}`,
    fix: 'keep each element once',
  }));
  const canonical = canonicalIssue(stored);
  for (const field of [...SET_FIELDS, 'links', 'comments'] as (keyof Issue)[]) {
    if (repeated.includes(field)) continue;
    const keys = (value: unknown): string =>
      JSON.stringify((value as readonly unknown[]).map((item) => sortKey(field, item)));
    if (keys(stored[field]) === keys(canonical[field])) continue;
    problems.push({
      severity: 'warning',
      code: 'not-sorted',
      message: 'is not sorted',
      path: `/${field}`,
      fix: 'sort it',
    });
  }
  return problems;
}

function sortKey(field: string, item: unknown): unknown {
  if (field === 'comments') return (item as { id: string }).id;
  if (field !== 'links') return item;
  const { type, target } = item as { type: string; target: string };
  return [type, target];
}
