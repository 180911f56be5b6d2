import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFacts } from '../../src/main/open-facts.ts';
import { findMergeProblems } from '../../src/operations/merge-problems.ts';
import { type Branches, startBranches } from '../support/branches.ts';
import { create, document } from '../support/command-line.ts';
import { digest } from '../support/run-command.ts';

const problemsOf = (scene: Branches) =>
  findMergeProblems(
    openFacts(
      { env: {}, cwd: scene.cwd, digest, pid: process.pid },
      { root: scene.cwd, dir: join(scene.cwd, '.jit') },
    )!,
  );

/** Both branches edit an issue and make one each. */
async function partBoth(scene: Branches) {
  const { cli } = scene;
  const id = await create(cli, 'First');
  const made = { side: '', main: '' };
  await scene.part(
    async () => {
      await cli(['update', id, '-l', 'side']);
      made.side = await create(cli, 'Made on side');
    },
    async () => {
      await cli(['update', id, '-l', 'main']);
      made.main = await create(cli, 'Made on main');
    },
  );
  return { id, made };
}

describe('what was found of the merges before HEAD is written down', () => {
  const memo = (scene: Branches): string => join(scene.cwd, '.jit', 'local', 'cache', 'merges');

  test('and counts until HEAD moves', async () => {
    const scene = await startBranches();
    await partBoth(scene);
    expect(await problemsOf(scene)).toEqual([]);
    const known = readFileSync(memo(scene), 'utf8');
    expect(known).toContain(scene.git('rev-parse', 'HEAD').trim());
    expect(scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side')).toBe(0);
    expect(await problemsOf(scene)).toMatchObject([{ code: 'dropped-merge' }]);
    // A merge that has to be looked into again is not written down.
    expect(readFileSync(memo(scene), 'utf8')).toBe(known);
    expect(await problemsOf(scene)).toMatchObject([{ code: 'dropped-merge' }]);
  });

  test('and is not believed where it says something else, or commits were given other parents', async () => {
    const scene = await startBranches();
    await partBoth(scene);
    expect(scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side')).toBe(0);
    mkdirSync(join(scene.cwd, '.jit', 'local', 'cache'), { recursive: true });
    writeFileSync(memo(scene), 'x');
    expect(await problemsOf(scene)).toMatchObject([{ code: 'dropped-merge' }]);
    const [merge, first] = scene.git('rev-parse', 'HEAD', 'HEAD^1').trim().split('\n');
    expect(scene.tryGit('replace', '--graft', merge!, first!)).toBe(0);
    expect(await problemsOf(scene)).toEqual([]);
    expect(readFileSync(memo(scene), 'utf8')).toBe('x');
    expect(scene.tryGit('replace', '-d', merge!)).toBe(0);
    expect(await problemsOf(scene)).toMatchObject([{ code: 'dropped-merge' }]);
  });

  test('and where it cannot be, git is asked again', async () => {
    const scene = await startBranches();
    await partBoth(scene);
    rmSync(join(scene.cwd, '.jit', 'local', 'cache'), { recursive: true, force: true });
    writeFileSync(join(scene.cwd, '.jit', 'local', 'cache'), '');
    expect(await problemsOf(scene)).toEqual([]);
    expect(scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side')).toBe(0);
    expect(await problemsOf(scene)).toMatchObject([{ code: 'dropped-merge' }]);
  });
});

describe('a merge that took one side only', () => {
  test('-s ours: it is named, and what it dropped comes back', async () => {
    const scene = await startBranches();
    const { id, made } = await partBoth(scene);
    expect(scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side')).toBe(0);
    const commit = scene.git('rev-parse', 'HEAD').trim();
    expect(scene.issue(made.side)).toBeUndefined();
    expect(await problemsOf(scene)).toEqual([
      {
        severity: 'warning',
        code: 'dropped-merge',
        message: expect.stringContaining(
          `the merge ${commit.slice(0, 12)} (Merge branch 'side') took one side only: 2 events`,
        ),
        file: null,
        path: null,
        id: null,
        fix: `jit merge --redo ${commit.slice(0, 12)}`,
      },
    ]);
    const checked = await document(scene.cli, 'validate');
    expect(checked.problems.map(({ code }: { code: string }) => code)).toContain('dropped-merge');
    const done = await document(scene.cli, `merge --redo ${commit.slice(0, 12)}`);
    expect(done).toMatchObject({
      operation: null,
      commit,
      applied: true,
      left: [],
      next: ['jit validate', 'git commit'],
    });
    expect(done.files.map(({ file }: { file: string }) => file).sort()).toEqual(
      ['.jit/events.jsonl', scene.path(id), scene.path(made.side)].sort(),
    );
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
    expect(scene.issue(made.side).title).toBe('Made on side');
    expect(scene.git('diff', '--name-only')).toBe('');
    expect(scene.git('diff', '--cached', '--name-only')).toContain(made.side);
    expect(await problemsOf(scene)).toEqual([]);
    expect(
      (await document(scene.cli, 'validate')).problems.map(({ code }: { code: string }) => code),
    ).toEqual([]);
    // Again, there is nothing more.
    scene.commit();
    expect(await document(scene.cli, `merge --redo ${commit}`)).toMatchObject({
      files: [],
      left: [],
      next: [],
    });
  });

  test('an issue that has changed since is merged, not overwritten', async () => {
    const scene = await startBranches();
    const { id } = await partBoth(scene);
    scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side');
    const commit = scene.git('rev-parse', 'HEAD').trim();
    scene.cli.clock.forward(60_000);
    await scene.cli(['update', id, '-t', 'Since', '-l', 'since']);
    await scene.cli(['comment', id, 'and this']);
    scene.commit();
    expect(await problemsOf(scene)).toHaveLength(1);
    await scene.cli(['comment', id, 'not committed']);
    expect(await document(scene.cli, `merge --redo ${commit}`)).toMatchObject({ left: [] });
    expect(scene.issue(id)).toMatchObject({ title: 'Since', labels: ['main', 'side', 'since'] });
    expect(scene.issue(id).comments).toHaveLength(2);
    expect(await problemsOf(scene)).toEqual([]);
  });

  test('--ours for one file, and -X theirs: what was dropped of it comes back', async () => {
    const scene = await startBranches();
    const { id, made } = await partBoth(scene);
    scene.tryGit('merge', 'side');
    scene.git('checkout', '--ours', '--', scene.path(id));
    scene.write('.jit/events.jsonl', scene.read('.jit/events.jsonl').replace(/^(<{7}|={7}|>{7}).*\n/gm, ''));
    scene.commit();
    expect(scene.issue(id).labels).toEqual(['main']);
    const done = await document(scene.cli, 'merge --redo HEAD');
    expect(done.files.map(({ file }: { file: string }) => file)).toEqual([scene.path(id)]);
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
    expect(scene.issue(made.side).title).toBe('Made on side');

    const other = await startBranches('log as text');
    const parted = await partBoth(other);
    expect(other.tryGit('merge', '-X', 'theirs', '--no-edit', 'side')).toBe(0);
    expect(await problemsOf(other)).toHaveLength(1);
    await document(other.cli, 'merge --redo HEAD');
    expect(other.issue(parted.id).labels).toEqual(['main', 'side']);
    expect(other.issue(parted.made.main).title).toBe('Made on main');
    expect(await problemsOf(other)).toEqual([]);
  });

  test('-X theirs where git joins the log: what the file lacks is named by validate', async () => {
    const scene = await startBranches('driver not configured');
    const { id } = await partBoth(scene);
    expect(scene.tryGit('merge', '-X', 'theirs', '--no-edit', 'side')).toBe(0);
    expect(scene.issue(id).labels).toEqual(['side']);
    const { problems } = await document(scene.cli, 'validate');
    expect(problems.map((found: { code: string; id: string }) => [found.code, found.id])).toEqual([
      ['dropped-merge', id],
      ['edited-outside', id],
    ]);
    await document(scene.cli, 'merge --redo HEAD');
    await scene.cli('validate --fix --yes');
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
    expect((await document(scene.cli, 'validate')).problems).toEqual([]);
  });

  test('-X theirs, where the file is a mixture of both', async () => {
    const scene = await startBranches('log as text');
    const id = await create(scene.cli, 'T', '-d', 'text', '--context', 'k=v');
    await scene.part(
      () => scene.cli(['update', id, '-l', 'side', '-p', 'high']),
      () => scene.cli(['update', id, '-d', 'of main', '-l', 'main', '--context', 'k=main']),
    );
    expect(scene.tryGit('merge', '-X', 'theirs', '--no-edit', 'side')).toBe(0);
    const mixture = scene.read(scene.path(id));
    for (const parent of ['HEAD^1', 'HEAD^2'])
      expect(mixture).not.toBe(scene.git('show', `${parent}:${scene.path(id)}`));
    expect(scene.issue(id).labels).toEqual(['side']);
    expect(await document(scene.cli, 'merge --redo HEAD')).toMatchObject({ left: [] });
    expect(scene.issue(id)).toMatchObject({
      labels: ['main', 'side'],
      description: 'of main',
      priority: 'high',
      context: { k: 'main' },
    });
    expect(await problemsOf(scene)).toEqual([]);
  });

  test('an edit that the removal of a file had swallowed comes back', async () => {
    const scene = await startBranches();
    const id = await create(scene.cli, 'Wanted');
    await scene.part(
      () => scene.cli(['update', id, '-d', 'precious']),
      async () => rmSync(join(scene.cwd, scene.path(id))),
    );
    scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side');
    await document(scene.cli, 'merge --redo HEAD');
    expect(scene.issue(id).description).toBe('precious');
  });

  test('git brought an edit to the wrong file without a conflict: validate names it, and it comes back', async () => {
    const scene = await startBranches('driver not configured');
    const { cli } = scene;
    const text = Array.from({ length: 60 }, (_, at) => `line ${at} of a long description`).join('\n');
    const old = await create(cli, 'Alike', '-d', text);
    let young = '';
    await scene.part(
      // By hand: a command would have set `updated_at`, over which git stops.
      async () => scene.write(scene.path(old), scene.read(scene.path(old)).replace('"normal"', '"critical"')),
      async () => {
        rmSync(join(scene.cwd, scene.path(old)));
        young = await create(cli, 'Alike', '-d', text);
      },
    );
    expect(scene.tryGit('merge', '--no-edit', 'side')).toBe(0);
    expect(scene.issue(old)).toBeUndefined();
    expect(scene.issue(young).priority).toBe('critical');
    const { problems } = await document(cli, 'validate');
    expect(new Set(problems.map(({ id }: { id: string }) => id))).toEqual(new Set([old, young]));
    expect(await document(cli, 'merge --redo HEAD')).toMatchObject({ left: [], files: [{ id: old }] });
    expect(scene.issue(old)).toMatchObject({ id: old, priority: 'critical' });
  });

  test('a merge that dropped nothing is left alone', async () => {
    const scene = await startBranches();
    const { id } = await partBoth(scene);
    scene.tryGit('merge', 'side');
    await document(scene.cli, 'merge --resolve');
    scene.commit();
    expect(await problemsOf(scene)).toEqual([]);
    await scene.cli(['update', id, '--remove-label', 'side']);
    scene.commit();
    const ran = await scene.cli('merge --redo HEAD~1');
    expect(ran.stdout).toMatch(/dropped nothing/);
    expect(scene.issue(id).labels).toEqual(['main']);
    expect(scene.git('status', '--porcelain')).toBe('');
  });

  test('what a branch took back by itself is not missed', async () => {
    const scene = await startBranches();
    const { cli, commit } = scene;
    const id = await create(cli, 'T');
    commit();
    await cli(['update', id, '-l', 'wrong']);
    await scene.part(
      async () => scene.git('-c', 'user.name=a', '-c', 'user.email=a@b', 'revert', '--no-edit', 'HEAD'),
      () => create(cli, 'Other'),
    );
    scene.tryGit('merge', 'side');
    await document(cli, 'merge --resolve');
    commit();
    expect(scene.issue(id).labels).toEqual([]);
    expect(await problemsOf(scene)).toEqual([]);
  });
});

describe('what is looked at', () => {
  test('a merge of branches of which one had not moved costs no log', async () => {
    const scene = await startBranches();
    const { git, cli, commit } = scene;
    const id = await create(cli, 'T');
    commit();
    for (const label of ['a', 'b', 'c']) {
      git('checkout', '--quiet', '-b', `branch-${label}`);
      await cli(['update', id, '-l', label]);
      commit();
      git('checkout', '--quiet', 'main');
      scene.write('file.txt', label);
      commit();
      expect(scene.tryGit('merge', '--quiet', '--no-ff', '--no-edit', `branch-${label}`)).toBe(0);
    }
    expect(await problemsOf(scene)).toEqual([]);
  });

  test('an unmerged file of the store is an error, another file is not', async () => {
    const scene = await startBranches();
    const { id } = await partBoth(scene);
    scene.tryGit('merge', 'side');
    const problems = await problemsOf(scene);
    expect(problems.map(({ code, severity, fix }) => [severity, code, fix])).toEqual([
      ['error', 'unmerged', 'jit merge --resolve'],
    ]);
    expect(problems.map((problem) => problem.id)).toEqual([id]);
    await document(scene.cli, 'merge --resolve');
    expect(await problemsOf(scene)).toEqual([]);
  });

  test('no commit yet, and no merge', async () => {
    const scene = await startBranches();
    expect(await problemsOf(scene)).toEqual([]);
    await create(scene.cli, 'T');
    scene.commit();
    expect(await problemsOf(scene)).toEqual([]);
  });
});

describe('refusals of --redo', () => {
  test.each([
    ['HEAD', 2, 'USAGE', /no merge/],
    ['nothing', 3, 'REVISION_NOT_FOUND', /no commit/],
    ['--all', 2, 'USAGE', /./],
    ['', 2, 'USAGE', /./],
  ])('%j', async (commit, exit, code, message) => {
    const scene = await startBranches();
    await create(scene.cli, 'T');
    scene.commit();
    const ran = await scene.cli(['merge', `--redo=${commit}`, '--json']);
    expect(ran).toMatchObject({ exit, json: { error: { code, message: expect.stringMatching(message) } } });
  });

  test('a merge of another branch', async () => {
    const scene = await startBranches();
    await partBoth(scene);
    scene.git('checkout', '--quiet', '-b', 'other');
    scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side');
    scene.git('checkout', '--quiet', 'main');
    const ran = await scene.cli('merge --redo other --json');
    expect(ran).toMatchObject({
      exit: 2,
      json: { error: { code: 'USAGE', message: expect.stringMatching(/branch/) } },
    });
  });

  test('while a merge is not finished', async () => {
    const scene = await startBranches();
    const { id } = await partBoth(scene);
    scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side');
    const commit = scene.git('rev-parse', 'HEAD').trim();
    scene.git('branch', 'later');
    await scene.cli(['update', id, '-l', 'x']);
    scene.commit();
    scene.git('checkout', '--quiet', 'later');
    await scene.cli(['update', id, '-l', 'y']);
    scene.commit();
    expect(scene.tryGit('merge', 'main')).toBe(1);
    const ran = await scene.cli(`merge --redo ${commit} --json`);
    expect(ran).toMatchObject({
      exit: 4,
      json: { error: { code: 'INVALID', hint: expect.stringContaining('--resolve') } },
    });
  });

  test('with --resolve', async () => {
    const scene = await startBranches();
    expect(await scene.cli('merge --redo HEAD --resolve --json')).toMatchObject({ exit: 2 });
  });

  test('a file of now that has conflict markers is left, and the others are merged', async () => {
    const scene = await startBranches();
    const { id, made } = await partBoth(scene);
    scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side');
    const marked = `<<<<<<< a\n${readFileSync(join(scene.cwd, scene.path(id)))}=======\n>>>>>>> b\n`;
    scene.write(scene.path(id), marked);
    const ran = await scene.cli('merge --redo HEAD --json');
    expect(ran).toMatchObject({ exit: 4, json: { left: [{ file: scene.path(id) }] } });
    expect(scene.read(scene.path(id))).toBe(marked);
    expect(scene.issue(made.side).title).toBe('Made on side');
  });
});
