import { JitError } from '../domain/errors.ts';
import { formatJson } from '../render/json-text.ts';
import { safeLine } from '../render/terminal-text.ts';

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

/** What was passed over while the command did its work, for people. */
export const renderWarnings = (warnings: readonly Warning[]): string =>
  warnings
    .map(({ file, path, message }) => {
      const where = [file, path].filter((part) => part !== null).join(' ');
      return `jit: warning: ${safeLine(where === '' ? message : `${where}: ${message}`)}\n`;
    })
    .join('');

/** Anything thrown as a JitError; what was not foreseen becomes INTERNAL. */
export function toJitError(error: unknown): JitError {
  if (error instanceof JitError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new JitError('INTERNAL', `unexpected error: ${message}`, { cause: error });
}
