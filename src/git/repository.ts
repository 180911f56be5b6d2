import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A git repository as one of its work trees sees it. */
export interface Repository {
  /** The top directory of this work tree. */
  readonly topLevel: string;
  /** What belongs to this work tree alone: HEAD, the index. */
  readonly gitDir: string;
  /** What all work trees share: refs, objects. The same as `gitDir` outside linked work trees. */
  readonly commonDir: string;
}

/** A `.git` file whose git directory is not where the file says. */
export interface BrokenLink {
  /** The `.git` file. */
  readonly file: string;
  /** Where it leads; null when it does not say. */
  readonly target: string | null;
}

/**
 * Finds the repository around a directory by looking at files, because starting git costs as much as a whole command.
 * Null outside a work tree, inside a bare repository, and where a `.git` file leads nowhere: as with git, a
 * repository further up is not meant then.
 */
export function findRepository(start: string): Repository | null {
  const found = locateRepository(start);
  return found === null || 'target' in found ? null : found;
}

/** The same, but says where a `.git` file leads nowhere. */
export function locateRepository(start: string): Repository | BrokenLink | null {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const path = join(directory, '.git');
    const stat = statIfThere(path);
    if (stat?.isDirectory() === true && isGitDir(path)) {
      return { topLevel: directory, gitDir: path, commonDir: readCommonDir(path) };
    }
    if (stat?.isFile() === true) {
      const gitDir = readGitFile(path);
      if (gitDir === null || !isGitDir(gitDir)) return { file: path, target: gitDir };
      return { topLevel: directory, gitDir, commonDir: readCommonDir(gitDir) };
    }
    if (dirname(directory) === directory) return null;
  }
}

/** Finds the bare repository that a directory is in: git works there without a work tree. Null outside of one. */
export function findBareRepository(start: string): Repository | null {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const parts = ['HEAD', 'objects', 'refs'].map((name) => statIfThere(join(directory, name)));
    if (parts.every((part) => part !== undefined))
      return { topLevel: directory, gitDir: directory, commonDir: directory };
    if (dirname(directory) === directory) return null;
  }
}

/** Whether commits before some that are here were left out when it was cloned. */
export const isShallow = ({ commonDir }: Repository): boolean =>
  (readIfThere(join(commonDir, 'shallow')) ?? '') !== '';

/** Where the one line of a `.git` file leads (linked work trees, submodules); null where it is no such file. */
export function readGitFile(path: string): string | null {
  const line = readIfThere(path)?.match(/^gitdir: (.+?)\r?\n?$/)?.[1];
  return line === undefined ? null : resolve(dirname(path), line);
}

const isGitDir = (path: string): boolean => statIfThere(join(path, 'HEAD')) !== undefined;

function readCommonDir(gitDir: string): string {
  const line = readIfThere(join(gitDir, 'commondir'))?.trim();
  return line === undefined || line === '' ? gitDir : resolve(gitDir, line);
}

/** The content of a file; undefined where there is none, or it may not be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** undefined where there is nothing, or it may not be looked at. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
