/** A file that could not be used, or a fact about the store that does not hold. Named, never skipped in silence. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Stable and machine-readable, for example `invalid-json`, `duplicate-key`, `conflict-marker`. */
  readonly code: string;
  readonly message: string;
  /** Relative to the directory that holds `.jit`, for example `.jit/issues/01ABC.json`; null where no file is to blame. */
  readonly file: string | null;
  /** Where inside the file: a JSON pointer such as `/labels/0`, or `line 3`; null for the whole file. */
  readonly path: string | null;
  /** The issue that is concerned; null where there is none. */
  readonly id: string | null;
  /** What `validate --fix` would do about it, or the command that mends it; null where a person must. */
  readonly fix: string | null;
}
