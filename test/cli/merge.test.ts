import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Branches, DRIVERS, type Driver, startBranches } from '../support/branches.ts';
import { create, document } from '../support/command-line.ts';

const drivers = Object.keys(DRIVERS) as Driver[];

/** Two issues that both branches edit: one in the same field, one with a comment each. */
async function partTwice(scene: Branches) {
  const { cli } = scene;
  const [first, second] = [await create(cli, 'First', '-l', 'base'), await create(cli, 'Second')];
  await scene.part(
    async () => {
      await cli(['update', first, '-t', 'First of side', '-l', 'side']);
      await cli(['comment', second, 'from side']);
    },
    async () => {
      await cli(['update', first, '-t', 'First of main', '-l', 'main']);
      await cli(['comment', second, 'from main']);
    },
  );
  return { first, second };
}

/** Nothing of either side is lost, and nothing is left to do. */
async function expectBoth(scene: Branches, { first, second }: { first: string; second: string }) {
  const merged = scene.issue(first);
  expect(merged.labels).toEqual(['base', 'main', 'side']);
  expect(merged.title).toBe('First of main');
  expect(JSON.stringify(merged.comments)).toContain('First of side');
  const bodies = scene.issue(second).comments.map(({ body }: { body: string }) => body);
  expect(bodies.sort()).toEqual(['from main', 'from side']);
  expect(scene.unmerged()).toBe('');
  expect(scene.marked()).toEqual([]);
  // Index and files agree.
  expect(scene.git('diff', '--name-only')).toBe('');
  // The log tells what the files say.
  const { problems } = await document(scene.cli, 'validate');
  const codes = problems.map(({ code }: { code: string }) => code);
  expect(codes.filter((code: string) => code !== 'missing-line')).toEqual([]);
}

/** `jit validate` names what is unmerged, and how to go on: nothing is lost in silence. */
async function expectNamed(scene: Branches, id: string): Promise<void> {
  const ran = await scene.cli('validate --json');
  expect(ran.exit).toBe(4);
  expect(ran.json.problems).toContainEqual(
    expect.objectContaining({ code: 'unmerged', file: scene.path(id), fix: 'jit merge --resolve' }),
  );
}

const eidsAt = (scene: Branches, commit: string): readonly string[] =>
  scene.eids(scene.git('show', `${commit}:.jit/events.jsonl`));

describe.each(drivers)('a git whose driver does not run (%s)', (driver) => {
  test('merge: what stopped is finished, with the events of both', async () => {
    const scene = await startBranches(driver);
    const ids = await partTwice(scene);
    expect(scene.tryGit('merge', '--quiet', 'side')).toBe(1);
    const before = scene.git('status', '--porcelain');
    await expectNamed(scene, ids.first);
    const shown = await document(scene.cli, 'merge');
    expect(shown).toMatchObject({ operation: 'merge', applied: false, left: [], others: [] });
    expect(shown.next).toEqual(['jit merge --resolve', 'jit validate', 'git commit']);
    expect(scene.git('status', '--porcelain')).toBe(before);
    const done = await document(scene.cli, 'merge --resolve');
    expect(done).toMatchObject({ operation: 'merge', applied: true, left: [] });
    expect(done.next).toEqual(['jit validate', 'git commit']);
    expect(done.files.find(({ id }: { id: string }) => id === ids.first)).toMatchObject({
      file: scene.path(ids.first),
      title: 'First of main',
      outcome: 'merged',
      decided: [{ field: 'title', rule: 'lines' }],
    });
    await expectBoth(scene, ids);
    const both = [...eidsAt(scene, 'HEAD'), ...eidsAt(scene, 'MERGE_HEAD')];
    expect(scene.eids()).toEqual(expect.arrayContaining(both));
    expect(new Set(scene.eids()).size).toBe(scene.eids().length);
    expect(scene.tryGit('commit', '--quiet', '--no-edit')).toBe(0);
    expect(await document(scene.cli, 'merge')).toMatchObject({ operation: null, files: [], next: [] });
  });

  test('rebase: and the rebase goes on', async () => {
    const scene = await startBranches(driver);
    const ids = await partTwice(scene);
    scene.git('checkout', '--quiet', 'side');
    expect(scene.tryGit('rebase', 'main')).toBe(1);
    const done = await document(scene.cli, 'merge --resolve');
    expect(done).toMatchObject({ operation: 'rebase', left: [] });
    expect(done.next.at(-1)).toBe('git rebase --continue');
    await expectBoth(scene, ids);
    expect(scene.tryGit('rebase', '--continue')).toBe(0);
    expect(scene.eids()).toEqual(expect.arrayContaining([...eidsAt(scene, 'main')]));
  });

  test('cherry-pick', async () => {
    const scene = await startBranches(driver);
    const ids = await partTwice(scene);
    expect(scene.tryGit('cherry-pick', 'side')).toBe(1);
    const done = await document(scene.cli, 'merge --resolve');
    expect(done).toMatchObject({ operation: 'cherry-pick', left: [] });
    expect(done.next.at(-1)).toBe('git cherry-pick --continue');
    await expectBoth(scene, ids);
    expect(scene.tryGit('cherry-pick', '--continue')).toBe(0);
    expect(scene.eids()).toEqual(expect.arrayContaining([...eidsAt(scene, 'side')]));
  });

  test('stash pop: the stash is found, and kept by git until it is dropped', async () => {
    const scene = await startBranches(driver);
    const { cli } = scene;
    const ids = await partTwice(scene);
    scene.git('reset', '--quiet', '--hard', 'HEAD~1');
    await cli(['update', ids.first, '-t', 'First of side', '-l', 'side']);
    await cli(['comment', ids.second, 'from side']);
    scene.git('-c', 'user.name=a', '-c', 'user.email=a@b', 'stash', '--quiet');
    cli.clock.forward(60_000);
    await cli(['update', ids.first, '-t', 'First of main', '-l', 'main']);
    await cli(['comment', ids.second, 'from main']);
    scene.commit();
    expect(scene.tryGit('stash', 'pop')).toBe(1);
    const done = await document(cli, 'merge --resolve');
    expect(done).toMatchObject({ operation: 'stash', left: [] });
    expect(done.next.at(-1)).toBe("git stash drop 'stash@{0}'");
    await expectBoth(scene, ids);
    expect(scene.eids()).toEqual(expect.arrayContaining([...eidsAt(scene, 'stash')]));
  });
});

describe('both ways', () => {
  test.each(drivers)('the same comes out, whoever merges whom (%s)', async (driver) => {
    const scene = await startBranches(driver);
    const { first, second } = await partTwice(scene);
    const results: string[][] = [];
    for (const [here, there] of [
      ['main', 'side'],
      ['side', 'main'],
    ] as const) {
      scene.git('checkout', '--quiet', here);
      expect(scene.tryGit('merge', there)).toBe(1);
      await document(scene.cli, 'merge --resolve');
      results.push(
        [first, second].map((id) => scene.read(scene.path(id))).concat(scene.read('.jit/events.jsonl')),
      );
      scene.git('reset', '--quiet', '--hard');
    }
    expect(results[0]).toEqual(results[1]);
  });

  test.each(drivers)('revert: what it took away is gone from file and log (%s)', async (driver) => {
    const scene = await startBranches(driver);
    const { cli, commit } = scene;
    const id = await create(cli, 'T');
    commit();
    await cli(['update', id, '-t', 'Wrong', '-l', 'wrong']);
    commit();
    cli.clock.forward(1000);
    await cli(['update', id, '-l', 'later']);
    commit();
    expect(scene.tryGit('revert', '--no-edit', 'HEAD~1')).toBe(1);
    const done = await document(cli, 'merge --resolve');
    expect(done).toMatchObject({ operation: 'revert', left: [] });
    expect(scene.issue(id)).toMatchObject({ title: 'T', labels: ['later'] });
    expect(scene.read('.jit/events.jsonl')).not.toContain('Wrong');
    expect(scene.read('.jit/events.jsonl')).toContain('later');
    expect(scene.tryGit('revert', '--continue')).toBe(0);
  });
});

describe('deleted on one side, edited on the other', () => {
  test.each(drivers)('the file was removed: the edit survives (%s)', async (driver) => {
    for (const removing of ['side', 'main'] as const) {
      const scene = await startBranches(driver);
      const id = await create(scene.cli, 'Wanted');
      await create(scene.cli, 'Entirely different');
      const remove = async () => rmSync(join(scene.cwd, scene.path(id)));
      const edit = () => scene.cli(['update', id, '-d', 'precious']);
      await scene.part(removing === 'side' ? remove : edit, removing === 'main' ? remove : edit);
      expect(scene.tryGit('merge', 'side')).toBe(1);
      await expectNamed(scene, id);
      const done = await document(scene.cli, 'merge --resolve');
      expect(done.files).toContainEqual(
        expect.objectContaining({
          id,
          outcome: 'merged',
          decided: [expect.objectContaining({ rule: 'deletion' })],
        }),
      );
      expect(scene.issue(id)).toMatchObject({ id, description: 'precious' });
      expect(scene.unmerged()).toBe('');
    }
  });

  test.each(drivers)('it was deleted by jit: the edit survives, and the log tells (%s)', async (driver) => {
    const scene = await startBranches(driver);
    const id = await create(scene.cli, 'Wanted');
    await scene.part(
      () => scene.cli(['delete', id, '--yes']),
      () => scene.cli(['update', id, '-d', 'precious']),
    );
    expect(scene.tryGit('merge', 'side')).toBe(1);
    const done = await document(scene.cli, 'merge --resolve');
    expect(done.left).toEqual([]);
    expect(scene.issue(id)).toMatchObject({ title: 'Wanted', description: 'precious' });
    expect(scene.unmerged()).toBe('');
  });
});

describe('what git takes for a renamed file', () => {
  /** An issue is gone on one side, where a similar one is new; the other side edits it. */
  async function rename(driver: Driver, side: 'side' | 'main') {
    const scene = await startBranches(driver);
    const { cli } = scene;
    const text = Array.from({ length: 60 }, (_, at) => `line ${at} of a long description`).join('\n');
    const old = await create(cli, 'Alike', '-d', text, '-l', 'a,b,c');
    let young = '';
    const replace = async () => {
      rmSync(join(scene.cwd, scene.path(old)));
      young = await create(cli, 'Alike', '-d', text, '-l', 'a,b,c');
    };
    const edit = () => cli(['update', old, '-p', 'critical', '-t', 'Precious', '-l', 'edit']);
    await scene.part(side === 'side' ? replace : edit, side === 'main' ? replace : edit);
    return { scene, old, young };
  }

  test.each(drivers.flatMap((driver) => (['side', 'main'] as const).map((side) => [driver, side] as const)))(
    'both issues end in the file of their own name (%s; new on %s)',
    async (driver, side) => {
      const { scene, old, young } = await rename(driver, side);
      const untouched = scene.git('show', `${side}:${scene.path(young)}`);
      expect(scene.tryGit('merge', 'side')).toBe(1);
      await expectNamed(scene, young);
      const done = await document(scene.cli, 'merge --resolve');
      expect(done.left).toEqual([]);
      expect(scene.issue(old)).toMatchObject({
        id: old,
        title: 'Precious',
        priority: 'critical',
        labels: ['a', 'b', 'c', 'edit'],
      });
      expect(scene.read(scene.path(young))).toBe(untouched);
      expect(scene.unmerged()).toBe('');
      expect(scene.git('diff', '--name-only')).toBe('');
    },
  );

  test('replaced by two different ones: both stay', async () => {
    const scene = await startBranches('driver missing');
    const { cli } = scene;
    const text = Array.from({ length: 60 }, (_, at) => `line ${at} of a long description`).join('\n');
    const old = await create(cli, 'Alike', '-d', text);
    const young: string[] = [];
    const replace = (title: string) => async () => {
      rmSync(join(scene.cwd, scene.path(old)));
      young.push(await create(cli, title, '-d', text));
    };
    await scene.part(replace('Of side'), replace('Of main'));
    expect(scene.tryGit('merge', 'side')).toBe(1);
    const done = await document(cli, 'merge --resolve');
    expect(done.left).toEqual([]);
    expect(scene.issue(old)).toBeUndefined();
    expect(young.map((id) => scene.issue(id))).toEqual([
      expect.objectContaining({ id: young[0], title: 'Of side' }),
      expect.objectContaining({ id: young[1], title: 'Of main' }),
    ]);
    expect(scene.read(scene.path(young[0]!))).toBe(scene.git('show', `side:${scene.path(young[0]!)}`));
    expect(scene.unmerged()).toBe('');
  });
});

describe('what is not jit’s to decide', () => {
  test('a file that somebody resolved by hand is named, and left alone', async () => {
    const scene = await startBranches();
    const { first, second } = await partTwice(scene);
    scene.tryGit('merge', 'side');
    const mine = scene.git('show', `:1:${scene.path(first)}`).replace('"First"', '"By hand"');
    scene.write(scene.path(first), mine);
    const ran = await scene.cli('merge --resolve --json');
    expect(ran.exit).toBe(4);
    expect(ran.json.left).toEqual([
      {
        file: scene.path(first),
        reason: expect.stringContaining('changed since git stopped'),
        hint: expect.stringMatching(/git add .*git checkout -m -- /),
      },
    ]);
    expect(scene.read(scene.path(first))).toBe(mine);
    expect(scene.unmerged()).toContain(first);
    expect(scene.unmerged()).not.toContain(second);
    // What it was told to do.
    scene.git('checkout', '-m', '--', scene.path(first));
    expect(await document(scene.cli, 'merge --resolve')).toMatchObject({ left: [] });
    await expectBoth(scene, { first, second });
  });

  test('files that are not of the store stay as they are, and are named', async () => {
    const scene = await startBranches();
    const id = await create(scene.cli, 'T');
    scene.write('a file.txt', 'base\n');
    await scene.part(
      async () => {
        await scene.cli(['update', id, '-l', 'side']);
        scene.write('a file.txt', 'side\n');
      },
      async () => {
        await scene.cli(['update', id, '-l', 'main']);
        scene.write('a file.txt', 'main\n');
      },
    );
    scene.tryGit('merge', 'side');
    const marked = scene.read('a file.txt');
    const done = await document(scene.cli, 'merge --resolve');
    expect(done).toMatchObject({ left: [], others: ['a file.txt'] });
    expect(scene.read('a file.txt')).toBe(marked);
    expect(scene.unmerged()).toContain('a file.txt');
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
  });

  test('a side that cannot be read is named; the others are merged', async () => {
    const scene = await startBranches('driver missing');
    const { cli } = scene;
    const [good, bad] = [await create(cli, 'Good'), await create(cli, 'Bad')];
    await scene.part(
      async () => {
        await cli(['update', good, '-l', 'side']);
        scene.write(scene.path(bad), '{"id": broken\n');
      },
      async () => {
        await cli(['update', good, '-l', 'main']);
        await cli(['update', bad, '-l', 'main']);
      },
    );
    scene.tryGit('merge', 'side');
    const before = scene.read(scene.path(bad));
    const ran = await scene.cli('merge --resolve --json');
    expect(ran.exit).toBe(4);
    expect(ran.json.left).toMatchObject([
      { file: scene.path(bad), reason: expect.stringContaining('their side') },
    ]);
    expect(scene.read(scene.path(bad))).toBe(before);
    expect(scene.unmerged()).toContain(bad);
    expect(scene.issue(good).labels).toEqual(['main', 'side']);
  });

  test('what was appended to the log since git stopped is kept', async () => {
    const scene = await startBranches('driver missing');
    const { first } = await partTwice(scene);
    scene.tryGit('merge', 'side');
    const other = await create(scene.cli, 'Meanwhile');
    const meanwhile = scene.eids();
    expect(await document(scene.cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.eids()).toEqual(expect.arrayContaining([...meanwhile]));
    expect(scene.issue(other).title).toBe('Meanwhile');
    expect(scene.issue(first).labels).toEqual(['base', 'main', 'side']);
  });
});

describe('conflict markers without an unmerged index', () => {
  test.each(['merge', 'diff3', 'zdiff3'])('committed (%s): the sides are merged', async (style) => {
    const scene = await startBranches('log as text');
    scene.git('config', 'merge.conflictStyle', style);
    const ids = await partTwice(scene);
    scene.tryGit('merge', 'side');
    scene.git('add', '-A');
    scene.git('commit', '--quiet', '-m', 'markers');
    expect(scene.marked()).toHaveLength(3);
    const shown = await document(scene.cli, 'merge');
    expect(shown.files.map(({ from }: { from: string }) => from)).toEqual(['markers', 'markers', 'markers']);
    expect(scene.marked()).toHaveLength(3);
    expect(await document(scene.cli, 'merge --resolve')).toMatchObject({ left: [] });
    await expectBoth(scene, ids);
    expect(scene.eids()).toEqual(
      expect.arrayContaining([...eidsAt(scene, 'HEAD^1'), ...eidsAt(scene, 'HEAD^2')]),
    );
  });

  test('a merge of what somebody committed with markers', async () => {
    const scene = await startBranches('driver missing');
    const { cli } = scene;
    const id = await create(cli, 'T');
    await scene.part(
      async () => {
        await cli(['update', id, '-l', 'side']);
        const text = scene.read(scene.path(id));
        const marked = text.replace(
          '  "title": "T",\n',
          '<<<<<<< a\n  "title": "One",\n=======\n  "title": "Other",\n>>>>>>> b\n',
        );
        scene.write(scene.path(id), marked);
      },
      () => cli(['update', id, '-l', 'main']),
    );
    scene.tryGit('merge', 'side');
    expect(await document(cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
    expect(JSON.stringify(scene.issue(id))).toMatch(/One/);
    expect(JSON.stringify(scene.issue(id))).toMatch(/Other/);
  });

  test('markers that do not fit together are named, and nothing is touched', async () => {
    const scene = await startBranches();
    const id = await create(scene.cli, 'T');
    scene.commit();
    const broken = `<<<<<<< a\n${scene.read(scene.path(id))}=======\n`;
    scene.write(scene.path(id), broken);
    const ran = await scene.cli('merge --resolve --json');
    expect(ran).toMatchObject({ exit: 4, json: { files: [], left: [{ file: scene.path(id) }] } });
    expect(scene.read(scene.path(id))).toBe(broken);
  });
});
