import type { RevisionRange } from '../domain/git-names.ts';
import type { Event } from '../domain/issue.ts';
import type { Version } from '../domain/review/history.ts';
import type { Store } from '../store/store.ts';

/** One of two boards that are compared. */
export interface BoardAt {
  /** As it was asked for; `the working tree`, `the index`. */
  readonly name: string;
  /** The full id; null where it is no commit. */
  readonly commit: string | null;
  /** Null where there was no store yet. */
  readonly store: Store | null;
}

/** Two boards, and where they differ. */
export interface Comparison {
  readonly before: BoardAt;
  readonly after: BoardAt;
  /** Ids of the issues whose files differ, in ULID order. Only these were looked for: nothing was read yet. */
  readonly changed: readonly string[];
  /** The events that the later has and the earlier has not, in the order of the log. */
  readonly events: readonly Event[];
}

/** What git keeps of a store. */
export interface Revisions {
  /** Whether git knows a commit by this name. */
  knows(name: string): Promise<boolean>;
  /**
   * Compares two commits; without a second one a commit with the working tree, or with the index where `staged`.
   * Throws REVISION_NOT_FOUND, GIT, USAGE.
   */
  compare(range: RevisionRange, staged: boolean): Promise<Comparison>;
  /** The versions of an issue's file that were committed, the oldest first; none before the first commit. Throws GIT. */
  versions(id: string): Promise<readonly Version[]>;
  /** The events of an issue in the log of a commit, in the order of their lines. Throws GIT. */
  eventsAt(commit: string, id: string): Promise<readonly Event[]>;
  /** Whether the clone is shallow: commits before its oldest ones are not here. */
  isShallow(): boolean;
}
