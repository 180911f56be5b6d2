import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHeadCommit } from '../git/head-commit.ts';
import { readIfThere, statIfThere } from '../git/repository.ts';
import type { Tracked } from './tracked.ts';

// Whether a merge before HEAD can have dropped events follows from HEAD alone where no merge has the log of one side only. It is
// written down for the next time, because git takes as long to start as a small store takes to check.

/** By what it is known again that nothing has changed which the merges before HEAD follow from; null where that cannot be said. */
export function headKey({ repository, directory }: Tracked): string | null {
  const { commonDir } = repository;
  const head = readHeadCommit(repository);
  if (head === null || hasOtherParents(commonDir)) return null;
  return JSON.stringify([head, directory, readIfThere(join(commonDir, 'shallow')) ?? '']);
}

/** Whether somebody told git that commits follow others than they say. */
function hasOtherParents(commonDir: string): boolean {
  return (
    statIfThere(join(commonDir, 'info', 'grafts')) !== undefined ||
    statIfThere(join(commonDir, 'refs', 'replace')) !== undefined ||
    (readIfThere(join(commonDir, 'packed-refs'))?.includes(' refs/replace/') ?? false)
  );
}

/** Whether it was found under this key that no merge before HEAD has to be looked into. */
export const isSettled = ({ place }: Tracked, key: string): boolean => {
  try {
    return readFileSync(pathIn(place.dir), 'utf8') === key;
  } catch {
    return false;
  }
};

/** Writes down that none has to be. Where that cannot be done, git is asked again. */
export function settle({ place }: Tracked, key: string, pid: number): void {
  const path = pathIn(place.dir);
  const fresh = `${path}.${pid}`;
  try {
    mkdirSync(join(place.dir, 'local', 'cache'), { recursive: true });
    writeFileSync(fresh, key);
    renameSync(fresh, path);
  } catch {
    // Nothing depends on it.
  }
}

const pathIn = (dir: string): string => join(dir, 'local', 'cache', 'merges');
