import type { RevisionRange } from '../domain/git-names.ts';
import { isUlid } from '../domain/ids.ts';
import { addedEvents } from '../domain/review/added-events.ts';
import { findIndex } from '../git/index-file.ts';
import {
  answerOf,
  findCommit,
  findMergeBase,
  listIndex,
  listTree,
  resolveCommit,
  type Tree,
} from '../git/objects.ts';
import { isShallow } from '../git/repository.ts';
import type { BoardAt, Comparison, Revisions } from '../operations/revisions.ts';
import type { Store } from '../store/store.ts';
import { openTree, readEventsAt, readVersions, standingClock } from './revisions.ts';
import type { Tracked } from './tracked.ts';

export interface RevisionsOptions {
  readonly tracked: Tracked;
  /** The store as it is in the working tree. Throws NOT_INITIALIZED. */
  readonly openNow: () => Store;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** What git keeps of a store. */
export function openRevisions(options: RevisionsOptions): Revisions {
  const { repository } = options.tracked;
  return {
    knows: async (name) => (await findCommit(repository, name)) !== null,
    compare: async (range, staged) => {
      const before = await findBefore(options, range);
      if (range.after !== null) return compareCommits(options, before, range.after);
      return staged ? compareWithIndex(options, before) : compareWithFiles(options, before);
    },
    versions: (id) => readVersions(options.tracked, id),
    eventsAt: (commit, id) => readEventsAt(options.tracked, commit, id),
    isShallow: () => isShallow(repository),
  };
}

interface Start {
  readonly commit: string;
  readonly name: string;
  readonly tree: Tree;
}

async function findBefore({ tracked }: RevisionsOptions, range: RevisionRange): Promise<Start> {
  const { repository, directory } = tracked;
  const named = await resolveCommit(repository, range.before);
  const commit = range.fromMergeBase
    ? await findMergeBase(repository, named, await resolveCommit(repository, range.after ?? 'HEAD'))
    : named;
  return { commit, name: range.before, tree: await listTree(repository, commit, directory) };
}

async function compareCommits(options: RevisionsOptions, before: Start, name: string): Promise<Comparison> {
  const { repository, directory } = options.tracked;
  const commit = await resolveCommit(repository, name);
  const tree = await listTree(repository, commit, directory);
  return {
    before: boardAt(options, before),
    after: boardAt(options, { commit, name, tree }),
    changed: changedIn(before.tree, tree),
    events: await readEvents(options, [before.commit, commit]),
  };
}

async function compareWithIndex(options: RevisionsOptions, before: Start): Promise<Comparison> {
  const { repository, directory } = options.tracked;
  const index = findIndex(repository, options);
  const tree = await listIndex(repository, directory, index);
  return {
    before: boardAt(options, before),
    after: { ...boardAt(options, { commit: '', name: 'the index', tree }), commit: null },
    changed: changedIn(before.tree, tree),
    events: await readEvents(options, ['--cached', before.commit], index),
  };
}

async function compareWithFiles(options: RevisionsOptions, before: Start): Promise<Comparison> {
  const { directory } = options.tracked;
  const store = options.openNow();
  const args = ['diff', ...PLAIN, '--name-only', '-z', before.commit, '--', below(directory, 'issues')];
  const names = (await collect(options, args)).split('\0');
  const listed = new Set(idsOf(before.tree).keys());
  const changed = new Set(
    names.map((name) => idOfPath(name.slice(name.lastIndexOf('/') + 1))).filter((id) => id !== null),
  );
  // What git does not track yet.
  for (const id of await store.read((view) => view.ids())) if (!listed.has(id)) changed.add(id);
  return {
    before: boardAt(options, before),
    after: { name: 'the working tree', commit: null, store },
    changed: [...changed].sort(),
    events: await readEvents(options, [before.commit]),
  };
}

function boardAt({ tracked }: RevisionsOptions, { commit, name, tree }: Start): BoardAt {
  // Only what is the same at any time is asked of it.
  const clock = standingClock(0);
  return { name, commit, store: tree.size === 0 ? null : openTree(tracked, name, tree, clock) };
}

const idOfPath = (name: string): string | null => {
  const id = name.endsWith('.json') ? name.slice(0, -5) : '';
  return isUlid(id) ? id : null;
};

/** What stands for the content of each issue's file in a tree. */
function idsOf(tree: Tree): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, { mode, oid }] of tree) {
    const id = path.startsWith('issues/') ? idOfPath(path.slice('issues/'.length)) : null;
    if (id !== null) found.set(id, `${mode} ${oid}`);
  }
  return found;
}

function changedIn(before: Tree, after: Tree): readonly string[] {
  const [old, young] = [idsOf(before), idsOf(after)];
  return [...new Set([...old.keys(), ...young.keys()])].filter((id) => old.get(id) !== young.get(id)).sort();
}

/** However a user has set up `git diff`. */
const PLAIN = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames', '--no-relative'];

async function readEvents(options: RevisionsOptions, what: readonly string[], index: string | null = null) {
  const path = below(options.tracked.directory, 'events.jsonl');
  const form = ['--text', '--unified=0', '--inter-hunk-context=0', '--patch', '--ignore-submodules'];
  return addedEvents(await collect(options, ['diff', ...PLAIN, ...form, ...what, '--', path], index));
}

const below = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`);

async function collect({ tracked }: RevisionsOptions, args: readonly string[], index: string | null = null) {
  const chunks: Uint8Array[] = [];
  await answerOf(tracked.repository, args, {
    onOutput: (bytes) => chunks.push(bytes),
    ...(index === null ? {} : { place: { GIT_INDEX_FILE: index } as const }),
  });
  return Buffer.concat(chunks).toString('utf8');
}
