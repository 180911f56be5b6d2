import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Cli, startCli, temporaryDirectory } from '../support/cli.ts';
import { create, type Doc, document, expectFailure, expectNoChange } from '../support/command-line.ts';

/** A real repository with a store in files, and everything committed. */
async function start() {
  const cwd = realpathSync(temporaryDirectory());
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const git = (...words: string[]): string => execFileSync('git', words, { cwd, env, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main');
  const cli = startCli({ store: 'files', cwd });
  await cli('init');
  const commit = (): void => {
    git('add', '-A');
    git('commit', '--quiet', '--allow-empty', '-m', 'work');
  };
  return { cwd, git, cli, commit, human: startCli({ store: 'files', cwd, env: {} }) };
}

describe('git diff', () => {
  test('is empty after a command that changes nothing', async () => {
    const { git, cli, commit } = await start();
    const need = await create(cli, 'Need');
    const id = await create(
      cli,
      'T',
      '-d',
      'D',
      '-l',
      'a',
      '-g',
      'unit-tests,review',
      '--needs',
      need,
      '--context',
      'k=v',
    );
    const done = await create(cli, 'Done');
    await cli(`complete ${done}`);
    const held = await create(cli, 'Held', '--hold', 'x');
    const gone = await create(cli, 'Gone');
    await cli(`archive ${gone}`);
    await cli(`claim ${need}`);
    await cli(`gate pass ${id} unit-tests --by ci:x`);
    await cli('config set tombstone_days 30');
    commit();
    cli.clock.forward(3_600_000);
    for (const line of [
      `update ${id} -t T -d D -p normal -l a --remove-label b -g review --context k=v --context x=`,
      `update ${id} --state backlog --assignee none --milestone none`,
      `update ${need} --state in_progress`,
      `update ${done} --state done`,
      `update ${gone} --state archived`,
      `claim ${need}`,
      `complete ${done}`,
      `archive ${gone}`,
      `reopen ${id}`,
      `unassign ${id}`,
      `release ${id}`,
      `unhold ${id}`,
      `hold ${held} x`,
      `dep add ${id} ${need}`,
      `dep rm ${id} ${done}`,
      `gate add ${id} review`,
      `gate pass ${id} unit-tests`,
      ['gate', 'define', 'review', '--title', 'Review', '--update'],
    ])
      await expectNoChange(cli, line);
    const reads = [
      'list',
      'status',
      'ready',
      'blocked',
      'prime',
      'graph show',
      'events',
      'validate',
      'why ID',
      'show ID',
      'dep list ID',
    ];
    for (const line of [
      ...reads,
      'gate status ID',
      'export -f dot',
      'graph critical-path',
      'config show',
      'whoami',
      'gc',
      'init',
      'validate --fix --yes',
      'config set tombstone_days 30',
    ])
      expect(await cli(line.replace('ID', id)), line).toMatchObject({ exit: 0, stderr: '' });
    for (const line of [
      `claim ${id}`,
      `update ${id} --state done`,
      `delete ${need} --yes`,
      `dep add ${need} ${id}`,
      'create T --gate nope',
    ])
      expect((await cli(line)).exit, line).toBeGreaterThan(1);
    expect(git('diff')).toBe('');
    expect(git('status', '--porcelain')).toBe('');
  });

  test.each<[string, readonly string[]]>([
    ['update ID -p high', ['priority']],
    ['update ID --title New', ['title']],
    ['update ID -l b', ['labels']],
    ['update ID --remove-label m', ['labels']],
    ['update ID --milestone v1', ['milestone']],
    ['update ID --context b=2', ['context']],
    ['update ID -d other', ['description']],
    ['comment ID hello', ['comments']],
    ['dep add ID OTHER', ['dependencies', 'state']],
    ['gate add ID review', ['gates_required']],
    ['gate pass ID unit-tests --by ci:x', ['gates_status']],
    ['hold ID later', ['hold', 'state']],
    ['assign ID human:ada', ['assignee']],
    ['claim ID', ['assignee', 'state']],
    ['archive ID', ['state']],
  ])('%s touches its own lines and updated_at only', async (line, fields) => {
    const { cwd, git, cli, commit } = await start();
    const other = await create(cli, 'Other');
    const id = await create(
      cli,
      'T',
      '-d',
      'text',
      '-l',
      'a,m,z',
      '-g',
      'unit-tests,security-scan',
      '--context',
      'a=1',
    );
    await cli(['comment', id, 'first']);
    commit();
    const file = `.jit/issues/${id}.json`;
    const before = JSON.parse(readFileSync(join(cwd, file), 'utf8'));
    cli.clock.forward(1000);
    await document(cli, line.replace('ID', id).replace('OTHER', other));
    expect(git('diff', '--name-only').trim().split('\n')).toEqual(['.jit/events.jsonl', file]);
    const after = JSON.parse(readFileSync(join(cwd, file), 'utf8'));
    const changed = Object.keys(after).filter(
      (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
    );
    expect(changed.sort()).toEqual([...fields, 'updated_at'].sort());
    // No more places than fields; each of them lies inside of the block of its field.
    const hunks = git('diff', '-U0', '--', file)
      .split('\n')
      .filter((text) => text.startsWith('@@'));
    expect(hunks.length).toBeLessThanOrEqual(changed.length);
    const kept = git('diff', '-U0', '--', file)
      .split('\n')
      .filter((text) => /^[-+] {2}"/.test(text));
    for (const text of kept) expect(changed).toContain(/"([^"]+)"/.exec(text)![1]);
    // The log only grows.
    expect(git('diff', '--numstat', '--', '.jit/events.jsonl')).toMatch(/^\d+\t0\t/);
  });

  test('of an element of a set is its own line', async () => {
    const { git, cli, commit } = await start();
    const id = await create(cli, 'T', '-l', 'a,z');
    commit();
    await cli(`update ${id} -l m`);
    expect(git('diff', '--numstat', '--', '.jit/issues')).toMatch(/^1\t0\t/);
  });

  test('of a verdict names the commit that HEAD is', async () => {
    const { git, cli, commit } = await start();
    const id = await create(cli, 'T', '-g', 'unit-tests');
    commit();
    const head = git('rev-parse', 'HEAD').trim();
    await cli(`gate pass ${id} unit-tests`);
    expect((await document(cli, `gate status ${id}`)).gates).toMatchObject([{ commit: head }]);
    expect((await cli(`gate status ${id}`)).stdout).toContain(`, at ${head.slice(0, 10)}`);
  });
});

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
