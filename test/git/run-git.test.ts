import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runGit } from '../../src/git/run-git.ts';

const made: string[] = [];

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'jit-run-git-'));
  made.push(path);
  return path;
}

/** A PATH whose first `git` is this shell script. */
function pathWith(script: string): string {
  const programs = join(directory(), 'bin');
  mkdirSync(programs);
  writeFileSync(join(programs, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, 'git'), 0o755);
  return `${programs}${delimiter}${process.env.PATH}`;
}

const here = { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };

test('gives what git said, to the last newline, and how it ended', async () => {
  const cwd = directory();
  expect(await runGit(cwd, ['init', '--quiet', '.'], { env: here })).toMatchObject({ status: 0, stdout: '' });
  const input = 'one\ntwo';
  const hashed = await runGit(cwd, ['hash-object', '-w', '--stdin'], { env: here, input });
  expect(hashed).toMatchObject({ status: 0, stderr: '', timedOut: false });
  expect(hashed.stdout).toMatch(/^[0-9a-f]{40}\n$/);
  const read = await runGit(cwd, ['cat-file', 'blob', hashed.stdout.trim()], { env: here });
  expect(read.stdout).toBe(input);
  const failed = await runGit(cwd, ['rev-parse', '--verify', 'nothing'], { env: here });
  expect(failed.status).toBe(128);
  expect(failed.stderr).toContain('fatal: ');
});

test('what a hook has in its environment leads it nowhere else', async () => {
  const [own, other] = [directory(), directory()];
  for (const cwd of [own, other]) await runGit(cwd, ['init', '--quiet', '.'], { env: here });
  const env = {
    ...here,
    GIT_DIR: join(other, '.git'),
    GIT_WORK_TREE: other,
    GIT_INDEX_FILE: join(other, 'index'),
    GIT_OBJECT_DIRECTORY: join(other, '.git/objects'),
    GIT_COMMON_DIR: join(other, '.git'),
    GIT_NAMESPACE: 'elsewhere',
    GIT_CEILING_DIRECTORIES: own,
    GIT_PREFIX: 'sub/',
    GIT_QUARANTINE_PATH: other,
  };
  const asked = ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-path', 'index'];
  expect((await runGit(own, asked, { env })).stdout).toBe(`${own}\n${own}/.git\n.git/index\n`);
});

test('only what says how to reach a remote stays of the environment of git', async () => {
  const PATH = pathWith('env | grep -e ^GIT_ -e ^LC_ALL -e ^HOME | sort');
  const stays = {
    GIT_ASKPASS: 'x',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'a.b',
    GIT_CONFIG_VALUE_0: 'c',
    GIT_CONFIG_GLOBAL: '/g',
    GIT_HTTP_LOW_SPEED_TIME: '3',
    GIT_SSH: 's',
    GIT_SSH_COMMAND: 'ssh -x',
    GIT_SSL_CAINFO: '/ca',
  };
  const goes = {
    GIT_DIR: '/d',
    GIT_ALTERNATE_OBJECT_DIRECTORIES: '/o',
    GIT_REFLOG_ACTION: 'r',
    GIT_NEW: 'n',
  };
  const env = { PATH, HOME: '/h', LC_ALL: 'de_DE', GIT_TERMINAL_PROMPT: '1', ...stays, ...goes };
  const { stdout } = await runGit('/', ['x'], { env, place: { GIT_DIR: '/mine' } });
  const expected = { ...stays, GIT_DIR: '/mine', GIT_TERMINAL_PROMPT: '0', HOME: '/h', LC_ALL: 'C' };
  expect(stdout.trim().split('\n').sort()).toEqual(
    Object.entries(expected)
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
  );
});

test('it does not inherit a terminal to ask on', async () => {
  // Opening /dev/tty fails in a session that has none.
  const PATH = pathWith('(: < /dev/tty) 2>/dev/null && echo terminal || echo none; cat');
  const { stdout } = await runGit('/', ['x'], { env: { PATH } });
  expect(stdout).toBe('none\n');
});

test('git that is not there is GIT', async () => {
  await expect(runGit('/', ['version'], { env: { PATH: '/nonexistent' } })).rejects.toMatchObject({
    code: 'GIT',
    exit: 8,
  });
  await expect(runGit('/nonexistent', ['version'])).rejects.toMatchObject({ code: 'GIT' });
});

test('git that is killed has no status', async () => {
  const PATH = pathWith('kill -KILL $$');
  expect(await runGit('/', ['x'], { env: { PATH } })).toMatchObject({ status: null, timedOut: false });
});

test('when its time is up, it is stopped with everything it started', async () => {
  const PATH = pathWith('sleep 100 & echo $!; wait');
  const ran = await runGit('/', ['x'], { env: { PATH }, timeout: 300 });
  expect(ran).toMatchObject({ status: null, timedOut: true });
  const child = Number(ran.stdout);
  expect(child).toBeGreaterThan(1);
  await expect
    .poll(() => spawnSync('ps', ['-o', 'stat=', '-p', `${child}`]).stdout.toString())
    .toMatch(/^(Z.*\n)?$/);
});

test('what does not stop when it is asked to is killed', async () => {
  const PATH = pathWith(`trap '' TERM; while :; do sleep 0.1; done`);
  const ran = await runGit('/', ['x'], { env: { PATH }, timeout: 200 });
  expect(ran).toMatchObject({ status: null, timedOut: true });
});

test('a child that stays in the background with the output open holds nobody up', async () => {
  const PATH = pathWith('setsid sleep 8 & echo done; exit 3');
  const started = Date.now();
  expect(await runGit('/', ['x'], { env: { PATH } })).toMatchObject({ status: 3, stdout: 'done\n' });
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('output without end is cut off', async () => {
  const PATH = pathWith('exec yes');
  await expect(runGit('/', ['x'], { env: { PATH } })).rejects.toMatchObject({ code: 'GIT' });
});
