import type { Leases } from '../claims/leases.ts';
import type { Clock } from '../domain/clock.ts';
import type { Actor } from '../domain/identity.ts';
import type { Workplace } from '../domain/lease.ts';
import type { Problem } from '../domain/problem.ts';
import type { Store } from '../store/store.ts';

/** What an operation works with: the store, the leases, and everything that would otherwise be read from the outside. */
export interface Session {
  readonly store: Store;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly actor: Actor;
  /** Where the actor works. */
  readonly here: Workplace;
  /** What the actor says to know of the issues that are named: changes that rest on older knowledge are refused. */
  readonly fence: Fence;
  /** A new ULID. */
  newId(): string;
  /** Says to whoever started this what they must know besides the result. */
  tell(problem: Problem): void;
  /** SHA-256 of a text, in hexadecimal. */
  digest(text: string): string;
  /** It looks at a commit of the past: `clock` stands still there, nothing can be changed, and leases, which are of now, say nothing. */
  readonly past?: true;
  /** HEAD of the repository around the store; null without git or commits. */
  headCommit(): string | null;
}

/** The conditions under which a change may be made. */
export interface Fence {
  /** `--epoch`: of the one issue that is named; null: not given. */
  readonly epoch: number | null;
  /** JIT_EPOCH: epochs by whatever the environment calls the issues (full ids, or short ones); others are not fenced. */
  readonly epochs: ReadonlyMap<string, number>;
  /** `--if-rev`: revision of the one issue that is named; null: not given. */
  readonly rev: string | null;
}

export const NO_FENCE: Fence = { epoch: null, epochs: new Map(), rev: null };
