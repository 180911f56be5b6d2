import type { ErrorCode, JitError } from '../domain/errors.ts';
import { formatJson } from '../render/json-text.ts';
import { renderReasons } from '../render/reasons.ts';
import { PIPE } from '../render/style.ts';
import { safeLine, safeText } from '../render/terminal-text.ts';
import { SCHEMA_VERSION } from './print.ts';

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
  const { reasons = [], candidates } = error.details;
  if (reasons.length > 0) lines.push(...indent(renderReasons(reasons, PIPE)));
  if (Array.isArray(candidates)) lines.push(...(candidates as readonly Candidate[]).map(describeCandidate));
  if (error.code === ('INTERNAL' satisfies ErrorCode)) lines.push(WHERE_TO_REPORT);
  if (error.hint !== null) lines.push(`hint: ${safeText(error.hint)}`);
  return `${lines.join('\n')}\n`;
}

const WHERE_TO_REPORT =
  'This is a bug in jit. Please report it, with the command and this message.\n' +
  'With JIT_DEBUG=1 jit shows where it happened.';

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
