import { listing, pathBelow } from '../git/objects.ts';
import { type Ancestry, partedAt } from '../git/parents.ts';
import { idOfName, type MergeRoom } from './merging.ts';
import { planRedo } from './redo-merge.ts';

interface Merge {
  readonly commit: string;
  readonly parents: readonly string[];
}

/**
 * Merges of which the files of some issues lack what a parent made of them, by their commits: those that `jit merge --redo` would
 * bring back. Compares trees first; only a merge that has an issue as one parent has it, or otherwise than both, is looked into.
 */
export async function findDroppedIssues(
  room: MergeRoom,
  merges: readonly Merge[],
  { ancestry, suspects }: { readonly ancestry: Ancestry; readonly suspects: readonly string[] },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  if (suspects.length === 0 || merges.length === 0) return found;
  const doubtful = await findDoubtful(room, merges, ancestry);
  for (const merge of merges) {
    const names = doubtful.get(merge.commit);
    const isAsked = (name: string): boolean => {
      const id = idOfName(name);
      return id !== null && names?.has(name) === true && suspects.includes(id);
    };
    if (names === undefined || ![...names].some(isAsked)) continue;
    const { files } = await planRedo(room, merge, isAsked);
    if (files.length > 0)
      found.set(
        merge.commit,
        files.map(({ name }) => idOfName(name)!),
      );
  }
  return found;
}

/** The issues that a merge may have dropped something of, as names inside `.jit`. */
async function findDoubtful(
  room: MergeRoom,
  merges: readonly Merge[],
  ancestry: Ancestry,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const triples = merges.flatMap(({ commit, parents: [first, ...others] }) => {
    const bases = others.map((other) => partedAt(ancestry, first!, other)?.[0]);
    // They have no common past, or it lies further back than anybody looks.
    if (bases.includes(undefined)) return [];
    return others.flatMap((other, at) => {
      const base = bases[at]!;
      return base === first || base === other ? [] : [{ commit, first: first!, other, base }];
    });
  });
  const changed = await compareTrees(
    room,
    triples.flatMap(({ commit, first, other, base }) => [
      [base, first],
      [base, other],
      [first, commit],
      [other, commit],
    ]),
  );
  const doubtful = new Map<string, Set<string>>();
  for (const [at, { commit }] of triples.entries()) {
    const [ofFirst, ofOther, fromFirst, fromOther] = changed.slice(at * 4, at * 4 + 4);
    const names = doubtful.get(commit) ?? new Set();
    for (const name of [...ofFirst!, ...ofOther!]) {
      const taken = !ofOther!.has(name)
        ? !fromFirst!.has(name)
        : !ofFirst!.has(name) && !fromOther!.has(name);
      if (!taken) names.add(name);
    }
    doubtful.set(commit, names);
  }
  return doubtful;
}

type Pair = readonly string[];

/** The names of the issues that differ between two commits, for each of the pairs, from one `git diff-tree`. */
async function compareTrees(
  { tracked }: MergeRoom,
  pairs: readonly Pair[],
): Promise<readonly ReadonlySet<string>[]> {
  if (pairs.length === 0) return [];
  const { repository, directory } = tracked;
  const options = ['--stdin', '--always', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff'];
  const printed = await listing(repository, ['diff-tree', ...options, '--', pathBelow(directory, 'issues')], {
    input: pairs.map(([from, to]) => `${to} ${from}\n`).join(''),
  });
  const start = directory === '' ? '' : `${directory}/`;
  const found: Set<string>[] = [];
  for (const line of printed) {
    if (/^[0-9a-f]{40,64}$/.test(line)) found.push(new Set());
    else if (line.startsWith(start) && line !== '') found.at(-1)?.add(line.slice(start.length));
  }
  return found;
}
