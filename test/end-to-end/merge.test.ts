import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeScratch } from '../support/scratch.ts';

test('the driver gives up where git takes one issue for another; jit merge --resolve puts each in its place', async () => {
  const { root, ok, run, jit } = await makeScratch();
  const git = async (...words: string[]): Promise<string> => {
    const ran = await run('git', words);
    if (ran.exit !== 0) throw new Error(`git ${words.join(' ')}: ${ran.stdout}${ran.stderr}`);
    return ran.stdout;
  };
  const commit = async (): Promise<void> => {
    await git('add', '-A');
    await git('commit', '--quiet', '-m', 'work');
  };
  const file = (id: string): string => join(root, '.jit/issues', `${id}.json`);
  await ok(['git', 'setup']);
  const text = Array.from({ length: 60 }, (_, at) => `line ${at} of a long description`).join('\n');
  const create = (): Promise<string> => ok(['create', 'Alike', '-d', text, '--by', 'agent:a']);
  const old = await create();
  await commit();
  await git('checkout', '--quiet', '-b', 'side');
  await ok(['update', old, '-l', 'precious', '--by', 'agent:a']);
  await commit();
  await git('checkout', '--quiet', '-');
  rmSync(file(old));
  const young = await create();
  await commit();
  const untouched = readFileSync(file(young), 'utf8');

  expect((await run('git', ['merge', 'side'])).exit).toBe(1);
  expect(readFileSync(file(young), 'utf8')).toContain('<<<<<<<');
  expect(await jit(['validate'])).toMatchObject({ exit: 4 });
  const ran = await jit(['merge', '--resolve']);
  expect(ran, ran.stderr).toMatchObject({ exit: 0 });
  expect(JSON.parse(readFileSync(file(old), 'utf8'))).toMatchObject({ id: old, labels: ['precious'] });
  expect(readFileSync(file(young), 'utf8')).toBe(untouched);
  await git('commit', '--quiet', '--no-edit');
  const left = await jit(['validate']);
  expect(left, left.stdout).toMatchObject({ exit: 0 });
});
