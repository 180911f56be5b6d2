import { isUtf8 } from 'node:buffer';
import { JitError } from '../../domain/errors.ts';
import { LIMITS } from '../../domain/issue.ts';
import type { Stored } from '../../domain/merge/merge-issue.ts';
import type { Problem } from '../../domain/problem.ts';
import { type Schema, violations } from '../../domain/violations.ts';
import { parseIssueFile, schemaProblem } from './parse-issue.ts';
import { parseText, type TextProblem } from './parse-json.ts';

/** Whose version of a file it is, in a merge. */
export type Version = 'base' | 'ours' | 'theirs';

/** Throws CORRUPT_FILE where a version is not UTF-8. */
export function checkText(bytes: Buffer | null, name: string, version: Version): void {
  if (bytes !== null && !isUtf8(bytes)) {
    throw unreadable(name, version, { message: 'is not UTF-8', path: null });
  }
}

/** The text of a version. Throws CORRUPT_FILE where it is not UTF-8. */
export function readText(bytes: Buffer, name: string, version: Version): string {
  checkText(bytes, name, version);
  return bytes.toString('utf8');
}

/**
 * The issue or tombstone of a version; undefined where there is none. It may be another than `id`, of which the file is
 * named. Throws CORRUPT_FILE where it cannot be read.
 */
export function readStored(bytes: Buffer | null, name: string, id: string, version: Version): Stored {
  if (bytes === null) return undefined;
  if (bytes.length > LIMITS.issueFileBytes) {
    const message = `is larger than ${LIMITS.issueFileBytes} bytes`;
    throw unreadable(name, version, { message, path: null });
  }
  const { stored, problems } = parseIssueFile(bytes, name, id);
  const error = errorIn(problems);
  if (error?.code !== 'wrong-name') {
    if (error !== undefined) throw unreadable(name, version, error);
    return stored;
  }
  const inside = (JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')) as { id: string }).id;
  return readStored(bytes, name, inside, version);
}

/** The value of another file of the store. Throws CORRUPT_FILE where it cannot be read, or is not valid. */
export function readValue<T>(
  bytes: Buffer | null,
  name: string,
  version: Version,
  schema: Schema,
): T | undefined {
  if (bytes === null) return undefined;
  const { value, problems } = parseText(readText(bytes, name, version), null);
  const error = errorIn(problems);
  if (error !== undefined) throw unreadable(name, version, error);
  const [violation] = violations(schema, value);
  if (violation !== undefined) throw unreadable(name, version, schemaProblem(violation));
  return value as T;
}

const errorIn = <P extends TextProblem | Problem>(problems: readonly P[]): P | undefined =>
  problems.find(({ severity }) => severity === 'error');

function unreadable(
  name: string,
  version: Version,
  { message, path }: Pick<TextProblem, 'message' | 'path'>,
): JitError {
  const where = path === null ? name : `${name} ${path}`;
  return new JitError('CORRUPT_FILE', `${where} ${message} (${WHOSE[version]})`, {
    details: { file: name, side: version, path },
  });
}

const WHOSE: Readonly<Record<Version, string>> = {
  base: 'the common version',
  ours: 'our side',
  theirs: 'their side',
};
