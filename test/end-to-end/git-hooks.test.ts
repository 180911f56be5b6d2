import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BINARY, makeSandbox } from '../support/binary.ts';
import { temporaryDirectory } from '../support/cli.ts';
import { PATH_WITHOUT_JIT, pathWithJit, put } from '../support/git-setup.ts';

/** A repository with a committed store, and git and jit to work in it; jit is on the PATH. */
function start(path = pathWithJit()) {
  const sandbox = makeSandbox();
  const { repository } = sandbox;
  const env = { ...sandbox.env, PATH: path, JIT_AGENT_ID: 'agent:a' };
  const jit = (...words: string[]) => sandbox.jit(words, { env });
  const git = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync('git', words, { cwd: repository, env, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  jit('init');
  git('add', '-A');
  git('commit', '-qm', 'a store');
  return { ...sandbox, env, jit, git };
}

const BROKEN = '{"no": "issue"}\n';
const issueIn = (repository: string, id: string): string => join(repository, `.jit/issues/${id}.json`);

describe('the hook pre-commit', () => {
  test('lets through what is sound, and refuses what is not', () => {
    const { jit, git, repository } = start();
    expect(jit('git', 'setup', '--hooks').exit).toBe(0);
    const id = jit('create', 'T').stdout.trim();
    git('add', '-A');
    expect(git('commit', '-m', 'an issue')).toMatchObject({ status: 0 });
    writeFileSync(issueIn(repository, id), BROKEN);
    git('add', '-A');
    const refused = git('commit', '-m', 'broken');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`${id}.json`);
    expect(refused.stderr).toContain('git commit --no-verify');
    expect(git('log', '--format=%s').stdout).toBe('an issue\na store\n');
    expect(git('commit', '-qm', 'wanted', '--no-verify').status).toBe(0);
  });

  test('looks at what will be committed, whichever index that is', () => {
    const { jit, git, repository } = start();
    jit('git', 'setup', '--hooks');
    const [one, other] = [jit('create', 'one').stdout.trim(), jit('create', 'other').stdout.trim()];
    git('add', '-A');
    git('commit', '-qm', 'issues');
    const name = (id: string): string => `.jit/issues/${id}.json`;
    // Sound in the index, broken in the files.
    jit('update', one, '--title', 'changed');
    git('add', '-A');
    writeFileSync(issueIn(repository, one), BROKEN);
    expect(git('commit', '-qm', 'sound').status).toBe(0);
    // commit -a has an index of its own.
    expect(git('commit', '-aqm', 'all').status).toBe(1);
    // A partial commit has another one.
    expect(git('commit', '-qm', 'part', name(one)).status).toBe(1);
    jit('update', other, '--priority', 'high');
    expect(git('commit', '-qm', 'part', name(other), '.jit/events.jsonl')).toMatchObject({ status: 0 });
  });

  test('says nothing of warnings, and names no more than twenty errors', () => {
    const { jit, git, repository } = start();
    jit('git', 'setup', '--hooks');
    for (let number = 0; number < 25; number++) put(repository, `.jit/issues/note-${number}.txt`, 'a');
    git('add', '-A');
    expect(git('commit', '-qm', 'x')).toMatchObject({ status: 0, stderr: '' });
    for (let number = 10; number < 35; number++)
      put(repository, `.jit/issues/01ARZ3NDEKTSV4RRFFQ69G5F${number}.json`, '{');
    git('add', '-A');
    const { status, stderr } = git('commit', '-qm', 'y');
    expect(status).toBe(1);
    expect(stderr.split('\n')).toHaveLength(23);
    expect(stderr).toContain('and 5 more: jit validate --staged shows all');
  });

  test('starts no jit where nothing under the store is staged', () => {
    const { jit, git, repository, env } = start();
    jit('git', 'setup', '--hooks');
    put(repository, 'a.txt', 'a');
    git('add', 'a.txt');
    const directory = temporaryDirectory();
    put(directory, 'jit', '#!/bin/sh\necho started >> "$STARTED"\n', 0o755);
    const started = join(directory, 'started');
    const watched = { ...env, PATH: `${directory}:${PATH_WITHOUT_JIT}`, STARTED: started };
    const commit = (): string =>
      execFileSync('git', ['commit', '-qm', 'more'], { cwd: repository, env: watched, encoding: 'utf8' });
    commit();
    expect(() => readFileSync(started)).toThrow('ENOENT');
    put(repository, '.jit/issues/.gitkeep', ' ');
    git('add', '-A');
    execFileSync('git', ['--literal-pathspecs', 'commit', '-qm', 'more'], { cwd: repository, env: watched });
    expect(readFileSync(started, 'utf8')).toBe('started\n');
  });

  test('without jit, and with a jit that fails, commits go on, and it is said', () => {
    const { jit, git, repository, env } = start();
    jit('git', 'setup', '--hooks');
    const commit = (path: string) => {
      writeFileSync(join(repository, '.jit/gates.json'), `{${path}`);
      git('add', '-A');
      return spawnSync('git', ['commit', '-qm', 'x'], {
        cwd: repository,
        env: { ...env, PATH: path },
        encoding: 'utf8',
      });
    };
    const without = commit(PATH_WITHOUT_JIT);
    expect(without).toMatchObject({
      status: 0,
      stderr: 'pre-commit: jit is not there, so .jit was not checked\n',
    });
    for (const exit of [1, 2, 7, 127]) {
      const directory = temporaryDirectory();
      put(directory, 'jit', `#!/bin/sh\necho odd >&2\nexit ${exit}\n`, 0o755);
      expect(commit(`${directory}:${PATH_WITHOUT_JIT}`), String(exit)).toMatchObject({
        status: 0,
        stderr: 'odd\n',
      });
    }
  });

  test('a store that is taken away may be committed', () => {
    const { jit, git } = start();
    jit('git', 'setup', '--hooks');
    git('rm', '-rfq', '.jit');
    expect(git('commit', '-qm', 'without')).toMatchObject({ status: 0 });
  });
});

describe('the hook post-merge', () => {
  test('says what is wrong, and fails nothing', () => {
    const { jit, git, repository } = start();
    jit('git', 'setup', '--hooks');
    const id = jit('create', 'T').stdout.trim();
    git('add', '-A');
    git('commit', '-qm', 'an issue');
    git('checkout', '-qb', 'side');
    writeFileSync(issueIn(repository, id), BROKEN);
    git('commit', '-aqm', 'broken', '--no-verify');
    git('checkout', '-q', 'main');
    put(repository, 'a.txt', 'a');
    git('add', 'a.txt');
    git('commit', '-qm', 'beside');
    const merged = git('merge', '--no-edit', 'side');
    expect(merged.status).toBe(0);
    expect(merged.stdout + merged.stderr).toMatch(/after this merge:\nerror: .*validate --fix/s);
    git('checkout', '-qb', 'other', 'HEAD~1');
    put(repository, 'b.txt', 'b');
    git('add', 'b.txt');
    git('commit', '-qm', 'b', '--no-verify');
    git('checkout', '-q', 'main');
    expect(git('merge', '--no-edit', 'other').stderr).not.toContain('after this merge');
  });
});

describe('the hooks of the user go on being run', () => {
  const scripts = {
    sh: '#!/bin/sh\nset -eu\necho mine "$#" >> ran\nexec true\n',
    bash: '#!/usr/bin/env bash\nset -euo pipefail\necho mine "$#" >> ran\nexit 0\necho never\n',
    'no first line': 'echo mine "$#" >> ran\n',
    python:
      '#!/usr/bin/env python3\nimport sys\nopen("ran", "a").write("mine %d\\n" % (len(sys.argv) - 1))\n',
  };
  test.each(Object.entries(scripts))('%s', (_, script) => {
    const { jit, git, repository } = start();
    for (const hook of ['pre-commit', 'post-merge']) put(repository, `.git/hooks/${hook}`, script, 0o755);
    expect(jit('git', 'setup', '--hooks').exit).toBe(0);
    writeFileSync(join(repository, '.git/info/exclude'), 'ran\n');
    const ran = (): string => readFileSync(join(repository, 'ran'), 'utf8');
    const id = jit('create', 'T').stdout.trim();
    git('add', '-A');
    expect(git('commit', '-qm', 'x')).toMatchObject({ status: 0, stderr: '' });
    expect(ran()).toBe('mine 0\n');
    writeFileSync(issueIn(repository, id), BROKEN);
    expect(git('commit', '-aqm', 'y').status).toBe(1);
    git('checkout', '-q', '.');
    git('checkout', '-qb', 'side');
    jit('create', 'U');
    git('add', '-A');
    git('commit', '-qm', 'z');
    git('checkout', '-q', 'main');
    expect(git('merge', '-q', 'side').status).toBe(0);
    expect(ran()).toMatch(/mine 1\n$/);
  });

  test('one that refuses still refuses', () => {
    const { jit, git, repository } = start();
    put(repository, '.git/hooks/pre-commit', '#!/usr/bin/env python3\nimport sys\nsys.exit(3)\n', 0o755);
    jit('git', 'setup', '--hooks');
    jit('create', 'T');
    git('add', '-A');
    expect(git('commit', '-qm', 'x').status).toBe(1);
  });

  test('a link keeps leading where it led', () => {
    const { jit, git, repository } = start();
    put(repository, '.git/mine', '#!/bin/sh\necho mine >&2\n', 0o755);
    symlinkSync('../mine', join(repository, '.git/hooks/pre-commit'));
    jit('git', 'setup', '--hooks');
    git('add', '-A');
    expect(git('commit', '-qm', 'x')).toMatchObject({ status: 0, stderr: 'mine\n' });
  });

  test('husky 9 and husky 8, once each', () => {
    const nine =
      '#!/usr/bin/env sh\ns=$(dirname "$(dirname "$0")")/$(basename "$0")\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nexit $?\n';
    const eight =
      '#!/usr/bin/env sh\nif [ -z "$again" ]; then\n  again=1\n  export again\n  sh -e "$0" "$@"\n  exit $?\nfi\n';
    for (const version of [9, 8]) {
      const { jit, git, repository } = start();
      put(repository, '.husky/_/.gitignore', '*');
      if (version === 9) {
        for (const hook of ['pre-commit', 'post-merge']) put(repository, `.husky/_/${hook}`, nine, 0o755);
        put(repository, '.husky/_/h', nine);
        put(repository, '.husky/pre-commit', 'echo mine >&2\n');
      } else {
        put(repository, '.husky/_/husky.sh', eight);
        put(
          repository,
          '.husky/pre-commit',
          '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\necho mine >&2\n',
          0o755,
        );
      }
      git('config', 'core.hooksPath', version === 9 ? '.husky/_' : '.husky');
      expect(jit('git', 'setup', '--hooks', '--json').json).toMatchObject({
        hooks: { manager: 'husky', directory: '.husky' },
      });
      const id = jit('create', 'T').stdout.trim();
      git('add', '-A');
      expect(git('commit', '-qm', 'x'), String(version)).toMatchObject({ status: 0, stderr: 'mine\n' });
      writeFileSync(issueIn(repository, id), BROKEN);
      const refused = git('commit', '-aqm', 'y');
      expect(refused.status).toBe(1);
      expect(refused.stderr.split('what is staged is not sound')).toHaveLength(2);
      expect(jit('doctor').exit).not.toBe(1);
    }
  });
});

describe('where things are', () => {
  test('a store in a subdirectory, paths with spaces and quotes, and no jit on the PATH', () => {
    const place = temporaryDirectory();
    const installed = join(place, `it's 100% "mine"`);
    cpSync(join(BINARY, '../../dist'), join(installed, 'dist'), { recursive: true });
    cpSync(BINARY, join(installed, 'bin/jit'));
    const { git, repository, env } = start(PATH_WITHOUT_JIT);
    const store = join(repository, `sub dir/o'clock`);
    put(store, '.keep', '');
    const jit = (...words: string[]) =>
      spawnSync(process.execPath, [join(installed, 'bin/jit'), ...words], {
        cwd: store,
        env,
        encoding: 'utf8',
      });
    expect(jit('init', '--dir', store).status).toBe(0);
    expect(jit('git', 'setup', '--hooks').status).toBe(0);
    const id = jit('create', 'T').stdout.trim();
    git('add', '-A');
    expect(git('commit', '-qm', 'x')).toMatchObject({ status: 0, stderr: '' });
    git('checkout', '-qb', 'side');
    jit('comment', id, 'one');
    git('commit', '-aqm', 'one');
    git('checkout', '-q', 'main');
    jit('comment', id, 'two');
    git('commit', '-aqm', 'two');
    const merged = git('merge', '--no-edit', 'side');
    expect({ ...merged, stdout: '' }).toMatchObject({ status: 0 });
    const { comments } = JSON.parse(readFileSync(join(store, `.jit/issues/${id}.json`), 'utf8'));
    expect(comments.map(({ body }: { body: string }) => body).sort()).toEqual(['one', 'two']);
    const file = join(store, `.jit/issues/${id}.json`);
    writeFileSync(file, BROKEN);
    expect(git('commit', '-aqm', 'y').status).toBe(1);
    expect(jit('doctor').stdout).not.toContain('needs action: setup');

    // The program goes: git diff goes on, a merge stops with a conflict, and doctor says why.
    renameSync(installed, join(place, 'away'));
    expect(git('diff', '--', file)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('no'),
    });
    git('checkout', '-q', '.');
    const said = spawnSync(process.execPath, [BINARY, 'doctor', '--json'], {
      cwd: store,
      env,
      encoding: 'utf8',
    });
    expect(said.status).toBe(4);
    const setup = JSON.parse(said.stdout).checks.find(({ check }: { check: string }) => check === 'setup');
    expect(setup).toMatchObject({ status: 'warning', fix: 'jit git setup' });
    expect(setup.findings.map(({ message }: { message: string }) => message).join('\n')).toMatch(
      /merge\.jit\.driver .*which is not there(.|\n)*diff\.jit\.textconv .*which is not there(.|\n)*pre-commit finds no jit/,
    );
    expect(spawnSync(process.execPath, [BINARY, 'git', 'setup'], { cwd: store, env }).status).toBe(0);
    expect(
      JSON.parse(
        spawnSync(process.execPath, [BINARY, 'doctor', '--json'], { cwd: store, env, encoding: 'utf8' })
          .stdout,
      ).checks.find(({ check }: { check: string }) => check === 'setup'),
    ).toMatchObject({ status: 'ok' });
  });

  test.each([
    { how: 'gone', jit: null },
    { how: 'killed', jit: '#!/bin/sh\nkill -9 $$\n' },
    { how: 'broken', jit: '#!/bin/sh\nexit 7\n' },
  ])(
    'a driver that is $how: the issue is merged as text, and no side of it is dropped',
    ({ jit: broken }) => {
      const { jit, git, repository, env } = start();
      jit('git', 'setup');
      const id = jit('create', 'T').stdout.trim();
      git('add', '-A');
      git('commit', '-qm', 'x');
      git('checkout', '-qb', 'side');
      jit('comment', id, 'one');
      git('commit', '-aqm', 'one');
      git('checkout', '-q', 'main');
      jit('comment', id, 'two');
      git('commit', '-aqm', 'two');
      const bin = temporaryDirectory();
      if (broken !== null) put(bin, 'jit', broken, 0o755);
      const { status, stdout } = spawnSync('git', ['merge', 'side'], {
        cwd: repository,
        env: { ...env, PATH: `${bin}:${PATH_WITHOUT_JIT}` },
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stdout).toContain(`CONFLICT (content): Merge conflict in .jit/issues/${id}.json`);
      const text = readFileSync(issueIn(repository, id), 'utf8');
      for (const part of ['<<<<<<< ours', '"one"', '"two"', '>>>>>>> theirs']) expect(text).toContain(part);
      // The log is joined, as in a clone without a driver.
      const log = readFileSync(join(repository, '.jit/events.jsonl'), 'utf8');
      expect(log).not.toContain('<<<<');
      for (const part of ['"one"', '"two"']) expect(log).toContain(part);
      expect(jit('merge', '--resolve').exit).toBe(0);
      expect(jit('validate').stdout).toContain('0 errors, 0 warnings');
      expect(git('commit', '-qm', 'merged').status).toBe(0);
    },
  );

  test('a repository that was moved or copied keeps working', () => {
    const { jit, git, repository, env } = start();
    put(repository, '.git/hooks/pre-commit', '#!/usr/bin/env python3\nprint("mine")\n', 0o755);
    jit('git', 'setup', '--hooks');
    git('add', '-A');
    git('commit', '-qm', 'x');
    const copy = join(temporaryDirectory(), 'a copy');
    cpSync(repository, copy, { recursive: true });
    const moved = join(temporaryDirectory(), 'moved');
    renameSync(repository, moved);
    for (const cwd of [copy, moved]) {
      const run = (program: string, ...words: string[]) =>
        spawnSync(program, words, { cwd, env, encoding: 'utf8' });
      expect(run('jit', 'doctor').stdout).toContain('git merges by jit');
      const id = run('jit', 'create', 'T').stdout.trim();
      run('git', 'add', '-A');
      expect(run('git', 'commit', '-qm', 'y')).toMatchObject({ status: 0, stderr: 'mine\n' });
      writeFileSync(issueIn(cwd, id), BROKEN);
      expect(run('git', 'commit', '-aqm', 'z').status).toBe(1);
      run('git', 'checkout', '-q', '.');
      expect(run('jit', 'git', 'unsetup').status).toBe(0);
      expect(readFileSync(join(cwd, '.git/hooks/pre-commit'), 'utf8')).toContain('print("mine")');
    }
  });

  test('a clone: doctor says that the driver is missing, and what mends it', () => {
    const { jit, git, repository, env } = start();
    jit('git', 'setup', '--hooks');
    git('add', '-A');
    git('commit', '-qm', 'x');
    const clone = join(temporaryDirectory(), 'clone');
    git('clone', '-q', repository, clone);
    const doctor = () => spawnSync('jit', ['doctor', '--json'], { cwd: clone, env, encoding: 'utf8' });
    const setup = () =>
      JSON.parse(doctor().stdout).checks.find(({ check }: { check: string }) => check === 'setup');
    expect(doctor().status).toBe(4);
    expect(setup()).toMatchObject({
      status: 'warning',
      fix: 'jit git setup',
      details: { attributes: 'present', driver: null },
    });
    spawnSync('jit', ['git', 'setup'], { cwd: clone, env });
    expect(setup()).toMatchObject({ status: 'ok', details: { driver: { there: true } } });
    put(clone, '.git/info/attributes', '*.jsonl merge=union\ngates.json merge=union\n');
    expect(setup()).toMatchObject({
      status: 'warning',
      fix: 'jit git setup',
      details: { overridden: ['gates.json'], log: { attributes: 'none', merge: 'union' } },
    });
    spawnSync('jit', ['git', 'setup'], { cwd: clone, env });
    expect(setup()).toMatchObject({
      fix: null,
      details: { overridden: ['gates.json'], log: { attributes: 'present', merge: 'jit' } },
    });
  });

  test('hooks that lost the lines of jit, their permission, or their place', () => {
    const { jit, git, repository } = start();
    jit('git', 'setup', '--hooks');
    const setup = () =>
      (
        jit('doctor', '--json').json.checks as {
          check: string;
          status: string;
          fix: string | null;
          findings: { message: string }[];
        }[]
      ).find(({ check }) => check === 'setup')!;
    put(repository, '.git/hooks/pre-commit', '#!/bin/sh\n', 0o755);
    rmSync(join(repository, '.git/hooks/post-merge'));
    expect(setup()).toMatchObject({ status: 'warning', fix: 'jit git setup --hooks' });
    expect(setup().findings.map(({ message }) => message)).toEqual([
      'the hook .git/hooks/pre-commit has lost the lines of jit',
      'the hook .git/hooks/post-merge is gone',
    ]);
    jit('git', 'setup');
    expect(setup()).toMatchObject({ status: 'ok' });
    git('config', 'core.hooksPath', '/nowhere/hooks');
    expect(setup().findings.map(({ message }) => message)).toEqual([
      'the hooks of jit are in .git/hooks, and git looks in /nowhere/hooks',
    ]);
  });
});
