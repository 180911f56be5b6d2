import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Cli, startCli, temporaryDirectory } from '../support/cli.ts';
import { create, type Doc, document, expectFailure } from '../support/command-line.ts';
import { startInRepository as start } from '../support/repository.ts';

describe('where the store is', () => {
  const LINES = [
    'list',
    'status',
    'ready',
    'blocked',
    'prime',
    'graph show',
    'graph roots',
    'events',
    'validate',
    'gate list',
    'export -f csv',
    'config show',
    'whoami',
    'mine',
    'gc --dry-run',
  ];

  test('any command works from a subdirectory, and writes to the same store', async () => {
    const { cwd, git, cli } = await start();
    const id = await create(cli, 'T');
    mkdirSync(join(cwd, 'a/b c'), { recursive: true });
    const below = startCli({ store: 'files', cwd: join(cwd, 'a/b c') });
    for (const line of [...LINES, `show ${id}`, `why ${id}`]) {
      const here = await cli(line);
      expect(await below(line), line).toMatchObject({ exit: 0, stdout: here.stdout, stderr: '' });
    }
    const other = await create(below, 'From below');
    await document(below, `dep add ${id} ${other}`);
    expect((await document(cli, `show ${id}`)).issue.dependencies).toEqual([other]);
    await document(below, 'export -f csv -o out.csv');
    expect(git('status', '--porcelain', '--', 'a')).toBe('?? a/\n');
    expect(readFileSync(join(cwd, 'a/b c/out.csv'), 'utf8')).toContain('From below');
  });

  test('JIT_DATA_DIR and --dir name it from anywhere', async () => {
    const { cwd, cli } = await start();
    const id = await create(cli, 'T');
    const elsewhere = temporaryDirectory();
    const env = { JIT_AGENT_ID: 'agent:tester' };
    const byEnv = startCli({
      store: 'files',
      cwd: elsewhere,
      env: { ...env, JIT_DATA_DIR: join(cwd, '.jit') },
    });
    const plain = startCli({ store: 'files', cwd: elsewhere, env });
    const calls: [Cli, string][] = [
      [byEnv, ''],
      [plain, `--dir ${cwd}`],
      [plain, `--dir=${join(cwd, '.jit')}`],
    ];
    for (const [call, options] of calls) {
      expect((await document(call, `show ${id} ${options}`)).issue.id).toBe(id);
      expect((await document(call, `list ${options}`)).count).toBe(1);
      expect(await document(call, `update ${id} -p high ${options}`)).toMatchObject({
        changed: expect.any(Boolean),
      });
    }
    expect((await document(cli, `show ${id}`)).issue.priority).toBe('high');
    const nowhere = startCli({ store: 'files', cwd, env: { ...env, JIT_DATA_DIR: join(elsewhere, 'none') } });
    await expectFailure(nowhere, 'list', { exit: 3, code: 'NOT_INITIALIZED', message: /none/ });
    await expectFailure(plain, `list --dir ${elsewhere}`, { exit: 3, code: 'NOT_INITIALIZED' });
  });

  test('without one every command that needs it exits 3, and the hint says what makes one', async () => {
    const cli = startCli({ store: 'files', cwd: temporaryDirectory() });
    const lines = [
      'create T',
      'show abcd',
      'update abcd -p high',
      'claim abcd',
      'claim-next',
      'release abcd',
      'complete abcd',
      'comment abcd x',
      'assign abcd x',
      'unassign abcd',
      'hold abcd x',
      'unhold abcd',
      'reopen abcd',
      'archive abcd',
      'delete abcd',
      'dep add abcd efgh',
      'dep rm abcd efgh',
      'dep list abcd',
      'gate define x',
      'gate show x',
      'gate undefine x',
      'gate add abcd x',
      'gate drop abcd x',
      'gate pass abcd x',
      'gate fail abcd x',
      'gate status abcd',
      'graph downstream abcd',
      'graph critical-path',
      'query state ready',
      'query assignee x',
      'query priority high',
      'events query',
      'why abcd',
      'validate --fix --yes',
      'config set durability fast',
    ];
    for (const line of [...lines, ...LINES.filter((line) => line !== 'whoami')])
      await expectFailure(cli, line, { exit: 3, code: 'NOT_INITIALIZED', hint: /jit init/ });
    expect((await cli('whoami')).exit).toBe(0);
  });
});

describe('branches', () => {
  test('that each create issues and append events merge with plain git, without setup and without conflict', async () => {
    const { git, cli, commit, human } = await start();
    const base = await create(cli, 'Base');
    commit();
    const work = async (branch: string): Promise<void> => {
      git('checkout', '--quiet', '-b', branch, 'main');
      for (let i = 0; i < 5; i += 1) {
        cli.clock.forward(1000);
        const id = await create(
          cli,
          `${branch} ${i}`,
          '--needs',
          base,
          '-g',
          'unit-tests,review',
          '-l',
          branch,
        );
        await cli(['comment', id, branch]);
        await cli(`gate pass ${id} unit-tests --by ci:${branch}`);
        await human(`gate pass ${id} review --by human:${branch}`);
      }
      commit();
    };
    await work('left');
    await work('right');
    git('checkout', '--quiet', 'left');
    git('merge', '--quiet', '--no-edit', 'right');
    expect(git('status', '--porcelain')).toBe('');
    const list = await document(cli, 'list');
    expect(list).toMatchObject({ count: 11 });
    const said = await document(cli, 'validate');
    expect({ valid: said.valid, problems: said.problems }).toEqual({ valid: true, problems: [] });
    const log = readFileSync(join(cli.cwd, '.jit/events.jsonl'), 'utf8').trimEnd().split('\n');
    expect(log).toHaveLength(1 + 2 * 5 * 4);
    expect(new Set(log.map((line) => JSON.parse(line).eid)).size).toBe(log.length);
    // The merged store works on: what was needed by both becomes done, and frees all.
    const done = await document(cli, `complete ${base}`);
    expect(done.became_ready.map((row: Doc) => row.title)).toHaveLength(10);
    expect(await document(cli, 'validate')).toMatchObject({ valid: true, problems: [] });
  });
});

test('a store without any issue reads as empty in a clone: git keeps no empty directory', async () => {
  const directory = temporaryDirectory();
  const origin = join(directory, 'origin');
  execFileSync('git', ['init', '--quiet', origin]);
  await startCli({ store: 'files', cwd: origin })('init');
  const git = (...words: string[]) => execFileSync('git', ['-C', origin, ...words]);
  git('add', '--all');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'init');
  execFileSync('git', ['clone', '--quiet', origin, join(directory, 'clone')]);
  const clone = startCli({ store: 'files', cwd: join(directory, 'clone') });
  expect(await clone('list --json')).toMatchObject({ exit: 0, json: { issues: [] } });
  expect((await clone('validate')).exit).toBe(0);
  expect((await clone('create First')).exit).toBe(0);
});
