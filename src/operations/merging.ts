import type { MergeReport } from '../domain/merge/report.ts';

/** Finishes what git could not merge in the files of a store. */
export interface Merging {
  /**
   * Merges what git left unmerged, and what has conflict markers. With `apply` false it only says what would be done.
   * Throws GIT, IO, DISK_FULL; then what was unmerged is so still.
   */
  resolve(apply: boolean): Promise<MergeReport>;
  /**
   * Merges again what a merge commit dropped of its parents, into the files as they are now.
   * Throws USAGE where it is no merge before HEAD, INVALID while something is unmerged; REVISION_NOT_FOUND, GIT, IO.
   */
  redo(commit: string): Promise<MergeReport>;
}

/** A file of the store that git left unmerged. */
export interface UnmergedName {
  /** As git names it. */
  readonly file: string;
  /** The issue that it is named after; null of another file. */
  readonly id: string | null;
}

/** A merge that dropped something of what its parents had. */
export interface DroppedMerge {
  readonly commit: string;
  readonly subject: string;
  /** How many events of its parents the log of now does not have, of how many of the parents, and of which issues, in ULID order. */
  readonly events: number;
  readonly sides: number;
  readonly issues: readonly string[];
  /** Other issues whose files lack what a parent made of them, though the log tells of it; in ULID order. */
  readonly files: readonly string[];
}

/** What git says of the merges of a store. */
export interface MergeFacts {
  unmerged(): Promise<readonly UnmergedName[]>;
  /**
   * Among the last merges before HEAD, the newest first. Of events it looks at all; at the files of `suspects` only, which are ids
   * of issues that do not agree with the log.
   */
  dropped(suspects: readonly string[]): Promise<readonly DroppedMerge[]>;
}
