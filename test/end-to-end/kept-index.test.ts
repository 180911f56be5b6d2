import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DIR, makeScene } from '../store/faults/scene.ts';
import { makeSandbox } from '../support/binary.ts';
import { startBranches } from '../support/branches.ts';
import { temporaryDirectory } from '../support/cli.ts';
import { testedIndex } from '../support/index-env.ts';
import { startInRepository } from '../support/repository.ts';
import { makeScratch } from '../support/scratch.ts';

// What JIT_INDEX says reaches every jit that tests start: otherwise a run with an index would prove nothing.

const isKept = (directory: string): boolean => existsSync(join(directory, '.jit/local/cache/issues.index'));

const ways: Readonly<Record<string, () => Promise<boolean>>> = {
  'the real program': async () => {
    const { jit, repository } = makeSandbox();
    for (const line of ['init', 'create T', 'list']) expect(jit(line.split(' ')).exit).toBe(0);
    return isKept(repository);
  },
  'many real programs': async () => {
    const { ok, root } = await makeScratch();
    for (const line of ['create T', 'list']) await ok(line.split(' '));
    return isKept(root);
  },
  'in this process': async () => {
    const { cli, cwd } = await startInRepository();
    for (const line of ['create T', 'list']) expect((await cli(line)).exit).toBe(0);
    return isKept(cwd);
  },
  'what git starts': async () => {
    const { cli, cwd, git, tryGit } = await startBranches();
    await cli('create T');
    git('config', 'alias.ask', `!'${process.execPath}' '${join(import.meta.dirname, '../../bin/jit')}' list`);
    expect(tryGit('ask')).toBe(0);
    return isKept(cwd);
  },
  'a store on a disk in memory': async () =>
    (await makeScene()).text(`${DIR}/local/cache/issues.index`) !== undefined,
};

test.each(Object.entries(ways))('an index is kept where the tests ask for one: %s', async (_, look) => {
  expect(await look()).toBe(testedIndex() === 'always');
});

test('an index that there is would be seen', async () => {
  const { jit } = makeSandbox();
  const cwd = temporaryDirectory();
  for (const line of ['init', 'create T', 'list'])
    expect(jit(line.split(' '), { cwd, env: { JIT_INDEX: 'always' } }).exit).toBe(0);
  expect(isKept(cwd)).toBe(true);
});
