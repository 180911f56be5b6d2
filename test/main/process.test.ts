import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { writeAll } from '../../src/main/write-all.ts';
import { BINARY, makeSandbox } from '../support/binary.ts';
import { temporaryDirectory } from '../support/cli.ts';

const GONE_MEANWHILE = fileURLToPath(new URL('../support/gone-meanwhile.cjs', import.meta.url));

describe('the program', () => {
  test('starts through the launcher, also as a link and from anywhere', () => {
    const { jit } = makeSandbox();
    expect(jit(['version'], { cwd: '/' })).toMatchObject({
      exit: 0,
      stderr: '',
      stdout: expect.stringMatching(/^\d/),
    });
  });

  test('ends with the exit code of the error', () => {
    const { jit } = makeSandbox();
    expect(jit(['nonsense']).exit).toBe(2);
    const { exit, stdout, json } = jit(['list', '--json']);
    expect({ exit, stdout, kind: json.kind }).toEqual({ exit: 3, stdout: '', kind: 'error' });
  });

  test('says so where the current directory is gone', () => {
    const { repository, env } = makeSandbox();
    const run = (words: string) =>
      spawnSync(
        'sh',
        ['-c', `mkdir gone && cd gone && rmdir ../gone && "$0" "$1" ${words}`, process.execPath, BINARY],
        {
          cwd: repository,
          env,
          encoding: 'utf8',
        },
      );
    for (const words of [
      'list',
      'create T',
      'init',
      'doctor',
      'git merge-driver a b c 7 d',
      'git textconv x',
    ]) {
      const { status, stdout, stderr } = run(words);
      expect({ status, stdout, stderr }, words).toEqual({
        status: 3,
        stdout: '',
        stderr: 'jit: the current directory is gone\nhint: cd to a directory that is there, and again\n',
      });
    }
    expect(JSON.parse(run('list --json').stderr)).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } });
    expect(run('version').status).toBe(0);
  });

  test('answers also where the current directory is removed while it looks at the files', () => {
    const { repository, env, jit } = makeSandbox();
    const indexed = { ...env, JIT_INDEX: 'always' };
    jit(['init']);
    for (const title of ['One', 'Two']) jit(['create', title, '--by', 'human:me']);
    const here = join(repository, 'gone');
    const run = (...words: string[]) => {
      mkdirSync(here);
      const ran = spawnSync(process.execPath, ['--require', GONE_MEANWHILE, BINARY, ...words], {
        cwd: here,
        env: indexed,
        encoding: 'utf8',
      });
      expect(existsSync(here), 'it went elsewhere').toBe(false);
      return ran;
    };
    // The first look makes the index; only later ones go there.
    jit(['list'], { env: { JIT_INDEX: 'always' } });
    const listed = run('list', '--fields', 'title', '--json');
    expect(listed).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(listed.stdout).issues).toEqual([{ title: 'One' }, { title: 'Two' }]);
    // What is named from there is not to be found elsewhere.
    const { status, stderr } = run('export', '--format', 'csv', '-o', 'issues.csv');
    expect({ status, stderr }).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('gone/issues.csv'),
    });
    expect(existsSync(join(repository, '.jit', 'issues', 'issues.csv'))).toBe(false);
  });

  test('takes an inferred identity only for what is no claim', () => {
    const { jit } = makeSandbox();
    jit(['init']);
    const id = jit(['create', 'x'], { env: { USER: 'tess' } }).stdout.trim();
    const refused = jit(['claim', id, '--json']);
    expect(refused.exit).toBe(2);
    expect(refused.json).toMatchObject({ error: { code: 'IDENTITY_REQUIRED' } });
    expect(jit(['claim', id, '--json'], { env: { JIT_AGENT_ID: 'agent:a' } }).exit).toBe(0);
  });

  test('reads stdin for -', () => {
    const { jit } = makeSandbox();
    jit(['init']);
    const id = jit(['create', 'x', '--description', '-'], { stdin: '- a list\n- ünï' }).stdout.trim();
    expect(jit(['show', id, '--json']).json).toMatchObject({ issue: { description: '- a list\n- ünï' } });
  });

  test('ends quietly when its reader goes away', () => {
    const { repository, env } = makeSandbox();
    const script = `set -o pipefail; "${process.execPath}" "${BINARY}" schema | head -c 1; echo " $?"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: repository, env, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '{ 0\n', stderr: '' });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a stream is ended by %s',
    { timeout: 60_000 },
    async (signal) => {
      const { jit, start } = makeSandbox();
      jit(['init']);
      jit(['create', 'x']);
      const tail = start(['events', 'tail', '--follow', '--json']);
      const lines: string[] = [];
      const heard = new Promise<void>((resolve) => {
        tail.stdout.on('data', (chunk) => {
          lines.push(...String(chunk).trimEnd().split('\n'));
          if (lines.length >= 2) resolve();
        });
      });
      await once(tail.stdout, 'data');
      // The second event comes while it follows, so that it listens to signals by then.
      jit(['create', 'y']);
      await heard;
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ schema_version: 1, kind: 'event' });
      const closed = once(tail, 'close');
      tail.kill(signal);
      expect(await closed).toEqual([signal === 'SIGINT' ? 130 : 143, null]);
    },
  );
});

test('a pipe that is full for the moment is asked again', { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory();
  const pipe = join(directory, 'pipe');
  const copy = join(directory, 'copy');
  execFileSync('mkfifo', [pipe]);
  // Open for both directions, so that opening does not wait for a reader; what does not fit at once is EAGAIN.
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const reader = spawn('sh', ['-c', 'cat "$0" > "$1"', pipe, copy]);
  const closed = once(reader, 'close');
  const text = 'ä€😀'.repeat(200_000);
  writeAll(descriptor, text);
  closeSync(descriptor);
  await closed;
  expect(readFileSync(copy, 'utf8') === text).toBe(true);
});
