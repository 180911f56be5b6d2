import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { create } from '../support/command-line.ts';
import { startInRepository } from '../support/repository.ts';

interface Told {
  readonly problems: readonly {
    readonly code: string;
    readonly fix: string | null;
    readonly message: string;
  }[];
}

describe('jit validate asks git about merges', () => {
  test('names a file that a merge left unmerged, and the command that finishes it', async () => {
    const { cli, git, cwd, commit } = await startInRepository();
    const id = await create(cli, 'One');
    commit();
    const file = join(cwd, `.jit/issues/${id}.json`);
    for (const title of ['Left', 'Right']) {
      git('checkout', '--quiet', '-b', title, 'main');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"One"', `"${title}"`));
      commit();
    }
    expect(() => git('merge', '--quiet', 'Left')).toThrow();
    const ran = await cli('validate --json');
    expect(ran).toMatchObject({ exit: 4, stderr: '' });
    const { problems } = ran.json as never as Told;
    expect(problems.map(({ code }) => code)).toEqual(['unmerged', 'conflict-marker']);
    expect(problems[0]).toMatchObject({ fix: 'jit merge --resolve' });
    expect(problems[1]!.message).toContain('jit merge --resolve');
    // Nothing of it is for --fix, and it leaves it alone.
    const before = readFileSync(file, 'utf8');
    expect((await cli('validate')).stdout).not.toContain('--fix');
    expect((await cli('validate --fix --json')).json).toMatchObject({ fixed: [] });
    expect(await cli('validate --fix --yes --json')).toMatchObject({
      exit: 4,
      json: { error: { code: 'INVALID', hint: expect.stringContaining('jit merge --resolve') } },
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('names a merge that took one side only', async () => {
    const { cli, git, commit } = await startInRepository();
    commit();
    git('checkout', '--quiet', '-b', 'side');
    await create(cli, 'There');
    commit();
    git('checkout', '--quiet', 'main');
    await create(cli, 'Here');
    commit();
    git('merge', '--quiet', '-s', 'ours', '-m', 'Ours', 'side');
    const { problems } = (await cli('validate --json')).json as never as Told;
    expect(problems).toMatchObject([
      { code: 'dropped-merge', fix: expect.stringMatching(/^jit merge --redo/) },
    ]);
  });
});
