import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/domain/health/check.ts';
import { isUlid } from '../../src/domain/ids.ts';
import { makeSandbox, type Sandbox } from '../support/binary.ts';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import { create } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';
import { snapshotTree } from '../support/tree-snapshot.ts';

type Found = Check & { readonly needs_action: boolean };

const checksIn = (json: unknown): readonly Found[] => (json as { checks: Found[] }).checks;
const checkIn = (json: unknown, name: Check['check']): Found =>
  checksIn(json).find(({ check }) => check === name)!;
const said = ({ findings }: Found): string => findings.map(({ message }) => message).join('\n');

describe('jit doctor', () => {
  test('a healthy store: nothing needs action, and nothing is changed', async () => {
    const { cli, cwd, commit, git } = await startInRepository();
    const id = await create(cli, 'T');
    await cli(`claim ${id}`);
    commit();
    const before = snapshotTree(cwd);
    const ran = await cli('doctor --json');
    expect(ran).toMatchObject({ exit: 0, stderr: '', json: { kind: 'doctor', healthy: true } });
    expect(checksIn(ran.json).filter(({ needs_action }) => needs_action)).toEqual([]);
    expect(checkIn(ran.json, 'leases')).toMatchObject({ status: 'ok', message: '1 held' });
    expect(checkIn(ran.json, 'repository').details).toMatchObject({ kind: 'main', branch: 'main' });
    expect(snapshotTree(cwd)).toEqual(before);
    expect(git('status', '--porcelain')).toBe('');
    const text = await cli('doctor');
    expect(text).toMatchObject({ exit: 0, stderr: '' });
    expect(text.stdout).toMatch(/^ok {7}store .*schema version 1, 1 issue file$/m);
    expect(text.stdout).toMatch(/\nnothing needs action\n$/);
  });

  test('a work tree that was removed is named, with the command that mends it', async () => {
    const { cli, git, commit, cwd } = await startInRepository();
    commit();
    const tree = join(temporaryDirectory(), 'tree');
    git('worktree', 'add', '--quiet', '-b', 'a', tree);
    expect((await cli('doctor')).exit).toBe(0);
    rmSync(tree, { recursive: true });
    const ran = await cli('doctor --json');
    expect(ran).toMatchObject({ exit: 4, stderr: '', json: { healthy: false } });
    expect(checkIn(ran.json, 'worktrees')).toMatchObject({ status: 'warning', fix: 'git worktree prune' });
    const text = await cli('doctor');
    expect(text).toMatchObject({ exit: 4, stderr: '' });
    expect(text.stdout).toContain(`worktrees/tree is gone from ${tree}`);
    expect(text.stdout).toMatch(/ {2}run: git worktree prune\n/);
    expect(text.stdout).toMatch(/\nneeds action: worktrees\n$/);
    git('worktree', 'prune');
    expect((await cli('doctor')).exit, cwd).toBe(0);
  });

  test('a lease of a removed work tree is named with it', async () => {
    const { cli, git, commit } = await startInRepository();
    const id = await create(cli, 'T');
    commit();
    const tree = join(temporaryDirectory(), 'tree');
    git('worktree', 'add', '--quiet', '-b', 'a', tree);
    await startCli({ store: 'files', cwd: tree })(`claim ${id}`);
    expect((await cli('doctor')).exit).toBe(0);
    rmSync(tree, { recursive: true });
    git('worktree', 'prune');
    const { json } = await cli('doctor --json');
    const leases = checkIn(json, 'leases');
    expect(leases).toMatchObject({ status: 'warning', fix: `jit lease release ${id.slice(-8)} --force` });
    expect(said(leases)).toContain(`held by agent:tester in ${tree}`);
  });

  test('a work tree that was moved by hand says so itself', async () => {
    const { git, commit } = await startInRepository();
    commit();
    const beside = temporaryDirectory();
    git('worktree', 'add', '--quiet', '-b', 'a', join(beside, 'tree'));
    renameSync(join(beside, 'tree'), join(beside, 'moved'));
    const moved = startCli({ store: 'files', cwd: join(beside, 'moved') });
    const { exit, json } = await moved('doctor --json');
    expect(exit).toBe(4);
    expect(checkIn(json, 'worktrees').fix).toBe(`git -C ${join(beside, 'moved')} worktree repair`);
    expect(checkIn(json, 'repository').details).toMatchObject({ kind: 'linked', branch: 'a' });
  });

  test('a file that is damaged: the other checks are made all the same', async () => {
    const { cli, cwd } = await startInRepository();
    const id = await create(cli, 'T');
    writeFileSync(join(cwd, `.jit/issues/${id}.json`), '{');
    const ran = await cli('doctor --json');
    expect(ran).toMatchObject({ exit: 4, stderr: '' });
    expect(checkIn(ran.json, 'store')).toMatchObject({
      status: 'error',
      fix: 'jit validate',
      details: { errors: 1 },
    });
    expect(
      checksIn(ran.json)
        .filter(({ status }) => status === 'error')
        .map(({ check }) => check),
    ).toEqual(['store']);
  });

  test.each([
    ['index.json', '{"schema_version": 99}', /newer jit \(99\)/],
    ['index.json', 'nonsense', /index\.json/],
    ['config.json', '[', /1 error/],
    ['config.local.json', '[', /config\.local\.json/],
  ])('with a damaged %s it still reports', async (name, content, says) => {
    const { cli, cwd } = await startInRepository();
    writeFileSync(join(cwd, '.jit', name), content);
    const { exit, json } = await startCli({ store: 'files', cwd, env: {} })('doctor --json');
    expect(exit).toBe(4);
    expect(checksIn(json).map(said).join('\n')).toMatch(says);
    expect(checkIn(json, 'git').status).toBe('ok');
    expect((await cli('doctor')).exit).toBe(name === 'config.local.json' ? 0 : 4);
  });

  test('a record of a lease that cannot be read is an error, and the command that replaces it works', async () => {
    const { cli, cwd } = await startInRepository();
    const id = await create(cli, 'T');
    await cli(`claim ${id}`);
    const records = join(cwd, '.git/jit/leases', id);
    for (const name of readdirSync(records)) writeFileSync(join(records, name), '{}\n');
    const ran = await cli('doctor --json');
    const leases = checkIn(ran.json, 'leases');
    expect(ran.exit).toBe(4);
    expect(leases).toMatchObject({ status: 'error', fix: `jit lease release ${id} --force` });
  });

  test('what a remote is owed', async () => {
    const { cli, cwd } = await startInRepository();
    const id = await create(cli, 'T');
    mkdirSync(join(cwd, '.git/jit/remote/owed'), { recursive: true });
    writeFileSync(join(cwd, `.git/jit/remote/owed/${id}~left~x`), '');
    const ran = await cli('doctor --json');
    expect(ran.exit).toBe(0);
    expect(checkIn(ran.json, 'leases')).toMatchObject({
      status: 'warning',
      fix: null,
      details: { owed: [id] },
    });
  });

  test('the lock, and who has it', async () => {
    const { cli, cwd } = await startInRepository();
    await create(cli, 'T');
    writeFileSync(join(cwd, '.jit/local/lock'), '1_1_0_0.name');
    const lock = checkIn((await cli('doctor --json')).json, 'lock');
    expect(lock).toMatchObject({ details: { held: true, pid: 1 } });
    expect(lock.message).toMatch(/^held by process 1 for /);
  });

  test('without git', async () => {
    const cwd = temporaryDirectory();
    const cli = startCli({ store: 'files', cwd, env: { PATH: '/nowhere', JIT_AGENT_ID: 'agent:a' } });
    await cli('init');
    const ran = await cli('doctor --json');
    expect(ran).toMatchObject({ exit: 0, json: { healthy: true } });
    expect(checkIn(ran.json, 'git').details).toMatchObject({ version: null });
    expect(checkIn(ran.json, 'worktrees').status).toBe('skipped');
    expect(checkIn(ran.json, 'repository').details).toMatchObject({ kind: 'none' });
  });

  test('without a store it says so, and what could be checked', async () => {
    const cli = startCli({ store: 'files', cwd: temporaryDirectory() });
    const ran = await cli('doctor --json');
    expect(ran).toMatchObject({ exit: 3, stdout: '', json: { error: { code: 'NOT_INITIALIZED' } } });
    const { checks } = (ran.json as unknown as { error: { details: { checks: Found[] } } }).error.details;
    expect(checks.find(({ check }) => check === 'store')).toMatchObject({ status: 'error', fix: 'jit init' });
    expect(checks.find(({ check }) => check === 'git')).toMatchObject({ status: 'ok' });
    expect(await cli('doctor')).toMatchObject({
      exit: 3,
      stdout: '',
      stderr: expect.stringContaining('jit init'),
    });
  });

  test('a store in memory: what concerns files is left out', async () => {
    const { exit, json } = await startCli()('doctor --json');
    expect(exit).toBe(0);
    expect(checkIn(json, 'filesystem').status).toBe('skipped');
    expect(checkIn(json, 'store').status).toBe('ok');
  });

  test('a work tree without a store, inside one that has it', async () => {
    const { cwd, git } = await startInRepository();
    git('commit', '--quiet', '--allow-empty', '-m', 'no store yet');
    const nested = join(cwd, 'nested');
    git('worktree', 'add', '--quiet', '-b', 'a', nested);
    const { json, exit } = await startCli({ store: 'files', cwd: nested })('doctor --json');
    expect(exit).toBe(0);
    expect(said(checkIn(json, 'repository'))).toContain(
      `${nested} is a work tree of its own, without a store`,
    );
    expect(said(checkIn(json, 'worktrees'))).toContain('worktrees/nested has no store');
  });

  test('several stores in one work tree', async () => {
    const { cli, cwd, commit, git } = await startInRepository();
    mkdirSync(join(cwd, 'part/deep'), { recursive: true });
    await startCli({ store: 'files', cwd: join(cwd, 'part') })(['init', '--dir', join(cwd, 'part')]);
    commit();
    expect(said(checkIn((await cli('doctor --json')).json, 'worktrees'))).toContain('part/.jit');
    git('rm', '-r', '-q', '--cached', 'part');
    const inner = startCli({ store: 'files', cwd: join(cwd, 'part/deep') });
    expect(said(checkIn((await inner('doctor --json')).json, 'worktrees'))).toContain(
      'another store in this work tree, .jit',
    );
  });
});

describe('the real program', () => {
  function start(): Sandbox & { readonly beside: (name: string) => string } {
    const sandbox = makeSandbox();
    expect(sandbox.jit(['init']).exit).toBe(0);
    expect(sandbox.jit(['create', 'first']).exit).toBe(0);
    sandbox.git('add', '-A');
    sandbox.git('commit', '--quiet', '--message', 'store');
    return { ...sandbox, beside: (name) => join(dirname(sandbox.repository), name) };
  }
  const titles = (finished: { readonly stdout: string }): string => finished.stdout;

  test("in a hook's environment, jit uses the store of its directory, and doctor names the variables", () => {
    const { repository, git, jit, env, beside } = start();
    const other = start();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    // As git calls a hook in a linked work tree, and worse: as it would call one of another repository.
    const own = {
      GIT_DIR: join(repository, '.git/worktrees/tree'),
      GIT_INDEX_FILE: join(repository, '.git/worktrees/tree/index'),
      GIT_PREFIX: '',
    };
    const astray = { GIT_DIR: join(other.repository, '.git'), GIT_WORK_TREE: other.repository };
    for (const hook of [own, astray]) {
      const ran = jit(['doctor', '--json'], { cwd: beside('tree'), env: hook });
      expect(ran.exit, ran.stderr).toBe(0);
      expect(checkIn(ran.json, 'repository').details).toMatchObject({
        kind: 'linked',
        top_level: beside('tree'),
      });
      expect(checkIn(ran.json, 'git').status).toBe(hook === own ? 'ok' : 'warning');
      expect(said(checkIn(ran.json, 'git'))).toContain('GIT_DIR');
    }
    const id = jit(['create', 'in a hook'], {
      cwd: beside('tree'),
      env: { ...own, ...astray },
    }).stdout.trim();
    expect(titles(jit(['list'], { cwd: beside('tree') }))).toContain('in a hook');
    expect(titles(other.jit(['list'], { env })), 'nothing in the other repository').not.toContain(
      'in a hook',
    );
    const claimed = jit(['claim', id, '--to', 'agent:h'], {
      cwd: beside('tree'),
      env: { ...own, ...astray },
    });
    expect(claimed.exit, claimed.stderr).toBe(0);
    expect(readdirSync(join(repository, '.git/jit/leases')).filter(isUlid)).toEqual([id]);
    expect(readdirSync(join(other.repository, '.git'))).not.toContain('jit');
  });

  test('in a real hook of a commit', () => {
    const { repository, git, jit, beside } = start();
    const hook = join(repository, '.git/hooks/pre-commit');
    const program = `${process.execPath} ${join(import.meta.dirname, '../../bin/jit')}`;
    writeFileSync(
      hook,
      `#!/bin/sh\n${program} create "made by a hook" > /dev/null && ${program} doctor --json > ../report\n`,
      {
        mode: 0o755,
      },
    );
    git('commit', '--quiet', '--allow-empty', '--message', 'x');
    expect(titles(jit(['list']))).toContain('made by a hook');
    const report = JSON.parse(readFileSync(beside('report'), 'utf8'));
    expect(checkIn(report, 'git'), 'git sets them for its hooks').toMatchObject({
      status: 'ok',
      details: { environment: expect.arrayContaining(['GIT_INDEX_FILE']) },
    });
  });

  test('work trees of a bare repository share their claims', () => {
    const { repository, git, jit, beside } = start();
    const id = jit(['create', 'T']).stdout.trim();
    git('add', '-A');
    git('commit', '--quiet', '--message', 'issue');
    git('clone', '--quiet', '--bare', repository, beside('bare.git'));
    const bare = ['-C', beside('bare.git')];
    git(...bare, 'worktree', 'add', '--quiet', beside('one'), 'main');
    git(...bare, 'worktree', 'add', '--quiet', '-b', 'b', beside('two'));
    expect(jit(['claim', id, '--to', 'agent:a'], { cwd: beside('one') }).exit).toBe(0);
    expect(jit(['claim', id, '--to', 'agent:a', '--json'], { cwd: beside('two') })).toMatchObject({
      exit: 6,
    });
    const ran = jit(['doctor', '--json'], { cwd: beside('two') });
    expect(ran.exit, ran.stdout).toBe(0);
    expect(checkIn(ran.json, 'repository').details).toMatchObject({ kind: 'linked', bare: true });
    expect(checkIn(ran.json, 'worktrees').message).toBe('2 work trees, 2 with a store');
    expect(checkIn(ran.json, 'leases').details).toMatchObject({
      place: join(beside('bare.git'), 'jit/leases'),
    });
  });

  test('a submodule has its own leases, and its work trees share them', () => {
    const { repository, git, jit, beside } = start();
    git('clone', '--quiet', repository, beside('library'));
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', beside('library'), 'sub');
    const sub = join(repository, 'sub');
    git('-C', sub, 'worktree', 'add', '--quiet', '-b', 'o', beside('of-sub'));
    const ran = jit(['doctor', '--json'], { cwd: sub });
    expect(ran.exit, ran.stdout).toBe(0);
    expect(checkIn(ran.json, 'repository').details).toMatchObject({ kind: 'submodule' });
    const place = join(repository, '.git/modules/sub/jit/leases');
    expect(checkIn(ran.json, 'leases').details).toMatchObject({ place });
    const linked = jit(['doctor', '--json'], { cwd: beside('of-sub') });
    expect(checkIn(linked.json, 'leases').details).toMatchObject({ place });
    expect(checkIn(linked.json, 'worktrees').message).toBe('2 work trees, 2 with a store');
  });

  test('a remote that takes claims, one that takes only branches, and one that is gone', () => {
    const { jit, git, beside, repository } = start();
    git('clone', '--quiet', '--bare', repository, beside('hub.git'));
    git('remote', 'add', 'hub', beside('hub.git'));
    git('remote', 'add', 'gone', beside('nowhere.git'));
    const refs = (): string => git('-C', beside('hub.git'), 'for-each-ref');
    const before = refs();
    expect(checkIn(jit(['doctor', '--json']).json, 'remote').status, 'nobody asked').toBe('skipped');
    const takes = jit(['doctor', '--remote', 'hub', '--json']);
    expect(takes.exit, takes.stdout).toBe(0);
    expect(checkIn(takes.json, 'remote')).toMatchObject({ status: 'ok', details: { reachable: true } });
    expect(refs(), 'nothing is left there').toBe(before);

    const hook = '#!/bin/sh\ncase "$1" in refs/heads/*) exit 0;; esac\nexit 1\n';
    writeFileSync(join(beside('hub.git'), 'hooks/update'), hook, { mode: 0o755 });
    const branches = checkIn(jit(['doctor', '--remote', 'hub', '--json']).json, 'remote');
    expect(branches.findings).toMatchObject([
      { fix: 'jit config set claims.refPrefix refs/heads/jit-claims/' },
    ]);
    expect(refs()).toBe(before);

    const gone = checkIn(jit(['doctor', '--remote', 'gone', '--json']).json, 'remote');
    expect(gone).toMatchObject({ status: 'warning', details: { reachable: false } });
    for (const name of ['--upload-pack=x', 'nobody', '../hub.git']) {
      const refused = jit(['doctor', `--remote=${name}`, '--json']);
      expect(checkIn(refused.json, 'remote').status, name).toBe('error');
    }
    expect(jit(['doctor', '--remote', 'hub', '--offline']).exit).toBe(2);
  });

  test('a work tree whose repository was moved away', () => {
    const { repository, git, jit, beside } = start();
    git('worktree', 'add', '--quiet', '-b', 'a', beside('tree'));
    renameSync(repository, beside('moved'));
    const ran = jit(['doctor', '--json'], { cwd: beside('tree') });
    expect(ran.exit).toBe(4);
    expect(checkIn(ran.json, 'repository')).toMatchObject({ status: 'error', details: { kind: 'broken' } });
  });
});
