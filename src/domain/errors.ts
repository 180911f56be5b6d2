import type { Reason } from './readiness.ts';

/** What a caller may do about a failure: try the same again, try something else, or stop. */
export type Retry = 'same' | 'other' | 'stop';

/**
 * Every code that jit can end with, its exit code, and what a caller may do about it.
 * The one place where a code gets its exit code.
 */
export const ERROR_CODES = {
  INTERNAL: { exit: 1, retry: 'stop' },

  USAGE: { exit: 2, retry: 'other' },
  UNKNOWN_VALUE: { exit: 2, retry: 'other' },
  AMBIGUOUS_ID: { exit: 2, retry: 'other' },
  IDENTITY_REQUIRED: { exit: 2, retry: 'other' },
  CONFIRM: { exit: 2, retry: 'other' },
  LIMIT_EXCEEDED: { exit: 2, retry: 'other' },

  NOT_INITIALIZED: { exit: 3, retry: 'stop' },
  ISSUE_NOT_FOUND: { exit: 3, retry: 'other' },
  GATE_NOT_DEFINED: { exit: 3, retry: 'other' },
  GATE_NOT_REQUIRED: { exit: 3, retry: 'other' },
  FILE_NOT_FOUND: { exit: 3, retry: 'other' },
  REVISION_NOT_FOUND: { exit: 3, retry: 'other' },

  CYCLE: { exit: 4, retry: 'other' },
  BLOCKED: { exit: 4, retry: 'other' },
  GATES_PENDING: { exit: 4, retry: 'other' },
  INVALID_TRANSITION: { exit: 4, retry: 'other' },
  HUMAN_REQUIRED: { exit: 4, retry: 'stop' },
  IN_USE: { exit: 4, retry: 'other' },
  ALREADY_DEFINED: { exit: 4, retry: 'other' },
  INVALID: { exit: 4, retry: 'other' },

  NOTHING_READY: { exit: 5, retry: 'same' },
  ALL_DONE: { exit: 5, retry: 'stop' },
  TIMEOUT: { exit: 5, retry: 'same' },

  ALREADY_CLAIMED: { exit: 6, retry: 'other' },
  NOT_HOLDER: { exit: 6, retry: 'stop' },
  STALE_EPOCH: { exit: 6, retry: 'stop' },
  STALE_REVISION: { exit: 6, retry: 'other' },

  CORRUPT_FILE: { exit: 7, retry: 'stop' },
  DISK_FULL: { exit: 7, retry: 'same' },
  IO: { exit: 7, retry: 'same' },
  SCHEMA_TOO_NEW: { exit: 7, retry: 'stop' },
  LOCK_TIMEOUT: { exit: 7, retry: 'same' },

  GIT: { exit: 8, retry: 'other' },
  REMOTE: { exit: 8, retry: 'same' },

  INTERRUPTED: { exit: 130, retry: 'same' },
} as const satisfies Record<string, { exit: number; retry: Retry }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Plain data for machines: ids, candidates, and whatever else a code has. */
export interface ErrorDetails {
  /** What stands in the way, as people are shown it, too. */
  readonly reasons?: readonly Reason[];
  readonly [field: string]: unknown;
}

export interface ErrorOptions {
  readonly details?: ErrorDetails;
  /** What to do next, a sentence or a command. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A refusal or a failure that jit foresaw. Anything else that is thrown is a bug. */
export class JitError extends Error {
  override readonly name = 'JitError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly hint: string | null;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.hint = options.hint ?? null;
  }

  get exit(): number {
    return ERROR_CODES[this.code].exit;
  }

  get retry(): Retry {
    return ERROR_CODES[this.code].retry;
  }
}
