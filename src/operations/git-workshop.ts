import type { Change, Entry } from '../domain/git-setup/change.ts';
import type { HookName } from '../domain/git-setup/hook-script.ts';
import type { HookSpot } from '../domain/git-setup/plan-hook.ts';
import type { Program } from '../domain/git-setup/program.ts';

/** A value of git's configuration, and where it is said. */
export interface Setting {
  /** For example `merge.jit.driver`. */
  readonly key: string;
  readonly value: string;
  /** `system`, `global`, `local`, `worktree`, `command`. */
  readonly scope: string;
  /** As git says it, for example `file:.git/config`. */
  readonly origin: string;
}

/** A directory of hooks. */
export interface HooksPlace {
  readonly directory: string;
  /** What `jit.hooks` says of it: `default`, or the directory relative to the top of the work tree. */
  readonly recorded: string;
  /** Who runs what is in it. */
  readonly manager: 'git' | 'husky';
  /** Hooks are read by sh, whatever they are (husky 9). */
  readonly sourced: boolean;
  /** It is part of the work tree, so that it may be tracked and come to other machines. */
  readonly inWorkTree: boolean;
  /** Neither in the work tree nor in the git directory: other repositories may use it. */
  readonly outside: boolean;
}

/** The store in its repository, and all that is asked of git and the disk to set it up. Texts of files have one character a byte. */
export interface GitWorkshop {
  /** The `.jit` directory, relative to the top of the work tree, for example `.jit` or `tools/.jit`. */
  readonly store: string;
  /** `.jit/.gitattributes`. */
  readonly attributesFile: string;
  /** `info/attributes` of the git directory that all work trees share; where it is a link that leads somewhere, what it leads to. */
  readonly localAttributesFile: string;
  /** The configuration that all work trees of the repository share. */
  readonly configFile: string;
  /** A text as the bytes that it has in a file, and back. */
  bytes(text: string): string;
  readable(text: string): string;
  /** A path as one reads it: relative to the top of the work tree where it is inside. */
  nameOf(path: string): string;
  look(path: string): Entry;
  /** The values of `merge.jit`, `diff.jit` and `core.hooksPath` in force, were the shared configuration this text. Throws GIT. */
  settings(configText: string): Promise<readonly Setting[]>;
  /** Where hooks are now. Throws GIT. */
  hooksPlace(): Promise<HooksPlace>;
  /** A place that was recorded; null where it is outside of the repository. */
  placeOf(recorded: string): HooksPlace | null;
  spotOf(place: HooksPlace, hook: HookName): HookSpot;
  /** The directories that must be made for a file, the outermost first. */
  missingAbove(path: string): readonly string[];
  /** The directories above a file, the innermost first, as far as they lie in the repository. */
  directoriesAbove(path: string): readonly string[];
  /** How git can start this jit; for hooks in the work tree also by paths in it. */
  programs(): { readonly own: Program; readonly inWorkTree: readonly Program[] };
  /** Does it, in this order. Throws IO, DISK_FULL; LOCK_TIMEOUT where somebody else is writing the configuration. */
  apply(changes: readonly Change[]): void;
}
