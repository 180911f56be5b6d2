import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdsOneVersionEach, isSurelyMerged } from '../../src/git/index-file.ts';
import { findRepository } from '../../src/git/repository.ts';

let cwd: string;
const env = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: cwd,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
});
const git = (...words: string[]): string => execFileSync('git', words, { cwd, env: env(), encoding: 'utf8' });
const isMerged = (): boolean => isSurelyMerged(findRepository(cwd)!, null);
const index = (): Buffer => readFileSync(join(cwd, '.git', 'index'));

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'jit-index-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function fill(...setup: readonly string[]): void {
  git('init', '--quiet', '--initial-branch=main', ...setup);
  // Names of every length up to a few words of eight bytes.
  for (let length = 1; length < 30; length += 1) writeFileSync(join(cwd, 'f'.repeat(length)), `${length}`);
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
}

/** A merge that stops at the file `f`. */
function stopMerge(): void {
  git('checkout', '--quiet', '-b', 'side');
  writeFileSync(join(cwd, 'f'), 'side');
  git('commit', '--quiet', '-a', '-m', 'side');
  git('checkout', '--quiet', 'main');
  writeFileSync(join(cwd, 'f'), 'main');
  git('commit', '--quiet', '-a', '-m', 'main');
  expect(spawnSync('git', ['merge', 'side'], { cwd, env: env() }).status).toBe(1);
  expect(git('ls-files', '-u')).not.toBe('');
}

describe.each(['2', '3', '4'])('version %s', (version) => {
  const prepare = (): void => {
    fill();
    if (version === '3') {
      // What is only meant to be added makes the entries longer.
      writeFileSync(join(cwd, 'meant'), 'x');
      git('add', '--intent-to-add', 'meant');
    } else git('update-index', '--index-version', version);
    expect(index().readUInt32BE(4)).toBe(Number(version));
  };

  test('an index without conflicts is understood', () => {
    prepare();
    expect(isMerged()).toBe(true);
  });

  test('a merge that stopped is seen', () => {
    fill();
    git('config', 'index.version', version);
    git('update-index', '--index-version', version);
    stopMerge();
    expect(isMerged()).toBe(false);
  });

  test('what is cut or longer is not understood, wherever', () => {
    prepare();
    const whole = index();
    for (let length = 0; length < whole.length; length += 7)
      expect(holdsOneVersionEach(whole.subarray(0, length))).toBe(false);
    expect(holdsOneVersionEach(Buffer.concat([whole, Buffer.alloc(3)]))).toBe(false);
  });
});

test('without an index there is nothing to merge', () => {
  git('init', '--quiet');
  expect(isMerged()).toBe(true);
});

test('a split index is left to git', () => {
  fill();
  git('update-index', '--split-index');
  expect(isMerged()).toBe(false);
});

test('an index with longer hashes is left to git', () => {
  fill('--object-format=sha256');
  expect(isMerged()).toBe(false);
});

test('an index that was named and is not there is left to git', () => {
  fill();
  expect(isSurelyMerged(findRepository(cwd)!, join(cwd, '.git', 'none'))).toBe(false);
});
