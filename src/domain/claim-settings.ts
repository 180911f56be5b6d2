import { parseDuration } from './duration.ts';
import type { Config } from './issue.ts';
import { DEFAULT_TTL } from './lease.ts';

/** Where claims are kept, and how long they last. */
export interface ClaimSettings {
  /** `repository`: for all work trees of one repository; `remote`: for all clones that reach the remote. */
  readonly scope: 'repository' | 'remote';
  /** The name of a remote of the repository. */
  readonly remote: string;
  /** The beginning of the references under which the remote keeps them. */
  readonly refPrefix: string;
  /** Milliseconds from a renewal until a claim may be taken over; null: never by time. */
  readonly ttl: number | null;
}

/** The settings under `claims` in the configuration; what is not set has its default. */
export function claimSettings({ claims = {} }: Config): ClaimSettings {
  const { scope = 'repository', remote = 'origin', refPrefix = 'refs/jit/claims/', ttl } = claims;
  const time = ttl === undefined ? DEFAULT_TTL : parseDuration(ttl);
  return { scope, remote, refPrefix, ttl: time === undefined || time === 0 ? null : time };
}
