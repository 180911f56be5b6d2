import { JitError } from '../domain/errors.ts';
import { isRevisionName, revisionName } from '../domain/git-names.ts';
import type { Repository } from './repository.ts';
import { type GitOptions, type GitRun, runGit } from './run-git.ts';

/** One file of a tree or of the index. */
export interface TreeEntry {
  /** As git writes it: `100644` a file, `120000` a symbolic link, `160000` another repository. */
  readonly mode: string;
  /** The object; null where the index holds several versions of the file, because a merge stopped. */
  readonly oid: string | null;
}

/** The path of what lies in a directory of the work tree; an empty one is its top. */
export const pathBelow = (directory: string, name: string): string =>
  directory === '' ? name : `${directory}/${name}`;

/** Files by their path below a directory. */
export type Tree = ReadonlyMap<string, TreeEntry>;

// It writes nothing, not even what it learned about files into the index; and names are names, not patterns.
const READING: GitOptions = { place: { GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1' } };

/** Runs a git that only reads, in the work tree of a repository (in a bare one, in itself). */
export const askGit = (
  { topLevel }: Repository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitRun> => runGit(topLevel, args, { ...options, place: { ...READING.place, ...options.place } });

/** What it printed. Throws GIT where it failed. */
export async function answerOf(repository: Repository, args: readonly string[], options?: GitOptions) {
  const { status, stdout, stderr, timedOut } = await askGit(repository, args, options);
  if (status === 0) return stdout;
  const said = timedOut ? 'it took too long' : stderr.trim().split('\n')[0] || `exit ${status}`;
  throw new JitError('GIT', `git ${args[0]} failed: ${said}`, { details: { args, stderr } });
}

/** The full id of the commit that a name means; null where it means none. */
export async function findCommit(repository: Repository, name: string): Promise<string | null> {
  if (!isRevisionName(name)) return null;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { status, stdout } = await askGit(repository, args);
  const oid = stdout.trim();
  return status === 0 && /^[0-9a-f]{40,64}$/.test(oid) ? oid : null;
}

/** The same, where there must be one. Throws USAGE, REVISION_NOT_FOUND. */
export async function resolveCommit(repository: Repository, name: string): Promise<string> {
  const oid = await findCommit(repository, revisionName(name));
  if (oid !== null) return oid;
  const unborn = (await findCommit(repository, 'HEAD')) === null;
  throw new JitError('REVISION_NOT_FOUND', `git knows no commit ${JSON.stringify(name)}`, {
    details: { revision: name },
    hint: unborn
      ? 'the current branch has no commit yet: commit the work first'
      : 'git log --oneline --all shows the commits; a shallow clone may lack some (git fetch --unshallow)',
  });
}

/** When a commit was made: milliseconds since 1970. */
export async function readCommitTime(repository: Repository, oid: string): Promise<number> {
  return (
    Number(await answerOf(repository, ['log', '-1', '--no-show-signature', '--format=%ct', oid, '--'])) * 1000
  );
}

/** The commit where two parted; of several the one that git names first. Throws REVISION_NOT_FOUND. */
export async function findMergeBase(repository: Repository, one: string, other: string): Promise<string> {
  const { status, stdout } = await askGit(repository, ['merge-base', one, other]);
  const oid = stdout.trim();
  if (status === 0 && oid !== '') return oid;
  throw new JitError('REVISION_NOT_FOUND', 'the two commits have no common ancestor here', {
    details: { commits: [one, other] },
    hint: 'a shallow clone may lack it (git fetch --unshallow); A..B compares without it',
  });
}

/** The files of a commit below a directory (`.jit`; empty: all of it). Empty where there is no such directory. */
export async function listTree(repository: Repository, commit: string, directory: string): Promise<Tree> {
  const below = directory === '' ? [] : ['--', `${directory}/`];
  const printed = await listing(repository, ['ls-tree', '-r', '-z', '--full-tree', commit, ...below]);
  return treeOf(printed, directory, /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s);
}

/** The same for the index. `index`: another index file than the usual one. */
export async function listIndex(
  repository: Repository,
  directory: string,
  index: string | null,
): Promise<Tree> {
  const below = directory === '' ? [] : [directory];
  const options = index === null ? {} : { place: { GIT_INDEX_FILE: index } as const };
  const printed = await listing(repository, ['ls-files', '-s', '-z', '--', ...below], options);
  const tree = new Map(treeOf(printed, directory, /^(\d+) ([0-9a-f]+) 0\t(.*)$/s));
  for (const [path, { mode }] of treeOf(printed, directory, /^(\d+) ([0-9a-f]+) [123]\t(.*)$/s))
    tree.set(path, { mode, oid: null });
  return tree;
}

function treeOf(printed: readonly string[], directory: string, form: RegExp): Tree {
  const start = directory === '' ? '' : `${directory}/`;
  const tree = new Map<string, TreeEntry>();
  for (const line of printed) {
    const [, mode, oid, path] = form.exec(line) ?? [];
    if (path?.startsWith(start) === true) tree.set(path.slice(start.length), { mode: mode!, oid: oid! });
  }
  return tree;
}

/** The parts of an output that are separated by NUL, however long it is. Throws GIT where git failed. */
export async function listing(repository: Repository, args: readonly string[], options: GitOptions = {}) {
  const chunks: Uint8Array[] = [];
  await answerOf(repository, args, { ...options, onOutput: (bytes) => chunks.push(bytes) });
  return Buffer.concat(chunks).toString('utf8').split('\0');
}
