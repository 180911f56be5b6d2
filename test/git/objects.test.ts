import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isRevisionName, parseRevisionRange, revisionName } from '../../src/domain/git-names.ts';
import { readBlobs } from '../../src/git/blobs.ts';
import { findCommit, findMergeBase, listTree, readCommitTime, resolveCommit } from '../../src/git/objects.ts';
import { findBareRepository, findRepository } from '../../src/git/repository.ts';
import { temporaryDirectory } from '../support/cli.ts';

function start() {
  const cwd = temporaryDirectory();
  const git = (words: readonly string[], input?: string): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], {
      cwd,
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      env: {
        PATH: process.env.PATH,
        HOME: cwd,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_COMMITTER_DATE: '2026-01-02T03:04:05+0200',
      },
    }).trim();
  git(['init', '--quiet', '--initial-branch=main']);
  return { cwd, git, repository: findRepository(cwd)! };
}

describe('the name of a revision', () => {
  test.each(['HEAD', 'main', 'v1.0', 'HEAD~3^2', '@{-1}', 'HEAD^{/fix the thing}', 'feature/ä'])(
    '%j is one',
    (name) => {
      expect(revisionName(name)).toBe(name);
    },
  );

  test.each([
    '',
    '-x',
    '--all',
    '--output=/tmp/x',
    '^HEAD',
    'a..b',
    'a\nb',
    'a\0b',
    'x'.repeat(1001),
    '\ud800',
  ])('%j is none', (name) => {
    expect(isRevisionName(name)).toBe(false);
    expect(() => revisionName(name)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test.each([
    ['main', { before: 'main', after: null, fromMergeBase: false }],
    ['a..b', { before: 'a', after: 'b', fromMergeBase: false }],
    ['a...b', { before: 'a', after: 'b', fromMergeBase: true }],
    ['..b', { before: 'HEAD', after: 'b', fromMergeBase: false }],
    ['a...', { before: 'a', after: 'HEAD', fromMergeBase: true }],
  ])('%s is read as git reads it', (text, range) => {
    expect(parseRevisionRange(text)).toEqual(range);
  });

  test.each(['a..b..c', '--x..b', 'a..-b', '^a..b'])('%s is no range', (text) => {
    expect(() => parseRevisionRange(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('commits', () => {
  test('are found by their names, and by nothing else', async () => {
    const { git, repository } = start();
    await expect(resolveCommit(repository, 'HEAD')).rejects.toMatchObject({
      code: 'REVISION_NOT_FOUND',
      hint: expect.stringContaining('no commit yet'),
    });
    git(['commit', '--quiet', '--allow-empty', '-m', 'one']);
    const oid = git(['rev-parse', 'HEAD']);
    git(['tag', '-a', '-m', 'a tag', 'v1']);
    for (const name of ['HEAD', 'main', 'v1', oid.slice(0, 8), 'HEAD^{/one}'])
      expect(await findCommit(repository, name), name).toBe(oid);
    for (const name of ['nope', '--all', 'HEAD^{tree}', 'HEAD~1', '--output=x', 'main --'])
      expect(await findCommit(repository, name), name).toBeNull();
    expect(await readCommitTime(repository, oid)).toBe(Date.parse('2026-01-02T01:04:05Z'));
  });

  test('have a merge base, or say that they have none', async () => {
    const { git, repository } = start();
    const commit = (tree: string, ...parents: string[]): string =>
      git(['commit-tree', '-m', `${parents}`, ...parents.flatMap((parent) => ['-p', parent]), tree]);
    const tree = git(['mktree'], '');
    const base = commit(tree);
    const [one, other] = [commit(tree, base), commit(tree, base, base)];
    expect(await findMergeBase(repository, one, other)).toBe(base);
    const stranger = git(['commit-tree', '-m', 'stranger', tree]);
    await expect(findMergeBase(repository, one, stranger)).rejects.toMatchObject({
      code: 'REVISION_NOT_FOUND',
    });
  });
});

describe('contents', () => {
  test('of many sizes come whole, whatever the chunks', async () => {
    const { git, repository } = start();
    const texts = Array.from({ length: 60 }, (_, i) => `${i}\n${'x\n'.repeat((i * 7919) % 70_000)}`);
    const oids = texts.map((text) => git(['hash-object', '-w', '--stdin'], text));
    const found = await readBlobs(repository, ['0'.repeat(40), ...oids, oids[3]!], 1_000_000);
    expect(found.size).toBe(60);
    texts.forEach((text, i) => {
      expect(found.get(oids[i]!)?.bytes?.toString('utf8') === text, `text ${i}`).toBe(true);
    });
    const small = await readBlobs(repository, oids, 1000);
    texts.forEach((text, i) => {
      const { size, bytes } = small.get(oids[i]!)!;
      expect([size, bytes === null]).toEqual([text.length, text.length > 1000]);
    });
  });

  test('of what is no file, or has no name, are absent', async () => {
    const { git, repository } = start();
    const tree = git(['mktree'], '');
    const empty = git(['hash-object', '-w', '--stdin'], '');
    const found = await readBlobs(repository, [tree, 'x\ny', 'HEAD:nope', empty], 10);
    expect([...found]).toEqual([[empty, { size: 0, bytes: Buffer.alloc(0) }]]);
    expect(await readBlobs(repository, [], 10)).toEqual(new Map());
  });
});

test('names with blanks, quotes and wildcards are names', async () => {
  const { git, repository } = start();
  const empty = git(['hash-object', '-w', '--stdin'], '');
  for (const path of ['a b*/x"y\n.json', 'a bc/z.json'])
    git(['update-index', '--add', '--cacheinfo', '100644', empty, path]);
  git(['commit', '--quiet', '-m', 'one']);
  expect([...(await listTree(repository, 'HEAD', 'a b*')).keys()]).toEqual(['x"y\n.json']);
  expect((await listTree(repository, 'HEAD', 'nope')).size).toBe(0);
  expect((await listTree(repository, 'HEAD', '')).size).toBe(2);
});

test('a bare repository is found from inside of it', () => {
  const { cwd, git } = start();
  git(['clone', '--quiet', '--bare', '.', 'bare.git']);
  expect(findBareRepository(`${cwd}/bare.git/refs`)?.topLevel).toBe(`${cwd}/bare.git`);
  expect(findBareRepository(cwd)).toBeNull();
});
