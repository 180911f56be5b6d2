import { type ErrorCode, JitError } from '../domain/errors.ts';
import type { Reason } from '../domain/readiness.ts';
import { formatJson } from '../render/json-text.ts';
import { renderReasons } from '../render/reasons.ts';
import { PIPE } from '../render/style.ts';
import { safeLine, safeText } from '../render/terminal-text.ts';

/** Raised when a document's form changes in a way that a reader could trip over. */
export const SCHEMA_VERSION = 1;

/** Something that was passed over while the command did its work. */
export interface Warning {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly path: string | null;
  readonly id: string | null;
}

export interface Document {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** What a machine reads on stdout: one document, compact unless a person looks at it. */
export function renderDocument(document: Document, warnings: readonly Warning[], pretty: boolean): string {
  const whole = {
    schema_version: SCHEMA_VERSION,
    ...document,
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  return `${formatJson(whole, pretty ? 2 : undefined)}\n`;
}

/** What a machine reads on stderr when a command failed: one line. */
export function renderFailureDocument(error: JitError): string {
  const { code, message, details, hint, retry } = error;
  const document = {
    schema_version: SCHEMA_VERSION,
    kind: 'error',
    error: { code, message, details, hint, retry },
  };
  return `${formatJson(document)}\n`;
}

/** What people read on stderr when a command failed. */
export function renderFailure(error: JitError): string {
  const lines = [`jit: ${safeLine(error.message)}`];
  const { reasons, candidates } = error.details;
  if (Array.isArray(reasons) && reasons.length > 0)
    lines.push(...indent(renderReasons(reasons as readonly Reason[], PIPE)));
  if (Array.isArray(candidates)) lines.push(...(candidates as readonly Candidate[]).map(describeCandidate));
  if (error.code === ('INTERNAL' satisfies ErrorCode)) lines.push(WHERE_TO_REPORT);
  if (error.hint !== null) lines.push(`hint: ${safeText(error.hint)}`);
  return `${lines.join('\n')}\n`;
}

/** What was passed over while the command did its work, for people. */
export const renderWarnings = (warnings: readonly Warning[]): string =>
  warnings
    .map(({ file, path, message }) => {
      const where = [file, path].filter((part) => part !== null).join(' ');
      return `jit: warning: ${safeLine(where === '' ? message : `${where}: ${message}`)}\n`;
    })
    .join('');

const WHERE_TO_REPORT =
  'This is a bug in jit. Please report it, with the command and this message.\n' +
  'With JIT_DEBUG=1 jit shows where it happened.';

/** Anything thrown as a JitError; what was not foreseen becomes INTERNAL. */
export function toJitError(error: unknown): JitError {
  if (error instanceof JitError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new JitError('INTERNAL', `unexpected error: ${message}`, { cause: error });
}

/** An issue that an ambiguous id may mean. */
interface Candidate {
  readonly ref: string;
  readonly title: string | null;
}

const describeCandidate = ({ ref, title }: Candidate): string => `  - ${safeLine(`${ref} ${title ?? ''}`)}`;

const indent = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((row) => `  ${row}`);
