/** Time, handed in by whoever starts the program. */
export interface Clock {
  /** Now: UTC, RFC 3339 with milliseconds, as stored. */
  now(): string;
  /** `milliseconds` before now, in the same form; negative: after now. */
  ago(milliseconds: number): string;
}
