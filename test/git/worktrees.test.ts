import { cpSync, mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examineRepository, hasBranch, listTrackedStores, readGitVersion } from '../../src/git/examine.ts';
import { findRepository } from '../../src/git/repository.ts';
import { listWorktrees, workplaceOf } from '../../src/git/worktrees.ts';
import { makeSandbox } from '../support/binary.ts';
import { makeWorkTrees } from '../support/work-trees.ts';

const list = (directory: string, storeName: string | null = '.jit') =>
  listWorktrees(findRepository(directory)!, storeName);
const named = (directory: string, name: string) => list(directory).find((tree) => tree.name === name);

describe('the work trees of a repository', () => {
  test('one', () => {
    const { repository } = makeWorkTrees();
    expect(list(repository)).toEqual([
      {
        name: '.',
        path: repository,
        recorded: repository,
        branch: 'main',
        locked: null,
        state: 'present',
        here: true,
        store: true,
      },
    ]);
  });

  test('linked ones, the same seen from each', () => {
    const { repository, git, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('one'));
    git('worktree', 'add', '--quiet', '--detach', beside('two'));
    rmSync(join(beside('two'), '.jit'), { recursive: true });
    const seen = (directory: string) =>
      list(directory).map(({ name, path, branch, state, store, here }) => [
        name,
        path,
        branch,
        state,
        store,
        here,
      ]);
    const rows = (here: number) => [
      ['.', repository, 'main', 'present', true, here === 0],
      ['worktrees/one', beside('one'), 'a', 'present', true, here === 1],
      ['worktrees/two', beside('two'), null, 'present', false, here === 2],
    ];
    expect(seen(repository)).toEqual(rows(0));
    expect(seen(beside('one'))).toEqual(rows(1));
    expect(seen(beside('two'))).toEqual(rows(2));
  });

  test('as git lists them itself', () => {
    const { repository, git, gitIn, beside } = makeWorkTrees();
    for (const name of ['a b', 'ü', 'same', 'deep/same'])
      git('worktree', 'add', '--quiet', '-b', `b-${name.length}`, beside(name));
    git('worktree', 'lock', '--reason', 'on a stick', beside('ü'));
    rmSync(beside('same'), { recursive: true });
    const said = gitIn(repository, 'worktree', 'list', '--porcelain')
      .trimEnd()
      .split('\n\n')
      .map((entry) => {
        const value = (key: string) => entry.match(new RegExp(`^${key}(?: (.*))?$`, 'm'));
        return [
          value('worktree')![1],
          value('branch')?.[1]?.replace('refs/heads/', '') ?? null,
          value('locked') === null ? null : (value('locked')![1] ?? ''),
          value('prunable') !== null,
        ];
      });
    const ours = list(repository).map(({ path, branch, locked, state }) => [
      path,
      branch,
      locked,
      state === 'gone',
    ]);
    expect(ours.length).toBe(5);
    expect([...ours].sort()).toEqual([...said].sort());
  });

  test('removed with rm -rf', () => {
    const { repository, git, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    rmSync(beside('tree'), { recursive: true });
    expect(named(repository, 'worktrees/tree')).toMatchObject({
      state: 'gone',
      recorded: beside('tree'),
      locked: null,
      store: null,
    });
    git('worktree', 'prune');
    expect(named(repository, 'worktrees/tree')).toBeUndefined();
  });

  test('moved by hand: seen from inside it was moved, from outside it is gone; git repairs it', () => {
    const { repository, git, gitIn, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    renameSync(beside('tree'), beside('elsewhere'));
    expect(workplaceOf(findRepository(beside('elsewhere')), '/')).toEqual({
      worktree: 'worktrees/tree',
      path: beside('elsewhere'),
      branch: 'a',
    });
    expect(named(beside('elsewhere'), 'worktrees/tree')).toMatchObject({
      state: 'moved',
      path: beside('elsewhere'),
      recorded: beside('tree'),
      here: true,
      store: true,
    });
    expect(named(repository, 'worktrees/tree')).toMatchObject({ state: 'gone', path: beside('tree') });
    gitIn(beside('elsewhere'), 'worktree', 'repair');
    expect(named(repository, 'worktrees/tree')).toMatchObject({
      state: 'present',
      path: beside('elsewhere'),
    });
  });

  test('a copy passes for the work tree that it was copied from', () => {
    const { git, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    cpSync(beside('tree'), beside('copy'), { recursive: true });
    expect(named(beside('copy'), 'worktrees/tree')).toMatchObject({
      state: 'copied',
      path: beside('copy'),
      recorded: beside('tree'),
    });
    expect(named(beside('tree'), 'worktrees/tree')).toMatchObject({ state: 'present' });
  });

  test('another repository at its place', () => {
    const { repository, git, gitIn, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    rmSync(beside('tree'), { recursive: true });
    mkdirSync(beside('tree'));
    gitIn(beside('tree'), 'init', '--quiet');
    expect(named(repository, 'worktrees/tree')).toMatchObject({ state: 'replaced', store: null });
  });

  test('locked, with a reason and without, also where its directory is gone', () => {
    const { repository, git, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    git('worktree', 'lock', beside('tree'));
    expect(named(repository, 'worktrees/tree')).toMatchObject({ state: 'present', locked: '' });
    git('worktree', 'unlock', beside('tree'));
    git('worktree', 'lock', '--reason', 'on a stick', beside('tree'));
    rmSync(beside('tree'), { recursive: true });
    expect(named(repository, 'worktrees/tree')).toMatchObject({ state: 'gone', locked: 'on a stick' });
  });

  test("git's own record is damaged", () => {
    const { repository, git, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    truncateSync(join(repository, '.git', 'worktrees', 'tree', 'gitdir'));
    expect(named(repository, 'worktrees/tree')).toMatchObject({ state: 'broken', recorded: null });
    expect(named(beside('tree'), 'worktrees/tree')).toMatchObject({ state: 'broken', path: beside('tree') });
  });

  test('of a bare repository: there is no main one', () => {
    const { repository, gitIn, beside } = makeWorkTrees();
    gitIn(repository, 'clone', '--quiet', '--bare', repository, beside('bare.git'));
    gitIn(beside('bare.git'), 'worktree', 'add', '--quiet', beside('one'), 'main');
    gitIn(beside('bare.git'), 'worktree', 'add', '--quiet', '-b', 'b', beside('two'));
    expect(list(beside('one')).map(({ name, path }) => [name, path])).toEqual([
      ['worktrees/one', beside('one')],
      ['worktrees/two', beside('two')],
    ]);
  });

  test('of a submodule', () => {
    const { repository, gitIn, beside } = makeWorkTrees();
    gitIn(repository, 'clone', '--quiet', repository, beside('library'));
    gitIn(repository, 'submodule', '--quiet', 'add', beside('library'), 'sub');
    const sub = join(repository, 'sub');
    gitIn(sub, 'worktree', 'add', '--quiet', '-b', 'other', beside('of-sub'));
    const paths = [
      ['.', sub, 'main'],
      ['worktrees/of-sub', beside('of-sub'), 'other'],
    ];
    const seen = (directory: string) => list(directory).map(({ name, path, branch }) => [name, path, branch]);
    expect(seen(sub)).toEqual(paths);
    expect(seen(beside('of-sub')), 'its work tree is found by core.worktree').toEqual(paths);
  });

  test('of a git directory that stands apart: only the main one knows where it is itself', () => {
    const { repository, gitIn, beside } = makeWorkTrees();
    gitIn(repository, 'clone', '--quiet', '--separate-git-dir', beside('apart'), repository, beside('w'));
    gitIn(beside('w'), 'worktree', 'add', '--quiet', '-b', 'b', beside('linked'));
    expect(named(beside('w'), '.')).toMatchObject({ path: beside('w'), store: true });
    expect(named(beside('linked'), '.')).toMatchObject({ path: null, state: 'present', store: null });
  });

  test('the store is looked for where it is here', () => {
    const { repository, git, beside } = makeWorkTrees();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    expect(list(repository, 'sub/.jit').map(({ store }) => store)).toEqual([false, false]);
    expect(list(repository, null).map(({ store }) => store)).toEqual([null, null]);
  });
});

describe('the kind of repository', () => {
  const kindOf = (directory: string) => examineRepository(directory).kind;

  test('main, linked, of a bare one, submodule, apart, bare, none', () => {
    const { repository, git, gitIn, beside } = makeWorkTrees();
    expect(examineRepository(join(repository, '.jit'))).toEqual({
      kind: 'main',
      topLevel: repository,
      gitDir: join(repository, '.git'),
      commonDir: join(repository, '.git'),
      branch: 'main',
      bare: false,
      broken: null,
    });
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    expect(kindOf(beside('tree'))).toBe('linked');
    gitIn(repository, 'clone', '--quiet', '--bare', repository, beside('bare.git'));
    expect(kindOf(beside('bare.git'))).toBe('bare');
    gitIn(beside('bare.git'), 'worktree', 'add', '--quiet', beside('of-bare'), 'main');
    expect(examineRepository(beside('of-bare'))).toMatchObject({ kind: 'linked', bare: true });
    gitIn(repository, 'submodule', '--quiet', 'add', beside('bare.git'), 'sub');
    expect(kindOf(join(repository, 'sub'))).toBe('submodule');
    gitIn(repository, 'clone', '--quiet', '--separate-git-dir', beside('apart'), repository, beside('w'));
    expect(kindOf(beside('w'))).toBe('apart');
    expect(kindOf(makeSandbox({ git: false }).repository)).toBe('none');
  });

  test('a work tree inside another, whose own repository was moved away, does not pass for the outer one', () => {
    const { repository, gitIn, beside } = makeWorkTrees();
    gitIn(repository, 'clone', '--quiet', repository, beside('inner'));
    const tree = join(repository, 'nested');
    gitIn(beside('inner'), 'worktree', 'add', '--quiet', '-b', 'n', tree);
    renameSync(beside('inner'), beside('moved'));
    expect(findRepository(tree)).toBeNull();
    expect(examineRepository(tree)).toMatchObject({
      kind: 'broken',
      broken: { file: join(tree, '.git'), target: join(beside('inner'), '.git', 'worktrees', 'nested') },
    });
    gitIn(beside('moved'), 'worktree', 'repair', tree);
    expect(workplaceOf(findRepository(tree), tree)).toMatchObject({ worktree: 'worktrees/nested' });
  });

  test('a directory that is laid out round a bare repository', () => {
    const { repository, gitIn, beside } = makeWorkTrees();
    mkdirSync(beside('project'));
    gitIn(repository, 'clone', '--quiet', '--bare', repository, beside('project/.bare'));
    gitIn(beside('project/.bare'), 'worktree', 'add', '--quiet', beside('project/main'), 'main');
    expect(examineRepository(beside('project/main'))).toMatchObject({ kind: 'linked', bare: true });
    expect(list(beside('project/main')).map(({ name }) => name)).toEqual(['worktrees/main']);
  });
});

test('whether a branch is there: loose, packed, none', () => {
  const { repository, git } = makeWorkTrees();
  const common = join(repository, '.git');
  git('branch', 'a/b');
  expect(hasBranch(common, 'a/b')).toBe(true);
  git('pack-refs', '--all');
  expect(hasBranch(common, 'a/b')).toBe(true);
  expect(hasBranch(common, 'b')).toBe(false);
  expect(hasBranch(common, 'a')).toBe(false);
  expect(hasBranch(common, '../../HEAD')).toBe(false);
});

test('the version of git, and the tracked stores, whatever a hook has in its environment', () => {
  const { repository, env, git } = makeWorkTrees();
  const other = makeWorkTrees();
  const astray = {
    ...env,
    GIT_DIR: join(other.repository, '.git'),
    GIT_WORK_TREE: other.repository,
    GIT_INDEX_FILE: '/nowhere/index',
  };
  mkdirSync(join(repository, 'part', '.jit'), { recursive: true });
  cpSync(join(repository, '.jit'), join(repository, 'part', '.jit'), { recursive: true });
  git('add', '-A');
  expect([...listTrackedStores(repository, astray)].sort()).toEqual(['.jit', 'part/.jit']);
  expect(readGitVersion(repository, astray)).toMatch(/^\d+\.\d+/);
  expect(readGitVersion(repository, { ...env, PATH: '/nowhere' })).toBeNull();
  expect(listTrackedStores(repository, { ...env, PATH: '/nowhere' })).toEqual([]);
});
