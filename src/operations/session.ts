import type { Clock } from '../domain/clock.ts';
import type { Actor } from '../domain/identity.ts';
import type { Store } from '../store/store.ts';

/** What an operation works with: the store, and everything that would otherwise be read from the outside. */
export interface Session {
  readonly store: Store;
  readonly clock: Clock;
  readonly actor: Actor;
  /** A new ULID. */
  newId(): string;
  /** HEAD of the repository around the store; null without git or commits. */
  headCommit(): string | null;
}
