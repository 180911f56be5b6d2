import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHeadCommit } from '../../src/git/head-commit.ts';
import { findRepository } from '../../src/git/repository.ts';
import { readUserName } from '../../src/git/user-name.ts';
import { makeSandbox, type Sandbox } from '../support/binary.ts';
import { temporaryDirectory } from '../support/cli.ts';

function commit(sandbox: Sandbox, message = 'x'): string {
  sandbox.git('commit', '--quiet', '--allow-empty', '--message', message);
  return sandbox.git('rev-parse', 'HEAD').trim();
}
const headOf = (directory: string) => readHeadCommit(findRepository(directory)!);

describe('finding the repository', () => {
  test('from any directory in it', () => {
    const { repository } = makeSandbox();
    const deep = join(repository, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    const gitDir = join(repository, '.git');
    expect(findRepository(deep)).toEqual({ topLevel: repository, gitDir, commonDir: gitDir });
  });

  test('none', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, '.git'));
    expect(findRepository(directory), 'an empty .git is none').toBeNull();
    const other = temporaryDirectory();
    writeFileSync(join(other, '.git'), 'nonsense');
    expect(findRepository(other), 'a .git file that leads nowhere is none').toBeNull();
  });

  test('of a linked work tree, and of a submodule', () => {
    const sandbox = makeSandbox();
    const head = commit(sandbox);
    const tree = join(sandbox.repository, '..', 'tree');
    sandbox.git('worktree', 'add', '--quiet', '-b', 'other', tree);
    expect(findRepository(tree)).toEqual({
      topLevel: tree,
      gitDir: join(sandbox.repository, '.git', 'worktrees', 'tree'),
      commonDir: join(sandbox.repository, '.git'),
    });
    expect(headOf(tree)).toBe(head);
    sandbox.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', sandbox.repository, 'sub');
    expect(findRepository(join(sandbox.repository, 'sub'))?.topLevel).toBe(join(sandbox.repository, 'sub'));
    expect(headOf(join(sandbox.repository, 'sub'))).toBe(head);
  });
});

describe('the commit of HEAD', () => {
  test('none before the first', () => {
    expect(headOf(makeSandbox().repository)).toBeNull();
  });

  test('loose, packed, detached, and on a branch with slashes', () => {
    const sandbox = makeSandbox();
    const { repository, git } = sandbox;
    const first = commit(sandbox);
    expect(headOf(repository)).toBe(first);
    git('pack-refs', '--all');
    expect(headOf(repository)).toBe(first);
    const second = commit(sandbox, 'y');
    expect(headOf(repository), 'loose goes before packed').toBe(second);
    git('checkout', '--quiet', '--detach', first);
    expect(headOf(repository)).toBe(first);
    git('checkout', '--quiet', '-b', 'a/b/c', second);
    expect(headOf(repository)).toBe(second);
  });

  test('a reference that leads in a circle, or out of the repository, is none', () => {
    const { repository } = makeSandbox();
    const head = join(repository, '.git', 'HEAD');
    writeFileSync(join(repository, '.git', 'refs', 'heads', 'loop'), 'ref: refs/heads/loop\n');
    writeFileSync(head, 'ref: refs/heads/loop\n');
    expect(headOf(repository)).toBeNull();
    writeFileSync(head, 'ref: refs/../../secret\n');
    writeFileSync(join(repository, 'secret'), 'a'.repeat(40));
    expect(headOf(repository)).toBeNull();
  });

  test('in a repository of SHA-256', () => {
    const { repository, env } = makeSandbox({ git: false });
    const git = (...words: string[]) =>
      execFileSync('git', words, { cwd: repository, env, encoding: 'utf8' });
    git('init', '--quiet', '--object-format=sha256');
    git('commit', '--quiet', '--allow-empty', '--message', 'x');
    expect(headOf(repository)).toBe(git('rev-parse', 'HEAD').trim());
  });
});

test("git's user name, or none", () => {
  const { repository, env, git } = makeSandbox();
  expect(readUserName(repository, env)).toBeNull();
  git('config', 'user.name', 'Zoë  Q.');
  expect(readUserName(repository, env)).toBe('Zoë  Q.');
  expect(readUserName(repository, { ...env, PATH: '/nowhere' })).toBeNull();
  const other = makeSandbox();
  other.git('config', 'user.name', 'Somebody Else');
  const hook = { ...env, GIT_DIR: join(other.repository, '.git'), GIT_INDEX_FILE: '/nowhere' };
  expect(readUserName(repository, hook), 'in a hook of another repository').toBe('Zoë  Q.');
});
