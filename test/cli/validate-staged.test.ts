import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import { create, expectFailure } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';

/** A repository with one issue that is committed; `damage` and `mend` change its file. */
async function start() {
  const started = await startInRepository();
  const { cli, cwd, commit } = started;
  const id = await create(cli, 'One');
  commit();
  const file = join(cwd, `.jit/issues/${id}.json`);
  const whole = readFileSync(file, 'utf8');
  return {
    ...started,
    id,
    file,
    damage: () => writeFileSync(file, `<<<<<<< ours\n${whole}`),
    mend: () => writeFileSync(file, whole),
  };
}

describe('jit validate --staged', () => {
  test('looks at what would be committed, not at the files', async () => {
    const { cli, git, damage, mend } = await start();
    damage();
    expect(await cli('validate')).toMatchObject({ exit: 4 });
    expect(await cli('validate --staged')).toMatchObject({ exit: 0, stderr: '' });
    git('add', '-A');
    mend();
    expect(await cli('validate')).toMatchObject({ exit: 0 });
    const staged = await cli('validate --staged --json');
    expect(staged).toMatchObject({ exit: 4, stderr: '' });
    expect(staged.json).toMatchObject({ kind: 'validation', problems: [{ code: 'conflict-marker' }] });
  });

  test('finds what is between files, and an event log that was not added', async () => {
    const { cli, git, cwd } = await start();
    const need = await create(cli, 'Need');
    const needs = await create(cli, 'Needs', '--needs', need);
    git('add', `.jit/issues/${needs}.json`);
    const { json } = await cli('validate --staged --json');
    const codes = (json as never as { problems: { code: string }[] }).problems.map(({ code }) => code);
    expect(codes).toEqual(['dangling-dependency', 'no-events']);
    rmSync(join(cwd, '.jit'), { recursive: true });
    git('add', '-A');
    await expectFailure(cli, 'validate --staged', { exit: 3, code: 'NOT_INITIALIZED' });
  });

  test('names a file of which the index has several versions', async () => {
    const { cli, git, id, file, commit } = await start();
    const change = async (branch: string, title: string) => {
      git('checkout', '--quiet', '-b', branch, 'main');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"One"', `"${title}"`));
      commit();
    };
    await change('left', 'Left');
    await change('right', 'Right');
    expect(() => git('merge', '--quiet', 'left')).toThrow();
    const { json } = await cli('validate --staged --json');
    expect(json).toMatchObject({ problems: [{ code: 'unmerged', severity: 'error', id }] });
    expect((await cli('validate --staged')).stdout).toContain('jit merge --resolve');
  });

  test('takes the index that git names to a hook', async () => {
    const { cwd, git, damage } = await start();
    damage();
    const env = (index: string) => ({ GIT_INDEX_FILE: index });
    copyFileSync(join(cwd, '.git/index'), join(cwd, '.git/other'));
    git('add', '-A');
    const other = startCli({ store: 'files', cwd, env: env('.git/other') });
    expect(await other('validate --staged')).toMatchObject({ exit: 0 });
    expect(await startCli({ store: 'files', cwd, env: {} })('validate --staged')).toMatchObject({ exit: 4 });
  });

  test('cannot be mended, nor be two boards at once, nor be outside of git', async () => {
    const { cli } = await start();
    await expectFailure(cli, 'validate --staged --fix', { exit: 2, code: 'USAGE', hint: /git add/ });
    await expectFailure(cli, 'validate --at HEAD --fix --yes', { exit: 2, code: 'USAGE' });
    await expectFailure(cli, 'validate --at HEAD --staged', { exit: 2, code: 'USAGE' });
    const plain = startCli({ store: 'files', cwd: temporaryDirectory() });
    await plain('init');
    await expectFailure(plain, 'validate --staged', { exit: 8, code: 'GIT' });
  });
});

describe('jit validate --at', () => {
  test('looks at a commit', async () => {
    const { cli, commit, damage, mend } = await start();
    damage();
    commit();
    mend();
    expect(await cli('validate')).toMatchObject({ exit: 0 });
    expect(await cli('validate --at HEAD~1')).toMatchObject({ exit: 0 });
    expect(await cli('validate --at HEAD')).toMatchObject({ exit: 4 });
    await expectFailure(cli, 'validate --at nowhere', { exit: 3, code: 'REVISION_NOT_FOUND' });
  });
});
