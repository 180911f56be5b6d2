import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRepository } from '../../src/git/repository.ts';
import { workplaceOf } from '../../src/git/worktrees.ts';
import { makeSandbox } from '../support/binary.ts';
import { makeWorkTrees } from '../support/work-trees.ts';

const placeOf = (directory: string) => workplaceOf(findRepository(directory), directory);

test('the main work tree, on a branch and on none', () => {
  const { repository, git } = makeWorkTrees();
  expect(placeOf(repository)).toEqual({ worktree: '.', path: repository, branch: 'main' });
  git('checkout', '--quiet', '-b', 'feature/a.b');
  expect(placeOf(repository).branch).toBe('feature/a.b');
  git('checkout', '--quiet', '--detach');
  expect(placeOf(repository).branch).toBeNull();
});

test('before the first commit there is a branch all the same', () => {
  expect(placeOf(makeSandbox().repository).branch).toBe('main');
});

test('without git, the directory of the store', () => {
  const { repository } = makeSandbox({ git: false });
  expect(placeOf(repository)).toEqual({ worktree: '.', path: repository, branch: null });
});

test('a linked work tree is named as git names it, wherever it stands', () => {
  const { repository, git, beside, gitIn } = makeWorkTrees();
  git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
  expect(placeOf(beside('tree'))).toEqual({
    worktree: 'worktrees/tree',
    path: beside('tree'),
    branch: 'a',
  });
  // A second one of the same last name gets another name of git's.
  const second = join(repository, 'deep', 'tree');
  git('worktree', 'add', '--quiet', '--detach', second);
  expect(placeOf(second)).toEqual({ worktree: 'worktrees/tree1', path: second, branch: null });
  gitIn(repository, 'worktree', 'move', beside('tree'), beside('elsewhere'));
  expect(placeOf(beside('elsewhere'))).toMatchObject({
    worktree: 'worktrees/tree',
    path: beside('elsewhere'),
  });
});

test('work trees of a bare repository are linked ones, all of them', () => {
  const { repository, beside, gitIn } = makeWorkTrees();
  gitIn(repository, 'clone', '--quiet', '--bare', repository, beside('bare.git'));
  gitIn(beside('bare.git'), 'worktree', 'add', '--quiet', beside('one'), 'main');
  expect(placeOf(beside('one'))).toEqual({ worktree: 'worktrees/one', path: beside('one'), branch: 'main' });
});

test('a submodule is a repository of its own, and so are its work trees', () => {
  const { repository, beside, gitIn, git } = makeWorkTrees();
  gitIn(repository, 'clone', '--quiet', repository, beside('library'));
  gitIn(repository, 'submodule', '--quiet', 'add', beside('library'), 'sub');
  const sub = join(repository, 'sub');
  expect(placeOf(sub)).toEqual({ worktree: '.', path: sub, branch: 'main' });
  gitIn(sub, 'worktree', 'add', '--quiet', '-b', 'other', beside('of-sub'));
  expect(placeOf(beside('of-sub'))).toMatchObject({ worktree: 'worktrees/of-sub', branch: 'other' });
  expect(findRepository(beside('of-sub'))?.commonDir).toBe(join(repository, '.git', 'modules', 'sub'));
  // A submodule checked out in a linked work tree of its superproject is main in its own repository.
  git('commit', '--quiet', '--message', 'sub');
  git('worktree', 'add', '--quiet', '-b', 'linked', beside('linked'));
  gitIn(beside('linked'), 'submodule', '--quiet', 'update', '--init');
  expect(placeOf(join(beside('linked'), 'sub'))).toMatchObject({ worktree: '.' });
});

test('a git directory that stands apart', () => {
  const { beside, gitIn, repository } = makeWorkTrees();
  gitIn(
    repository,
    'init',
    '--quiet',
    '--initial-branch=main',
    '--separate-git-dir',
    beside('apart'),
    beside('w'),
  );
  expect(placeOf(beside('w'))).toEqual({ worktree: '.', path: beside('w'), branch: 'main' });
});
