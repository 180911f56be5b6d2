import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Driver, startBranches } from '../support/branches.ts';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import { create } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';

/** Each branch makes an issue and comments on one of its own: all that they share is the log. */
async function partApart(driver: Driver) {
  const scene = await startBranches(driver);
  const [one, other] = [await create(scene.cli, 'One'), await create(scene.cli, 'Other')];
  await scene.part(
    async () => {
      await create(scene.cli, 'Of side');
      await scene.cli(['comment', one, 'from side']);
    },
    async () => {
      await create(scene.cli, 'Of main');
      await scene.cli(['comment', other, 'from main']);
    },
  );
  return scene;
}

const WAYS = [
  ['merge', '--no-edit', 'side'],
  ['merge', '--no-edit', '-s', 'recursive', 'side'],
  ['cherry-pick', 'side'],
  ['rebase', 'side'],
];

test.each(WAYS)(
  'without the driver, two branches with issues of their own come together: git %s %s %s',
  async (...way) => {
    for (const driver of ['no attributes', 'driver not configured'] as const) {
      const scene = await partApart(driver);
      const before = [...scene.eids(), ...scene.eids(scene.git('show', 'side:.jit/events.jsonl'))];
      expect(scene.tryGit(...way)).toBe(0);
      expect([...scene.eids()].sort()).toEqual([...new Set(before)].sort());
      expect(await scene.cli('validate --json')).toMatchObject({ exit: 0, json: { problems: [] } });
    }
    // What the attributes are for: as text the log conflicts.
    expect((await partApart('log as text')).tryGit(...way)).toBe(1);
  },
);

test('a clone of a repository that was set up merges cleanly, and once set up itself by jit, to the same', async () => {
  const { cwd, git, cli, commit } = await startInRepository();
  await cli('git setup');
  await create(cli, 'Base');
  commit();
  for (const branch of ['side', 'main']) {
    git('checkout', '--quiet', '-B', branch, 'main');
    if (branch === 'main') git('reset', '--quiet', '--hard', 'side~1');
    await create(cli, `Of ${branch}`);
    commit();
  }
  const [plain, set] = ['plain', 'set'].map((name) => join(temporaryDirectory(), name)) as [string, string];
  for (const clone of [plain, set]) {
    git('clone', '--quiet', '--branch', 'main', cwd, clone);
    if (clone === set) await startCli({ store: 'files', cwd: clone })('git setup');
    git('-C', clone, 'merge', '--quiet', '--no-edit', 'origin/side');
    expect(git('-C', clone, 'status', '--porcelain')).toBe('');
    const checked = await startCli({ store: 'files', cwd: clone })('validate --json');
    expect(checked).toMatchObject({ exit: 0, json: { problems: [] } });
  }
  const linesOf = (clone: string): readonly string[] =>
    readFileSync(join(clone, '.jit/events.jsonl'), 'utf8').split('\n').sort();
  expect(linesOf(plain)).toEqual(linesOf(set));
  expect(linesOf(plain).filter((line) => line !== '')).toHaveLength(3);
});
