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

/**
 * Finds the repository around a directory by looking at files, because starting git costs as much as a whole command.
 * Null outside a work tree, and inside a bare repository.
 */
export function findRepository(start: string): Repository | null {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const gitDir = readGitDir(directory);
    if (gitDir !== null) return { topLevel: directory, gitDir, commonDir: readCommonDir(gitDir) };
    if (dirname(directory) === directory) return null;
  }
}

/** Where `.git` leads: itself, or what its one line names (linked work trees, submodules). */
function readGitDir(directory: string): string | null {
  const path = join(directory, '.git');
  const stat = statIfThere(path);
  if (stat === undefined) return null;
  let gitDir = path;
  if (!stat.isDirectory()) {
    const line = readIfThere(path)?.match(/^gitdir: (.+?)\r?\n?$/)?.[1];
    if (line === undefined) return null;
    gitDir = resolve(directory, line);
  }
  return statIfThere(join(gitDir, 'HEAD')) === undefined ? null : gitDir;
}

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

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
