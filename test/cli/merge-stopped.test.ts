import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Branches, type Driver, startBranches } from '../support/branches.ts';
import { create, type Doc, document } from '../support/command-line.ts';

/** A merge that stopped over an issue, beside another that only the other branch had to do with. */
async function stop(driver: Driver = 'no attributes', files: Readonly<Record<string, string>> = {}) {
  const scene = await startBranches(driver);
  const { cli } = scene;
  const [id, other] = [await create(cli, 'Both'), await create(cli, 'Other')];
  const edit = (side: string) => async () => {
    await cli(['update', id, '-l', side]);
    if (side === 'side') await cli(['update', other, '-l', 'side']);
    for (const [name, text] of Object.entries(files)) scene.write(name, `${text} ${side}\n`);
  };
  await scene.part(edit('side'), edit('main'));
  expect(scene.tryGit('merge', 'side')).toBe(1);
  return { scene, id, other };
}

const filesOf = (report: Doc, outcome: string): readonly string[] =>
  report.files
    .filter((file: { outcome: string }) => file.outcome === outcome)
    .map(({ file }: { file: string }) => file)
    .sort();

async function expectCommitted(scene: Branches) {
  expect(scene.tryGit('commit', '--quiet', '--no-edit')).toBe(0);
  expect(scene.git('status', '--porcelain')).toBe('');
  expect(await scene.cli('validate --at HEAD --json')).toMatchObject({ exit: 0, json: { problems: [] } });
}

describe('commands that ran while git was stopped', () => {
  test('what the log tells of is staged with it: a new issue, a comment, a gate, a setting', async () => {
    const { scene, id, other } = await stop();
    const { cli } = scene;
    const made = await create(cli, 'Made meanwhile');
    await cli(['comment', other, 'meanwhile']);
    await cli('gate define docs --title Docs');
    const told = [scene.path(made), scene.path(other), '.jit/gates.json'].sort();
    const shown = await document(cli, 'merge');
    expect(filesOf(shown, 'staged')).toEqual(told);
    expect((await cli('merge')).stdout).toContain(`would stage ${scene.path(made)}`);
    expect(scene.git('diff', '--cached', '--name-only')).not.toContain(made);
    const done = await document(cli, 'merge --resolve');
    expect(filesOf(done, 'staged')).toEqual(told);
    expect(filesOf(done, 'merged')).toEqual(['.jit/events.jsonl', scene.path(id)].sort());
    expect(done.files.find(({ file }: { file: string }) => file === scene.path(made))).toMatchObject({
      id: made,
      title: 'Made meanwhile',
      from: 'file',
      decided: [],
    });
    await expectCommitted(scene);
    expect(scene.issue(other)).toMatchObject({ labels: ['side'], comments: [{ body: 'meanwhile' }] });
  });

  test('a file of the store that the log does not tell of is not staged', async () => {
    const { scene, other } = await stop();
    scene.write(scene.path(other), scene.read(scene.path(other)).replace('"normal"', '"high"'));
    expect(filesOf(await document(scene.cli, 'merge --resolve'), 'staged')).toEqual([]);
    expect(scene.git('diff', '--name-only').trim()).toBe(scene.path(other));
  });
});

describe('an unmerged file that is nobody’s resolution', () => {
  test.each([
    ['empty', ''],
    ['a blank line', '\n'],
    ['half an issue', '{ "id": "01'],
    ['no issue', '{}'],
    ['null', 'null'],
  ])('%s: the two sides are merged over it', async (_, text) => {
    const { scene, id } = await stop();
    scene.write(scene.path(id), text);
    expect(await document(scene.cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
    await expectCommitted(scene);
  });

  test('one that says something is somebody’s', async () => {
    const { scene, id } = await stop();
    const mine = `${scene.git('show', `HEAD:${scene.path(id)}`).replace('"Both"', '"Mine"')}`;
    scene.write(scene.path(id), mine);
    const ran = await scene.cli('merge --resolve --json');
    expect(ran).toMatchObject({ exit: 4, json: { left: [{ file: scene.path(id) }] } });
    expect(scene.read(scene.path(id))).toBe(mine);
  });

  test('of gates.json as well', async () => {
    const scene = await startBranches('no attributes');
    const { cli } = scene;
    await scene.part(
      () => cli('gate define docs --title Of-side'),
      () => cli('gate define docs --title Of-main'),
    );
    expect(scene.tryGit('merge', 'side')).toBe(1);
    scene.write('.jit/gates.json', '');
    expect(await document(cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(JSON.parse(scene.read('.jit/gates.json')).docs.title).toBe('Of-side');
  });
});

describe('validate --fix --yes while the store is unmerged', () => {
  test('refuses, and writes nothing', async () => {
    const { scene, id } = await stop();
    scene.git('checkout', '--quiet', '--theirs', '--', scene.path(id));
    scene.write(scene.path(id), scene.read(scene.path(id)).replace('"normal"', '"high"'));
    const before = [scene.read(scene.path(id)), scene.read('.jit/events.jsonl')];
    const ran = await scene.cli('validate --fix --yes --json');
    expect(ran).toMatchObject({
      exit: 4,
      json: {
        error: {
          code: 'INVALID',
          details: { files: [scene.path(id)] },
          hint: expect.stringContaining('jit merge --resolve'),
        },
      },
    });
    expect([scene.read(scene.path(id)), scene.read('.jit/events.jsonl')]).toEqual(before);
    expect((await scene.cli('validate --fix --json')).json).toMatchObject({ kind: 'validation' });
  });

  test('a file that is none of the store is no reason', async () => {
    const { scene } = await stop('no attributes', { 'a.txt': 'text' });
    await document(scene.cli, 'merge --resolve');
    expect(await document(scene.cli, 'validate --fix --yes')).toMatchObject({ fixed: [] });
  });
});

describe('other files that are unmerged', () => {
  test.each([
    ['merge', ['git commit']],
    ['rebase', ['git rebase --continue']],
  ])('%s: they come first', async (operation, goOn) => {
    const { scene } = await stop('no attributes', { 'a.txt': 'text' });
    if (operation === 'rebase') {
      scene.git('merge', '--abort');
      expect(scene.tryGit('rebase', 'side')).toBe(1);
    }
    expect(await document(scene.cli, 'merge')).toMatchObject({
      others: ['a.txt'],
      next: ['jit merge --resolve', 'jit validate'],
    });
    const done = await scene.cli('merge --resolve');
    expect(done.stdout).toMatch(/a\.txt\nthese come first/);
    expect(done.stdout).not.toContain(goOn[0]);
    expect(await document(scene.cli, 'merge')).toMatchObject({ others: ['a.txt'], next: [] });
    scene.git('add', 'a.txt');
    expect(await document(scene.cli, 'merge')).toMatchObject({ others: [], next: goOn });
  });

  test('of a stash, too: it is not dropped before', async () => {
    const scene = await startBranches('no attributes');
    const id = await create(scene.cli, 'T');
    scene.write('a.txt', 'base\n');
    scene.commit();
    await scene.cli(['update', id, '-t', 'Stashed']);
    scene.write('a.txt', 'stashed\n');
    scene.git('-c', 'user.name=a', '-c', 'user.email=a@b', 'stash', '--quiet');
    await scene.cli(['update', id, '-t', 'Committed']);
    scene.write('a.txt', 'committed\n');
    scene.commit();
    expect(scene.tryGit('stash', 'pop')).toBe(1);
    const done = await document(scene.cli, 'merge --resolve');
    expect(done).toMatchObject({ operation: 'stash', others: ['a.txt'], next: ['jit validate'] });
    rmSync(join(scene.cwd, 'a.txt'));
  });
});
