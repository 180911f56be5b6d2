import { join } from 'node:path';
import type { GitOperation } from '../domain/merge/report.ts';
import { askGit, findCommit, listTree, type Tree } from './objects.ts';
import { type Repository, statIfThere } from './repository.ts';
import type { UnmergedFile } from './unmerged.ts';

/** What git is in the middle of, as `git status` tells it; null: nothing that leaves a trace. */
export function operationIn({ gitDir }: Repository): Exclude<GitOperation, 'stash' | 'other'> | null {
  const has = (name: string): boolean => statIfThere(join(gitDir, name)) !== undefined;
  if (has('rebase-merge')) return 'rebase';
  if (has('rebase-apply')) return has('rebase-apply/applying') ? 'am' : 'rebase';
  if (has('MERGE_HEAD')) return 'merge';
  if (has('CHERRY_PICK_HEAD')) return 'cherry-pick';
  return has('REVERT_HEAD') ? 'revert' : null;
}

/** The three commits of a merge that stopped. */
export interface MergeSides {
  readonly operation: GitOperation;
  /** Which stash it was, for example `stash@{0}`: git keeps it. Null of anything else. */
  readonly stash: string | null;
  /** The files of each in the directory; null where they are not known. Of a stash ours is what the index has. */
  readonly base: Tree | null;
  readonly ours: Tree | null;
  readonly theirs: Tree | null;
  readonly head: Tree;
}

interface Candidate {
  readonly operation: GitOperation;
  readonly base: string | null;
  readonly theirs: string;
  readonly stash?: string;
}

/** How many stashes are looked through for the one that did not fit. */
const MOST_STASHES = 10;

/**
 * Finds out which commits did not merge: of all that it can have been, the one whose files fit best to what git left in the
 * index. Null where none does.
 */
export async function findSides(
  repository: Repository,
  directory: string,
  unmerged: ReadonlyMap<string, UnmergedFile>,
): Promise<MergeSides | null> {
  let best: { readonly candidate: Candidate; readonly theirs: Tree; readonly fits: number } | null = null;
  for await (const candidate of candidates(repository)) {
    const theirs = await listTree(repository, candidate.theirs, directory);
    const fits = theirs.size === 0 ? 0 : countFits(theirs, unmerged);
    if (fits > (best?.fits ?? 0)) best = { candidate, theirs, fits };
    if (fits === unmerged.size) break;
  }
  if (best === null) return null;
  const { operation, base, stash } = best.candidate;
  const head = await listTree(repository, 'HEAD', directory);
  return {
    operation,
    stash: stash ?? null,
    theirs: best.theirs,
    base: base === null ? null : await listTree(repository, base, directory),
    ours: operation === 'stash' ? null : head,
    head,
  };
}

/** `unmerged`: by the names below the directory. */
function countFits(theirs: Tree, unmerged: ReadonlyMap<string, UnmergedFile>): number {
  const oids = new Set([...theirs.values()].map(({ oid }) => oid));
  return [...unmerged].filter(([name, stages]) =>
    stages.theirs === undefined ? !theirs.has(name) : oids.has(stages.theirs.oid),
  ).length;
}

async function* candidates(repository: Repository): AsyncGenerator<Candidate> {
  const commitOf = (name: string): Promise<string | null> => findCommit(repository, name);
  const picked = async (name: string, operation: GitOperation): Promise<Candidate | null> => {
    const theirs = await commitOf(name);
    return theirs === null ? null : { operation, theirs, base: await commitOf(`${theirs}^1`) };
  };
  const running = operationIn(repository);
  const merged = await commitOf('MERGE_HEAD');
  const base = merged === null ? null : await oneMergeBase(repository, 'HEAD', merged);
  if (merged !== null) yield { operation: running ?? 'merge', theirs: merged, base };
  for (const name of ['REBASE_HEAD', 'CHERRY_PICK_HEAD'] as const) {
    const candidate = await picked(name, running ?? 'cherry-pick');
    if (candidate !== null) yield candidate;
  }
  const reverted = await commitOf('REVERT_HEAD');
  const before = reverted === null ? null : await commitOf(`${reverted}^1`);
  if (reverted !== null && before !== null) yield { operation: 'revert', theirs: before, base: reverted };
  for (const [at, theirs] of (await listStashes(repository)).entries()) {
    yield { operation: 'stash', theirs, base: await commitOf(`${theirs}^1`), stash: `stash@{${at}}` };
  }
}

async function oneMergeBase(repository: Repository, one: string, other: string): Promise<string | null> {
  const { status, stdout } = await askGit(repository, ['merge-base', one, other]);
  const oid = stdout.trim();
  return status === 0 && oid !== '' ? oid : null;
}

async function listStashes(repository: Repository): Promise<readonly string[]> {
  if ((await findCommit(repository, 'refs/stash')) === null) return [];
  const args = [
    'log',
    '-g',
    `--max-count=${MOST_STASHES}`,
    '--no-show-signature',
    '--format=%H',
    'refs/stash',
  ];
  const { status, stdout } = await askGit(repository, [...args, '--']);
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}
