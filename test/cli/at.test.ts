import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { startCli } from '../support/cli.ts';
import { create, document } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';

/** A repository with two commits of a board: first one issue waits for the other, then that one is done. */
async function start() {
  const started = await startInRepository();
  const { cli, commit, git } = started;
  const need = await create(cli, 'Need');
  const id = await create(cli, 'Later', '--needs', need);
  const held = await create(cli, 'Held', '--hold', 'wait', '-l', 'x');
  await cli(`claim ${need}`);
  commit();
  const before = git('rev-parse', 'HEAD').trim();
  await cli(`complete ${need}`);
  await cli(`delete ${held} --yes`);
  commit();
  return { ...started, need, id, held, before };
}

const READERS = [
  'issue show ID',
  'issue list',
  'query ready',
  'query blocked',
  'query stalled',
  'query mine',
];
const MORE = ['query assignee me', 'query state open', 'query priority normal', 'graph show', 'graph roots'];
const REST = [
  'validate',
  'graph downstream ID',
  'graph critical-path',
  'status',
  'why ID',
  'dep list ID',
  'export -f mermaid',
];
const ALL = [...READERS, ...MORE, ...REST];

describe('--at', () => {
  test('answers as the same command did at that commit', async () => {
    const { cli, git, before, need } = await start();
    const lines = [
      'issue list',
      'query blocked',
      'graph show',
      'graph downstream ID',
      'dep list ID',
      'export -f csv',
    ];
    const shown: string[] = [];
    for (const line of lines) shown.push((await cli(`${line.replace('ID', need)} --at ${before}`)).stdout);
    git('checkout', '--quiet', before);
    for (const [i, line] of lines.entries()) {
      const { stdout, exit } = await cli(line.replace('ID', need));
      expect([exit, stdout], line).toEqual([0, shown[i]]);
    }
    git('checkout', '--quiet', 'main');
    for (const [i, line] of lines.entries())
      expect((await cli(line.replace('ID', need))).stdout, line).not.toBe(shown[i]);
  });

  test('is declared for the commands that only read the board, and for no others', async () => {
    const found = [];
    for (const { calls, load } of COMMANDS)
      if ((await load()).declaration.options?.at !== undefined) found.push(calls[0]!);
    expect(found.sort()).toEqual(ALL.map((line) => line.replace(/ (ID|me|open|normal|-f .*)$/, '')).sort());
  });

  test('looks at no lease, and judges holds and silence by the time of the commit', async () => {
    const { cli, need, before } = await start();
    const shown = (await document(cli, `show ${need} --at ${before}`)).issue as Record<string, unknown>;
    expect(shown).toMatchObject({ state: 'in_progress', assignee: 'agent:tester', lease: null });
    expect((await document(cli, `status --at ${before}`)).counts).toMatchObject({
      in_progress: 1,
      stale: 0,
      elsewhere: 0,
      on_hold: 1,
    });
    const { issues } = await document(cli, `query stalled --at ${before}`);
    for (const { stalled } of issues) expect(stalled).toMatchObject([{ type: 'silent' }]);
  });

  test('finds what is deleted now', async () => {
    const { cli, held, before } = await start();
    expect((await cli(`show ${held}`)).exit).toBe(3);
    expect((await document(cli, `show ${held.slice(-8)} --at ${before}`)).issue).toMatchObject({
      title: 'Held',
    });
  });

  test.each([
    ['list --at nope', 'REVISION_NOT_FOUND', 3],
    ['list --at=--all', 'USAGE', 2],
    ['list --at=-x', 'USAGE', 2],
    ['list --at a..b', 'USAGE', 2],
    ['ready --claim --at HEAD', 'USAGE', 2],
    ['show 00000000 --at HEAD', 'ISSUE_NOT_FOUND', 3],
  ])('%s is %s', async (line, code, exit) => {
    const { cli } = await start();
    expect(await cli(`${line} --json`)).toMatchObject({ exit, json: { error: { code } } });
  });

  test('says so before the first commit, and of a commit without a store', async () => {
    const { cwd, git, cli, commit } = await startInRepository();
    expect(await cli('list --at HEAD --json')).toMatchObject({
      exit: 3,
      json: { error: { code: 'REVISION_NOT_FOUND', hint: expect.stringContaining('no commit yet') } },
    });
    commit();
    git('rm', '-r', '--quiet', '--cached', '.jit');
    git('commit', '--quiet', '-m', 'gone');
    expect((await cli('list --at HEAD --json')).json).toMatchObject({ error: { code: 'NOT_INITIALIZED' } });
    // The board of before is there, although there is none now.
    rmSync(join(cwd, '.jit'), { recursive: true });
    expect((await cli('list --json')).exit).toBe(3);
    expect(await document(cli, 'list --at HEAD~1')).toMatchObject({ total: 0 });
  });

  test('says so where there is no repository', async () => {
    const cli = startCli({ store: 'files' });
    await cli('init');
    expect((await cli('list --at HEAD --json')).json).toMatchObject({ error: { code: 'GIT' } });
  });

  test('works from a linked work tree, in a bare repository, below the top and in a hook', async () => {
    const { cwd, git, before } = await start();
    git('worktree', 'add', '--quiet', 'linked', before);
    git('clone', '--quiet', '--bare', '.', 'bare.git');
    mkdirSync(join(cwd, 'a/b'), { recursive: true });
    const env = { GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index', JIT_AGENT_ID: 'agent:x' };
    for (const place of ['linked', 'bare.git', 'a/b']) {
      const cli = startCli({ store: 'files', cwd: join(cwd, place), env });
      expect(await document(cli, 'status --at main'), place).toMatchObject({ counts: { done: 1, total: 2 } });
    }
  });

  test('names what cannot be read there', async () => {
    const { cwd, cli, commit, id } = await start();
    writeFileSync(join(cwd, '.jit/issues', `${id}.json`), '<<<<<<< HEAD\n');
    commit();
    expect(await document(cli, 'list --all --at HEAD')).toMatchObject({
      total: 1,
      warnings: [{ id, code: 'conflict-marker' }],
    });
  });
});
