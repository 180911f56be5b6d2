import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Cli, startCli, temporaryDirectory } from './cli.ts';
import { create, type Doc, expectClean } from './command-line.ts';
import { snapshotTree } from './tree-snapshot.ts';

/** A store in files with a healthy issue, one that a test damages, and one that needs it. */
export async function startDamaged() {
  const top = temporaryDirectory();
  const cwd = join(top, 'work');
  mkdirSync(cwd);
  writeFileSync(join(top, 'neighbour.txt'), 'not jit’s\n');
  const cli = startCli({ store: 'files', cwd });
  await cli('init');
  const bad = await create(cli, 'Bad');
  const good = await create(cli, 'Good', '--gate', 'review');
  const needs = await create(cli, 'Needs', '--needs', bad);
  const path = (name: string): string => join(cwd, '.jit', name);
  return { cli, top, cwd, bad, good, needs, path, file: path(`issues/${bad}.json`) };
}

/** Everything beside the store: no command may touch it. */
export const outside = (top: string) => snapshotTree(top, ['work/.jit']);

/** What `validate` says, whatever its exit code; nothing else may stand on stdout or stderr. */
export async function validate(cli: Cli): Promise<Doc> {
  const ran = await cli('validate --json');
  expect(ran.stderr).toBe('');
  expectClean(ran);
  expectClean(await cli('validate'));
  return ran.json;
}
