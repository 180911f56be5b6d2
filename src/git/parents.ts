import { answerOf } from './objects.ts';
import type { Repository } from './repository.ts';

/** The commits that a commit follows, the first one first; empty of the first commit. Throws GIT. */
export async function readParents(repository: Repository, commit: string): Promise<readonly string[]> {
  const printed = await answerOf(repository, ['rev-list', '--parents', '--no-walk', commit, '--']);
  return printed.trim().split(' ').slice(1);
}

/** Commits by their id, each with its parents; those that are not there were not read. */
export type Ancestry = ReadonlyMap<string, readonly string[]>;

/** The last commits before HEAD, at most so many. */
export async function readAncestry(repository: Repository, most: number): Promise<Ancestry> {
  const args = ['rev-list', '--parents', '--topo-order', `--max-count=${most}`, 'HEAD', '--'];
  const printed = await answerOf(repository, args);
  return new Map(
    printed.split('\n').flatMap((line) => {
      const [commit, ...parents] = line.split(' ');
      return commit ? [[commit, parents] as const] : [];
    }),
  );
}

/**
 * Where two commits parted: the youngest commits that are before both. Null where that lies further back than was read.
 */
export function partedAt(ancestry: Ancestry, one: string, other: string): readonly string[] | null {
  const before = ancestorsOf(ancestry, one);
  if (before === null) return null;
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting = [other];
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (seen.has(commit)) continue;
    seen.add(commit);
    if (before.has(commit)) {
      found.add(commit);
      continue;
    }
    const parents = ancestry.get(commit);
    if (parents === undefined) return null;
    waiting.push(...parents);
  }
  return [...found];
}

/** With the commit itself. What was not read is in it by name, without what comes before. */
function ancestorsOf(ancestry: Ancestry, start: string): ReadonlySet<string> | null {
  const found = new Set<string>();
  const waiting = [start];
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (found.has(commit)) continue;
    found.add(commit);
    waiting.push(...(ancestry.get(commit) ?? []));
  }
  return ancestry.has(start) ? found : null;
}
