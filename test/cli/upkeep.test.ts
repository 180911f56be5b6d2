import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import { create, type Doc, document, expectFailure } from '../support/command-line.ts';
import { contentsOf } from '../support/invariants.ts';
import { GATES, idOf, issueWith } from '../support/issues.ts';

describe('jit validate', () => {
  test('a store that jit wrote is valid', async () => {
    const cli = startCli({ content: { gates: GATES } });
    const id = await create(cli, 'T', '--gate', 'tests');
    await cli(`complete ${id}`);
    expect(await document(cli, 'validate')).toEqual({
      schema_version: 1,
      kind: 'validation',
      valid: true,
      counts: { issues: 1, events: 3, errors: 0, warnings: 0 },
      problems: [],
      applied: false,
      fixed: [],
    });
    expect(await cli('validate')).toMatchObject({
      exit: 0,
      stdout: 'valid: 1 issue, 3 events: 0 errors, 0 warnings\n',
      stderr: '',
    });
  });

  const broken = () => {
    const issues = [
      issueWith(1, { dependencies: [idOf(9)], state: 'backlog' }),
      issueWith(2, { dependencies: [idOf(3)], state: 'backlog' }),
      issueWith(3, { dependencies: [idOf(2)], state: 'backlog', gates_required: ['nope'] }),
      issueWith(4, { state: 'backlog' }),
      issueWith(5, { state: 'in_progress', links: [{ type: 'parent', target: idOf(8) }] }),
      issueWith(6, { state: 'done' }),
    ];
    return startCli({ content: { issues } });
  };

  test('reports everything that is wrong in one run, on stdout, with exit 4', async () => {
    const cli = broken();
    const ran = await cli('validate --json');
    expect(ran).toMatchObject({ exit: 4, stderr: '' });
    const said = ran.json as never as {
      problems: { code: string; file: string; path: string; id: string; severity: string }[];
    };
    const errors = said.problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, path, id }) => `${code} ${path} ${id.slice(-1)}`).sort()).toEqual([
      'cycle /dependencies 2',
      'dangling-dependency /dependencies/0 1',
      'dangling-link /links/0 5',
      'done-without-completion /completed_at 6',
      'in-progress-without-assignee /assignee 5',
      'undefined-gate /gates_required/0 3',
    ]);
    for (const { file, id } of errors) expect(file).toBe(`.jit/issues/${id}.json`);
    const text = await cli('validate');
    expect(text).toMatchObject({ exit: 4, stderr: '' });
    expect(text.stdout).toContain(
      `error: .jit/issues/${idOf(1)}.json /dependencies/0: needs ${idOf(9)}, which is not there`,
    );
    expect(text.stdout).toContain('[dangling-dependency] (fix: remove the dependency)');
    expect(text.stdout).toContain('jit validate --fix shows what can be mended');
    expect(text.stdout).toMatch(/not valid: 6 issues, 0 events: 6 errors, \d+ warnings?/);
  });

  test('says once that the log is older than the issues; a document has each', async () => {
    const before = startCli();
    const first = await create(before, 'First');
    const { events } = await contentsOf(before.store as Store);
    before.clock.forward(1_000);
    await before(`update ${first} --priority high`);
    for (let i = 0; i < 6; i += 1) await create(before, `Later ${i}`);
    const { issues } = await contentsOf(before.store as Store);
    const cli = startCli({ content: { issues, events } });
    const { stdout } = await cli('validate');
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^warning: .jit\/events.jsonl: has no events of 6 issues, and lacks the last change of 1 issue, .* and 4 others/,
      ),
      'valid: 7 issues, 1 event: 0 errors, 7 warnings',
      'jit validate --fix shows what can be mended',
      '',
    ]);
    const { problems, counts } = await document(cli, 'validate');
    expect(counts.warnings).toBe(7);
    expect(new Set(problems.map(({ id }: { id: string }) => id))).toEqual(
      new Set(issues.map(({ id }) => id)),
    );
  });

  test('--fix previews, --fix --yes mends, and again finds nothing more', async () => {
    const cli = broken();
    const fixable = [
      'cycle',
      'dangling-dependency',
      'dangling-link',
      'done-without-completion',
      'empty-log',
      'in-progress-without-assignee',
      'stale-state',
      'stale-state',
      'stale-state',
      'undefined-gate',
    ];
    const preview = (await cli('validate --fix --json')).json as never as Doc;
    expect(preview).toMatchObject({ applied: false });
    expect(preview.fixed.map(({ code }: { code: string }) => code).sort()).toEqual(fixable);
    expect((await cli('validate --fix')).stdout).toContain('add --yes to mend it');
    expect((await document(cli, `show ${idOf(1)}`)).issue.dependencies).toEqual([idOf(9)]);
    const mended = await cli('validate --fix --yes --json');
    expect(mended).toMatchObject({ exit: 0, json: { applied: true, valid: true, problems: [] } });
    const again = await cli('validate --fix --yes --json');
    expect(again.json).toMatchObject({ applied: true, fixed: [] });
    expect((await cli('validate --fix --yes')).stdout).toContain('nothing to mend by rule');
    expect((await document(cli, `show ${idOf(1)}`)).issue).toMatchObject({
      dependencies: [],
      state: 'ready',
    });
  });

  test('--yes without --fix changes nothing, and says so', async () => {
    await expectFailure(broken(), 'validate --yes', { exit: 2, code: 'USAGE', hint: /--fix --yes/ });
  });
});

describe('jit gc', () => {
  test('removes old tombstones, by the configuration or by age; --dry-run only shows them', async () => {
    const cli = startCli();
    const old = await create(cli, 'Old');
    await cli(`delete ${old} --yes`);
    cli.clock.forward(91 * 86_400_000);
    const young = await create(cli, 'Young');
    await cli(`delete ${young} --yes`);
    expect(await document(cli, 'gc --dry-run')).toEqual({
      schema_version: 1,
      kind: 'gc',
      applied: false,
      tombstones: [old],
      leftovers: [],
    });
    expect((await cli('gc --dry-run')).stdout).toBe('would remove 1 tombstone\n');
    expect(await document(cli, 'gc')).toMatchObject({ applied: true, tombstones: [old] });
    expect(await document(cli, 'gc')).toMatchObject({ applied: true, tombstones: [] });
    expect((await document(cli, 'gc --older-than 0 --dry-run')).tombstones).toEqual([young]);
    // A store of files removes entries of its journal as well.
    expect((await cli('gc --older-than 0')).stdout).toMatch(
      /^removed 1 tombstone\n(1 applied journal entry\n)?$/,
    );
    // The events stay, and what is gone is not missed.
    expect(await document(cli, 'validate')).toMatchObject({ valid: true, problems: [] });
  });

  test('on files it says beforehand what it removes', async () => {
    const cli = startCli({ store: 'files', cwd: temporaryDirectory() });
    await cli('init');
    const id = await create(cli, 'T');
    await cli(`delete ${id} --yes`);
    const preview = await document(cli, 'gc --older-than 0 --dry-run');
    const done = await document(cli, 'gc --older-than 0');
    expect(preview.tombstones).toEqual([id]);
    expect(done.tombstones).toEqual([id]);
    expect(() => readFileSync(join(cli.cwd, `.jit/issues/${id}.json`))).toThrow('ENOENT');
  });

  test.each([['--older-than -1'], ['--older-than x'], ['--older-than 1d'], ['extra']])(
    'refuses %s',
    async (words) => {
      await expectFailure(startCli(), `gc ${words}`, { exit: 2, code: 'USAGE' });
    },
  );
});

describe('jit export', () => {
  async function start() {
    const cli = startCli();
    const need = await create(cli, 'Need "quoted", <b>');
    const id = await create(cli, 'T', '--needs', need);
    await create(cli, 'Other');
    return { cli, need, id };
  }

  test.each([
    ['mermaid', /^flowchart|^graph/m],
    ['dot', /^digraph/m],
    ['graphviz', /^digraph/m],
    ['json', /"kind":"issue-list"/],
    ['jsonl', /^\{"id":/],
    ['csv', /^id,/],
    ['markdown', /^# /m],
    ['MD', /^# /m],
  ])('--format %s', async (format, looks) => {
    const { cli, id } = await start();
    const { stdout, stderr, exit } = await cli(`export --format ${format}`);
    expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 });
    expect(stdout).toMatch(looks);
    const said = await document(cli, `export -f ${format}`);
    expect(said).toMatchObject({ kind: 'export', count: 3, path: null, content: stdout });
    expect(await document(cli, `export --format ${format} --issue ${id}`)).toMatchObject({ count: 2 });
  });

  test('json is the document that list prints', async () => {
    const { cli } = await start();
    const exported = JSON.parse((await cli('export --format json')).stdout);
    const listed = await document(cli, 'list --all --full');
    const byId = (rows: { id: string }[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect({ ...exported, issues: byId(exported.issues) }).toEqual({
      ...listed,
      issues: byId(listed.issues),
    });
  });

  test('-o writes a file, wholly or not at all', async () => {
    const { cli } = await start();
    const said = await document(cli, 'export --format csv -o issues.csv');
    expect(said).toMatchObject({ format: 'csv', path: 'issues.csv', count: 3, content: null });
    expect(readFileSync(join(cli.cwd, 'issues.csv'), 'utf8')).toBe((await cli('export --format csv')).stdout);
    expect(await cli('export --format csv --output issues.csv')).toMatchObject({
      exit: 0,
      stdout: '',
      stderr: '',
    });
    await expectFailure(cli, 'export --format csv -o nowhere/issues.csv', {
      exit: 3,
      code: 'FILE_NOT_FOUND',
    });
  });

  test.each<[readonly string[], number, string]>([
    [[], 2, 'USAGE'],
    [['--format', 'pdf'], 2, 'UNKNOWN_VALUE'],
    [['--format', ''], 2, 'USAGE'],
    [['--format', 'csv', '-o', ''], 2, 'USAGE'],
    [['--format', 'csv', '--issue', 'ZZZZZZZZ'], 3, 'ISSUE_NOT_FOUND'],
    [['--format', 'csv', '--issue', '../x'], 2, 'USAGE'],
  ])('refuses %j', async (words, exit, code) => {
    const { cli } = await start();
    await expectFailure(cli, ['export', ...words], { exit, code });
  });
});
