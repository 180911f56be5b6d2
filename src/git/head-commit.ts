import { join } from 'node:path';
import { type Repository, readIfThere } from './repository.ts';

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Symbolic references may point at each other; git follows at most this many. */
const MOST_STEPS = 5;

/**
 * The commit that HEAD stands for, read from git's files.
 * Null before the first commit, and where the references are kept in another form than files (reftable).
 */
export function readHeadCommit({ gitDir, commonDir }: Repository): string | null {
  let content = readIfThere(join(gitDir, 'HEAD'))?.trim();
  for (let step = 0; step < MOST_STEPS && content !== undefined; step++) {
    if (COMMIT.test(content)) return content;
    const name = content.match(/^ref: *(refs\/.+)$/)?.[1];
    if (name === undefined || name.split('/').includes('..')) return null;
    // Some references belong to one work tree only (refs/bisect, refs/worktree), the others to all.
    content =
      readIfThere(join(gitDir, name))?.trim() ??
      readIfThere(join(commonDir, name))?.trim() ??
      findPacked(commonDir, name);
  }
  return null;
}

function findPacked(commonDir: string, name: string): string | undefined {
  const packed = readIfThere(join(commonDir, 'packed-refs'));
  const line = packed?.split('\n').find((entry) => entry.endsWith(` ${name}`) && !entry.startsWith('#'));
  return line?.slice(0, line.indexOf(' '));
}
