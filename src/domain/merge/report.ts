import type { Decision } from './decision.ts';

/** What git was doing when it stopped; `other`: something that leaves no trace, such as `git checkout -m`. */
export type GitOperation = 'merge' | 'rebase' | 'am' | 'cherry-pick' | 'revert' | 'stash' | 'other';

/** What became of one file of the store, or would. */
export interface MergedPath {
  /** As git names it, for example `.jit/issues/ID.json`. */
  readonly file: string;
  /** The issue; null of another file. */
  readonly id: string | null;
  /** The title it has now; null where there is none. */
  readonly title: string | null;
  /** Where its versions came from: what git kept in the index, the conflict markers in the file, commits, or the file itself. */
  readonly from: 'index' | 'markers' | 'commits' | 'file';
  /** `merged`: it holds what came out; `removed`: there is none any more; `staged`: as it is, because the log tells of it. */
  readonly outcome: 'merged' | 'removed' | 'staged';
  readonly decided: readonly Decision[];
}

/** A file that was left alone, why, and what to do. */
export interface LeftPath {
  readonly file: string;
  readonly reason: string;
  readonly hint: string;
}

/** What a merge of the files of a store came to. */
export interface MergeReport {
  /** Null where git is doing nothing. */
  readonly operation: GitOperation | null;
  /** The merge that was done again; null otherwise. */
  readonly commit: string | null;
  /** What is listed was done; otherwise it would be. */
  readonly applied: boolean;
  readonly files: readonly MergedPath[];
  /** Files of the store that need a person. */
  readonly left: readonly LeftPath[];
  /** Unmerged files that are none of the store's: they come before git goes on. */
  readonly others: readonly string[];
  /** Commands, in order. */
  readonly next: readonly string[];
}
