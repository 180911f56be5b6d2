import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { create, document } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';

/** A branch on which one issue was finished and one made, while main went on. */
async function start() {
  const started = await startInRepository();
  const { cli, commit, git } = started;
  const need = await create(cli, 'Need', '-g', 'unit-tests');
  const other = await create(cli, 'Other');
  commit();
  git('checkout', '--quiet', '-b', 'work');
  await cli(`claim ${need}`);
  await cli(`gate fail ${need} unit-tests --by ci:x`);
  await cli(`gate pass ${need} unit-tests --by ci:x`);
  await cli(`complete ${need}`);
  const made = await create(cli, 'Made', '--needs', `${need},${other}`);
  commit();
  git('checkout', '--quiet', 'main');
  await cli(`update ${other} -t Changed`);
  commit();
  git('checkout', '--quiet', 'work');
  return { ...started, need, other, made };
}

/** What a diff says: the heading of each issue by its id. */
const headings = (doc: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    (doc.issues as { id: string; heading: string }[]).map(({ id, heading }) => [id, heading]),
  );

describe('jit diff', () => {
  test('compares commits, from the merge base with three dots', async () => {
    const { cli, need, other, made } = await start();
    const branch = await document(cli, 'diff main...work');
    expect(headings(branch)).toEqual({ [need]: 'completed', [made]: 'created' });
    expect(branch.issues[0]).toMatchObject({
      before: 'ready',
      after: 'done',
      passing: [{ event: 'gate.failed', gate: 'unit-tests' }],
    });
    expect(branch.issues[0].happenings).toMatchObject([
      { type: 'completed', by: 'agent:tester' },
      { type: 'gate-passed', subject: 'unit-tests', by: 'ci:x' },
    ]);
    expect(headings(await document(cli, 'diff main..work'))).toEqual({
      [need]: 'completed',
      [made]: 'created',
      [other]: 'changed',
    });
    expect(headings(await document(cli, 'diff work..main'))).toMatchObject({
      [need]: 'reopened',
      [made]: 'deleted',
    });
    const markdown = (await cli('diff main... --format markdown')).stdout;
    expect(markdown).toContain('## Issues: 1 completed, 1 created\n');
    expect(markdown).toContain('```mermaid\n');
    // Other was not changed on the branch, and is needed.
    expect(markdown).toContain('["Other"]');
    expect(JSON.parse((await cli('diff main...work --format json')).stdout)).toEqual(branch);
  });

  test('compares with the working tree, also what git does not track, and with the index', async () => {
    const { cli, git, other, made } = await start();
    expect(headings(await document(cli, 'diff'))).toEqual({});
    const fresh = await create(cli, 'Fresh');
    await cli(`update ${other} -p high`);
    expect(headings(await document(cli, 'diff'))).toEqual({ [fresh]: 'created', [other]: 'changed' });
    expect(headings(await document(cli, 'diff --staged'))).toEqual({});
    git('add', '--all');
    await cli(`delete ${made} --yes`);
    expect(headings(await document(cli, 'diff --staged'))).toEqual({
      [fresh]: 'created',
      [other]: 'changed',
    });
    expect((await document(cli, 'diff')).issues).toMatchObject([
      { id: made, heading: 'deleted', happenings: [{ by: 'agent:tester' }] },
      { id: fresh },
      { id: other },
    ]);
    expect(git('diff', '--cached', '--name-only')).toContain(fresh);
  });

  test('shows only the issues that are named', async () => {
    const { cli, need, made, other } = await start();
    expect(headings(await document(cli, `diff main...work ${made.slice(-8)}`))).toEqual({
      [made]: 'created',
    });
    expect(headings(await document(cli, `diff main...work --issue ${need},${made}`))).toEqual({
      [need]: 'completed',
      [made]: 'created',
    });
    expect(headings(await document(cli, `diff ${other}`))).toEqual({});
    // Gone on the later side, it is still an issue.
    expect(headings(await document(cli, `diff work..main ${made}`))).toEqual({ [made]: 'deleted' });
  });

  test.each([
    ['diff nope..HEAD', 'REVISION_NOT_FOUND', 3],
    ['diff no-such', 'REVISION_NOT_FOUND', 3],
    ['diff nonsuch', 'ISSUE_NOT_FOUND', 3],
    ['diff --staged main..work', 'USAGE', 2],
    ['diff -- --output=x', 'USAGE', 2],
    ['diff a..b..c', 'USAGE', 2],
    ['diff HEAD 00000000', 'ISSUE_NOT_FOUND', 3],
    ['diff HEAD HEAD 00000000', 'ISSUE_NOT_FOUND', 3],
    ['diff HEAD no-such', 'REVISION_NOT_FOUND', 3],
    ['diff --staged main work', 'USAGE', 2],
    ['diff main main..work', 'USAGE', 2],
  ])('%s is %s', async (line, code, exit) => {
    const { cli } = await start();
    const words = line.includes(' -- ') ? ['diff', '--json', '--', '--output=x'] : `${line} --json`;
    expect(await cli(words)).toMatchObject({ exit, json: { error: { code } } });
  });

  test('takes two commits as git does, and issues behind them', async () => {
    const { cli, need, other, made } = await start();
    for (const [words, range] of [
      ['main work', 'main..work'],
      ['HEAD~1 HEAD', 'HEAD~1..HEAD'],
      ['work main', 'work..main'],
      [`main work ${made.slice(-8)} ${other}`, `main..work ${made} ${other}`],
      [`HEAD~1 ${need.slice(-8)} ${made}`, `HEAD~1 --issue ${need},${made}`],
    ])
      expect(await document(cli, `diff ${words}`), words).toEqual(await document(cli, `diff ${range}`));
  });

  test('refuses a second word that means a commit and an issue', async () => {
    const { cli, git, need } = await start();
    const name = need.slice(-8);
    git('branch', name);
    expect((await cli(`diff HEAD~1 ${name} --json`)).json).toMatchObject({
      error: {
        code: 'USAGE',
        details: { id: need },
        hint: `jit diff HEAD~1..${name} for the commit, jit diff --issue ${name} for the issue`,
      },
    });
    expect(headings(await document(cli, `diff HEAD~1..${name}`))).not.toEqual({});
  });

  test('refuses a word that means a commit and an issue', async () => {
    const { cli, git, need } = await start();
    git('branch', need.slice(-8));
    expect((await cli(`diff ${need.slice(-8)} --json`)).json).toMatchObject({
      error: { code: 'USAGE', details: { id: need } },
    });
    expect(headings(await document(cli, `diff --issue ${need.slice(-8)}`))).toEqual({});
  });

  test('names what cannot be read on either side, and serves the rest', async () => {
    const { cwd, cli, commit, need, other } = await start();
    await cli(`update ${need} -p high`);
    writeFileSync(join(cwd, '.jit/issues', `${other}.json`), '<<<<<<< HEAD\n');
    const now = await document(cli, 'diff');
    expect(headings(now)).toEqual({ [need]: 'changed' });
    expect(now.unread).toMatchObject([
      { side: 'after', id: other, message: expect.stringContaining('merge conflict') },
    ]);
    commit();
    await cli('validate');
    writeFileSync(join(cwd, '.jit/issues', `${other}.json`), '{}');
    expect((await document(cli, 'diff')).unread).toMatchObject([
      { side: 'before', id: other },
      { side: 'after', id: other },
    ]);
    expect((await cli('diff --format markdown')).stdout).toContain('### Cannot be read\n');
  });

  test('shows everything as new where there was no store, and says so where there is no commit', async () => {
    const { cwd, git, cli, commit } = await startInRepository();
    await create(cli, 'First');
    expect((await cli('diff --json')).json).toMatchObject({ error: { code: 'REVISION_NOT_FOUND' } });
    git('commit', '--quiet', '--allow-empty', '-m', 'before jit');
    commit();
    const doc = await document(cli, 'diff HEAD~1');
    expect(doc).toMatchObject({ count: 1, counts: { created: 1 } });
    expect(doc.gates.length).toBeGreaterThan(0);
    expect(cwd).not.toBe('');
  });

  test('works below the top, in a linked work tree, a bare repository, and a hook with an index of its own', async () => {
    const { cwd, git, cli, other } = await start();
    git('worktree', 'add', '--quiet', 'linked', 'main');
    git('clone', '--quiet', '--bare', '.', 'bare.git');
    mkdirSync(join(cwd, 'a'));
    for (const place of ['linked', 'bare.git', 'a']) {
      const there = startCli({ store: 'files', cwd: join(cwd, place) });
      expect((await document(there, 'diff main...work')).count, place).toBe(2);
    }
    await cli(`update ${other} -p high`);
    const index = join(cwd, '.git', 'another-index');
    git('read-tree', `--index-output=${index}`, 'HEAD');
    const blob = git('hash-object', '-w', join(cwd, '.jit/issues', `${other}.json`)).trim();
    const update = ['update-index', '--cacheinfo', `100644,${blob},.jit/issues/${other}.json`];
    execFileSync('git', update, { cwd, env: { ...process.env, GIT_INDEX_FILE: index } });
    const inHook = startCli({
      store: 'files',
      cwd,
      env: { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/another-index' },
    });
    expect(headings(await document(inHook, 'diff --staged'))).toEqual({ [other]: 'changed' });
    const elsewhere = startCli({ store: 'files', cwd, env: { GIT_INDEX_FILE: '/nowhere/index' } });
    expect(headings(await document(elsewhere, 'diff --staged'))).toEqual({});
    expect(headings(await document(cli, 'diff --staged'))).toEqual({});
  });

  test('does not care how a user has set up git diff, and writes nothing', async () => {
    const { cwd, git, cli, need, other } = await start();
    await cli(`update ${other} -p high`);
    for (const [key, value] of [
      ['diff.external', 'false'],
      ['diff.noprefix', 'true'],
      ['color.ui', 'always'],
      ['diff.relative', 'true'],
      ['diff.interHunkContext', '5'],
      ['diff.renames', 'copies'],
      ['log.showSignature', 'true'],
    ])
      git('config', key!, value!);
    writeFileSync(join(cwd, '.gitattributes'), '*.jsonl binary\n*.json diff=none\n');
    git('config', 'diff.none.textconv', 'false');
    const before = readFileSync(join(cwd, '.git/index'));
    const doc = await document(cli, 'diff main...work');
    expect(doc.issues).toMatchObject([{ id: need, passing: [{ event: 'gate.failed' }] }, {}]);
    expect(headings(await document(cli, 'diff'))).toEqual({ [other]: 'changed' });
    expect(readFileSync(join(cwd, '.git/index')).equals(before)).toBe(true);
  });
});
