import { listing, type TreeEntry } from './objects.ts';
import type { Repository } from './repository.ts';

/** The versions of a file that git could not merge: what both come from, and the two sides. */
export interface UnmergedFile {
  readonly base: StageEntry | undefined;
  readonly ours: StageEntry | undefined;
  readonly theirs: StageEntry | undefined;
}

export interface StageEntry extends TreeEntry {
  readonly oid: string;
}

/** All unmerged files of the index by their path in the work tree. `index`: another index file than the usual one. */
export async function listUnmerged(
  repository: Repository,
  index: string | null,
): Promise<ReadonlyMap<string, UnmergedFile>> {
  const options = index === null ? {} : { place: { GIT_INDEX_FILE: index } as const };
  const files = new Map<string, UnmergedFile>();
  for (const line of await listing(repository, ['ls-files', '-u', '-z', '--full-name'], options)) {
    const [, mode, oid, stage, path] = /^(\d+) ([0-9a-f]+) ([123])\t(.*)$/s.exec(line) ?? [];
    if (path === undefined) continue;
    const known = files.get(path) ?? { base: undefined, ours: undefined, theirs: undefined };
    files.set(path, { ...known, [NAMES[stage!]!]: { mode: mode!, oid: oid! } });
  }
  return files;
}

const NAMES: Readonly<Record<string, keyof UnmergedFile>> = { 1: 'base', 2: 'ours', 3: 'theirs' };
