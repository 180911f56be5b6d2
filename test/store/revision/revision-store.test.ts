import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBlobs } from '../../../src/git/blobs.ts';
import { listIndex, listTree } from '../../../src/git/objects.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { openTree, standingClock } from '../../../src/main/revisions.ts';
import { findTracked } from '../../../src/main/tracked.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import { contentOf } from '../../conformance/store.ts';
import { temporaryDirectory } from '../../support/cli.ts';
import { testedIndex } from '../../support/index-env.ts';
import { GATES, idOf, issueWith, NOW } from '../../support/issues.ts';

const clock = standingClock(Date.parse(NOW));

/** A repository with a store of files in it, and the same store as git has it. */
function start(format: 'sha1' | 'sha256' = 'sha1', below = '') {
  const cwd = temporaryDirectory();
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' },
    });
  git('init', '--quiet', '--initial-branch=main', `--object-format=${format}`);
  const root = join(cwd, below);
  mkdirSync(root, { recursive: true });
  const place = { root, dir: join(root, '.jit') };
  initializeFilesStore({ ...place, gates: GATES });
  const files = openFilesStore({ ...place, clock, durability: 'fast', index: testedIndex() });
  const commit = (): string => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'work');
    return git('rev-parse', 'HEAD').trim();
  };
  const repository = findRepository(root)!;
  const tracked = findTracked(place, repository);
  const at = async (oid: string) =>
    openTree(tracked, oid, await listTree(repository, oid, tracked.directory), clock);
  const staged = async () =>
    openTree(tracked, 'the index', await listIndex(repository, tracked.directory, null), clock);
  return { cwd, dir: place.dir, git, files, commit, at, staged, repository, tracked };
}

const put = (store: ReturnType<typeof openFilesStore>, ...numbers: readonly number[]) =>
  store.transact(async () => ({
    issues: numbers.map((number) =>
      issueWith(number, { labels: ['ä'], dependencies: number > 1 ? [idOf(number - 1)] : [] }),
    ),
    events: numbers.map((number) => ({
      ts: NOW,
      event: 'issue.created',
      id: idOf(number),
      eid: idOf(1000 + number),
      by: 'agent:a',
      changes: {},
    })),
    result: 0,
  }));

describe.each(['sha1', 'sha256'] as const)('the store at a revision of a %s repository', (format) => {
  test.each(['', 'tools/work'])('says what the files said then (%j)', async (below) => {
    const { files, commit, at, staged } = start(format, below);
    await put(files, 1, 2, 3);
    const before = await contentOf(files);
    const first = commit();
    await put(files, 4);
    const after = await contentOf(files);
    expect(await contentOf(await at(first))).toEqual(before);
    expect(await contentOf(await at(commit()))).toEqual(after);
    expect(await contentOf(await staged())).toEqual(after);
  });
});

test('an empty store is one at a revision, too', async () => {
  const { files, commit, at } = start();
  expect(await contentOf(await at(commit()))).toEqual(await contentOf(files));
});

test('nothing can be changed', async () => {
  const { commit, at } = start();
  const store = await at(commit());
  await expect(store.transact(async () => ({ issues: [], events: [], result: 0 }))).rejects.toMatchObject({
    code: 'USAGE',
  });
  await expect(store.sweep()).rejects.toMatchObject({ code: 'USAGE' });
  await expect(store.repair(true)).rejects.toMatchObject({ code: 'USAGE' });
  expect(await store.repair(false)).toEqual([]);
  await (await store.watch(() => {}))();
});

test('what cannot be read is named as in a store of files, and the rest is served', async () => {
  const { dir, files, commit, at } = start();
  await put(files, 1, 2, 3, 4);
  const file = (number: number): string => join(dir, 'issues', `${idOf(number)}.json`);
  writeFileSync(file(1), '<<<<<<< HEAD\n');
  writeFileSync(file(2), Buffer.from([0x7b, 0xff, 0x7d]));
  rmSync(file(3));
  symlinkSync('/etc/passwd', file(3));
  writeFileSync(file(5), 'x'.repeat(1024 * 1024 + 1));
  mkdirSync(file(6));
  writeFileSync(join(file(6), 'inside'), '');
  writeFileSync(join(dir, 'issues', 'stray.txt'), '');
  const expected = await contentOf(files);
  const store = await at(commit());
  expect(await contentOf(store)).toEqual(expected);
  expect(await store.inspect()).toEqual(await files.inspect());
});

test('what is asked for together is loaded together, and nothing twice', async () => {
  const { files, commit, repository, tracked } = start();
  await put(files, 1, 2, 3, 4);
  const tree = await listTree(repository, commit(), tracked.directory);
  const { openRevisionStore } = await import('../../../src/store/revision/revision-store.ts');
  const loads: number[] = [];
  const store = openRevisionStore({
    name: 'x',
    dir: '/r/.jit',
    content: {
      files: new Map([...tree].map(([path, { oid }]) => [path, { kind: 'file', oid }])),
      load: (oids, most) => {
        loads.push(oids.length);
        return readBlobs(repository, oids, most);
      },
    },
    open: (disk) => openFilesStore({ root: '/r', dir: '/r/.jit', clock, disk }),
  });
  await store.read(async (view) => {
    expect(await view.ids()).toHaveLength(4);
    await Promise.all([view.get(idOf(1)), view.get(idOf(2)), view.get(idOf(1)), view.get(idOf(9))]);
    await view.get(idOf(2));
    expect((await view.select({ where: { op: 'all' } })).total).toBe(4);
    await view.graph();
  });
  // The documents; two issues; the .gitkeep and the others.
  expect(loads).toEqual([3, 2, 3]);
});

test('a file that a stopped merge left in several versions is named', async () => {
  const { dir, git, files, commit, staged } = start();
  await put(files, 1, 2);
  const base = commit();
  const path = join(dir, 'issues', `${idOf(1)}.json`);
  const write = (title: string): void => writeFileSync(path, JSON.stringify(issueWith(1, { title })));
  write('ours');
  commit();
  git('checkout', '--quiet', '-b', 'other', base);
  write('theirs');
  commit();
  expect(() => git('merge', '--quiet', 'main')).toThrow();
  const store = await staged();
  const found = await store.read(async (view) => {
    await expect(view.get(idOf(1))).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
    return [(await view.get(idOf(2)))?.id, view.problems().map(({ id }) => id)];
  });
  expect(found).toEqual([idOf(2), [idOf(1)]]);
});

test('an object that the repository lacks makes its file unreadable, not the board', async () => {
  const { git, cwd, files, commit, at } = start();
  await put(files, 1, 2);
  const oid = commit();
  const blob = git('rev-parse', `${oid}:.jit/issues/${idOf(1)}.json`).trim();
  rmSync(join(cwd, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  const store = await at(oid);
  const { total, problems } = await store.read(async (view) => ({
    total: (await view.select({ where: { op: 'all' } })).total,
    problems: view.problems(),
  }));
  expect(total).toBe(1);
  expect(problems).toMatchObject([{ id: idOf(1), code: 'unreadable' }]);
});
