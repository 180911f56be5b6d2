import { renderFailure, renderFailureDocument } from '../cli/print-failure.ts';
import { JitError } from '../domain/errors.ts';
import type { Screen } from './host.ts';

/** Says why a command failed, and returns its exit code. */
export function fail(error: JitError, json: boolean, screen: Screen): number {
  const stack = screen.env.JIT_DEBUG ? stackOf(error) : undefined;
  if (json) {
    const shown =
      stack === undefined
        ? error
        : new JitError(error.code, error.message, {
            details: { ...error.details, stack },
            ...(error.hint === null ? {} : { hint: error.hint }),
          });
    screen.err(renderFailureDocument(shown));
  } else {
    screen.err(renderFailure(error));
    if (stack !== undefined) screen.err(`${stack}\n`);
  }
  return error.exit;
}

const stackOf = (error: JitError): string =>
  [error.cause, error]
    .map((each) => (each instanceof Error ? (each.stack ?? '') : ''))
    .join('\n')
    .trim();

/** The work was done, but what it answers could not be written, for example to a full disk. */
export function unprinted(error: unknown): JitError {
  const code = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'DISK_FULL' : 'IO';
  return new JitError(code, `the answer could not be written to stdout: ${(error as Error).message}`, {
    hint: 'what the command changed is changed: look before you do it again',
    cause: error,
  });
}
