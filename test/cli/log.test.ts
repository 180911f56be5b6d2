import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { create, document } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';

/** The steps in short: the name of an event, or what a commit tells. */
const short = (doc: Record<string, unknown>): readonly unknown[] =>
  (doc.steps as Record<string, { event: string; subject: string }>[]).map((step) => {
    if (step.event !== undefined) return step.event.event;
    return [step.type, step.merge ?? null, step.readable ?? null, step.untold];
  });

describe('jit log', () => {
  test('tells events and commits, the newest last', async () => {
    const { cli, commit } = await startInRepository();
    const id = await create(cli, 'T');
    commit();
    await cli(`update ${id} -p high`);
    commit();
    const doc = await document(cli, `log ${id.slice(-8)}`);
    expect(doc).toMatchObject({ id, title: 'T', count: 4, total: 4, truncated: false });
    // The clock of the test is not that of git: each kind keeps its order.
    expect(short(doc)).toEqual([
      'issue.created',
      'issue.updated',
      ['commit', false, true, []],
      ['commit', false, true, []],
    ]);
    expect(await document(cli, `log ${id} -n 1`)).toMatchObject({ count: 1, total: 4, truncated: true });
    expect((await cli(`log ${id}`)).stdout).toMatch(
      /issue\.updated .*\n.* commit {2}[0-9a-f]{10} {2}a {2}"work"\n/,
    );
  });

  test('says where git has more than the events tell: an edit by hand, and a merge', async () => {
    const { cwd, git, cli, commit } = await startInRepository();
    const id = await create(cli, 'T');
    const file = join(cwd, '.jit/issues', `${id}.json`);
    const edit = (from: string, to: string): void =>
      writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    commit();
    git('checkout', '--quiet', '-b', 'work');
    edit('"title": "T"', '"title": "By hand"');
    commit();
    git('checkout', '--quiet', 'main');
    edit('"milestone": null', '"milestone": "v1"');
    commit();
    git('merge', '--quiet', '--no-edit', 'work');
    edit('"priority": "normal"', '"priority": "low"');
    const steps = short(await document(cli, `log ${id}`));
    expect(steps.slice(0, 2)).toEqual(['issue.created', ['commit', false, true, []]]);
    // Neither branch was before the other.
    const branches = [
      ['commit', false, true, ['title']],
      ['commit', false, true, ['milestone']],
    ];
    expect(steps.slice(2, 4)).toEqual(expect.arrayContaining(branches));
    expect(steps.slice(4)).toEqual([
      ['commit', true, true, ['title', 'milestone']],
      ['file', null, null, ['title', 'priority', 'milestone']],
    ]);
    expect((await cli(`log ${id}`)).stdout).toContain(
      '(a merge; tells more than the events: title, milestone)',
    );
  });

  test('accuses no branch and no merge of which every event is told', async () => {
    const { cwd, git, cli, commit } = await startInRepository();
    const id = await create(cli, 'T');
    commit();
    /** Branches that each change the issue, one after the other by the clock; then all are merged, each by the driver's function. */
    const names = ['one', 'two', 'three'];
    for (const name of names) {
      git('checkout', '--quiet', '-b', name, 'main');
      cli.clock.forward(60_000);
      await cli(['comment', id, name]);
      await cli(`update ${id} -l ${name}`);
      commit();
    }
    git('checkout', '--quiet', 'main');
    for (const name of names) {
      try {
        git('merge', '--quiet', '--no-ff', '--no-edit', name);
      } catch {
        expect((await cli('merge --resolve')).exit).toBe(0);
      }
      commit();
    }
    const steps = (await document(cli, `log ${id}`)).steps as readonly { type: string; untold?: unknown }[];
    const commits = steps.filter(({ type }) => type === 'commit');
    expect(commits.length).toBeGreaterThanOrEqual(6);
    for (const { untold } of commits) expect(untold).toEqual([]);
    // What is edited by hand in between is still named, also on a branch.
    git('checkout', '--quiet', '-b', 'four', 'one');
    const file = join(cwd, '.jit/issues', `${id}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"milestone": null', '"milestone": "v1"'));
    commit();
    expect(short(await document(cli, `log ${id}`)).at(-1)).toEqual(['commit', false, true, ['milestone']]);
  });

  test('says that the history is cut in a shallow clone', async () => {
    const { cwd, git, cli, commit } = await startInRepository();
    const id = await create(cli, 'T');
    commit();
    await cli(`update ${id} -p high`);
    commit();
    expect((await document(cli, `log ${id}`)).warnings).toBeUndefined();
    git('clone', '--quiet', '--depth', '1', `file://${cwd}`, 'shallow');
    const shallow = startCli({ store: 'files', cwd: join(cwd, 'shallow') });
    expect(await document(shallow, `log ${id}`)).toMatchObject({
      count: 3,
      warnings: [{ code: 'shallow-clone' }],
    });
    expect((await shallow(`log ${id}`)).stderr).toMatch(/^jit: warning: this clone is shallow: /);
  });

  test('follows an issue that is gone, and a version that cannot be read', async () => {
    const { cwd, cli, commit } = await startInRepository();
    const id = await create(cli, 'T');
    commit();
    const file = join(cwd, '.jit/issues', `${id}.json`);
    const good = readFileSync(file);
    writeFileSync(file, '<<<<<<< HEAD\n');
    commit();
    writeFileSync(file, good);
    await cli(`delete ${id} --yes`);
    commit();
    rmSync(file);
    commit();
    expect(short(await document(cli, `log ${id}`))).toEqual([
      'issue.created',
      'issue.deleted',
      ['commit', false, true, []],
      ['commit', false, false, []],
      ['commit', false, true, []],
      ['commit', false, true, []],
    ]);
  });

  test('works before the first commit, without git, and shows hostile names as text', async () => {
    const { git, cli, commit } = await startInRepository();
    const id = await create(cli, 'T');
    expect(short(await document(cli, `log ${id}`))).toEqual(['issue.created']);
    commit();
    git('commit', '--quiet', '--amend', '--author', '\u001b[31mx <x@y>', '-m', 'red \u001b[31m "quote"');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
    expect((await cli(`log ${id}`)).stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const alone = startCli({ store: 'files' });
    await alone('init');
    const other = await create(alone, 'U');
    expect(short(await document(alone, `log ${other}`))).toEqual(['issue.created']);
    expect((await alone('log 00000000 --json')).json).toMatchObject({ error: { code: 'ISSUE_NOT_FOUND' } });
  });
});
