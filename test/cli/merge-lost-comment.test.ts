import { describe, expect, test } from 'vitest';
import { type Branches, startBranches } from '../support/branches.ts';
import { create, document } from '../support/command-line.ts';

interface Problem {
  readonly code: string;
  readonly severity: string;
  readonly id: string | null;
  readonly message: string;
  readonly fix: string | null;
}

const problemsOf = async ({ cli }: Branches): Promise<readonly Problem[]> =>
  ((await cli('validate --json')).json as never as { problems: readonly Problem[] }).problems;
const codesOf = async (scene: Branches) => (await problemsOf(scene)).map(({ code }) => code);
const bodiesOf = (scene: Branches, id: string): readonly string[] =>
  scene.issue(id).comments.map(({ body }: { body: string }) => body);

/** Both branches give an issue another title and a comment each. */
async function partComments(body = 'precious') {
  // As `jit init` leaves it: git joins the lines of the log.
  const scene = await startBranches('no attributes');
  const { cli } = scene;
  const id = await create(cli, 'T');
  await scene.part(
    async () => {
      await cli(['update', id, '-t', 'Of side']);
      await cli(['comment', id, 'from side']);
    },
    async () => {
      await cli(['update', id, '-t', 'Of main']);
      await cli(['comment', id, body]);
    },
  );
  return { scene, id };
}

/** Takes the file as a branch has it, in a merge that stopped. */
const takeFile = (scene: Branches, id: string, which: string) => {
  scene.git('checkout', '--quiet', which, '--', scene.path(id));
  scene.git('add', '-A');
};

const WAYS: readonly (readonly [string, (scene: Branches, id: string) => unknown, string])[] = [
  ['merge -X theirs', ({ tryGit }) => tryGit('merge', '-X', 'theirs', '--no-edit', 'side'), 'precious'],
  ['merge -X ours', ({ tryGit }) => tryGit('merge', '-X', 'ours', '--no-edit', 'side'), 'from side'],
  ['rebase -X theirs', ({ tryGit }) => tryGit('rebase', '-X', 'theirs', 'side'), 'from side'],
  ['rebase -X ours', ({ tryGit }) => tryGit('rebase', '-X', 'ours', 'side'), 'precious'],
  [
    'checkout --theirs',
    (scene, id) => {
      scene.tryGit('merge', 'side');
      takeFile(scene, id, '--theirs');
      scene.commit();
    },
    'precious',
  ],
  [
    'checkout --ours',
    (scene, id) => {
      scene.tryGit('merge', 'side');
      takeFile(scene, id, '--ours');
      scene.commit();
    },
    'from side',
  ],
];

describe('a comment that the log has and the file lost', () => {
  test.each(WAYS)('%s: it is an error of its own, and --fix puts it back', async (_, lose, lost) => {
    const { scene, id } = await partComments();
    lose(scene, id);
    expect(scene.git('status', '--porcelain')).toBe('');
    expect(bodiesOf(scene, id)).not.toContain(lost);
    const problems = await problemsOf(scene);
    const found = problems.find(({ code }) => code === 'lost-comment');
    expect(found).toMatchObject({ severity: 'error', id, fix: expect.stringContaining('put back') });
    expect(await scene.cli('validate --at HEAD --json')).toMatchObject({ exit: 4 });
    await document(scene.cli, 'validate --fix --yes');
    expect([...bodiesOf(scene, id)].sort()).toEqual(['from side', 'precious']);
    expect(scene.read('.jit/events.jsonl')).not.toMatch(/"comments\.[^"]*":\[\{[^\n]*\},null\]/);
    expect((await codesOf(scene)).filter((code) => code !== 'dropped-merge')).toEqual([]);
    expect(await document(scene.cli, 'validate --fix --yes')).toMatchObject({ fixed: [] });
  });

  test('of which the log has only the hash: it stays named, and is not reconciled away', async () => {
    const { scene, id } = await partComments('x'.repeat(100_000));
    scene.tryGit('merge', '-X', 'theirs', '--no-edit', 'side');
    // Beside it something that is reconciled.
    scene.write(scene.path(id), scene.read(scene.path(id)).replace('"normal"', '"high"'));
    const hashed = { severity: 'error', code: 'lost-comment', fix: null };
    expect(await problemsOf(scene)).toContainEqual(
      expect.objectContaining({ ...hashed, message: expect.stringMatching(/only the hash/) }),
    );
    const ran = await scene.cli('validate --fix --yes --json');
    expect(ran).toMatchObject({ exit: 4, json: { fixed: [{ code: 'edited-outside' }] } });
    const added = scene.read('.jit/events.jsonl').trim().split('\n').at(-1)!;
    expect(JSON.parse(added)).toMatchObject({
      event: 'issue.reconciled',
      changes: { priority: ['normal', 'high'] },
    });
    expect(added).not.toContain('comments');
    expect(await scene.cli('validate --fix --yes --json')).toMatchObject({ exit: 4, json: { fixed: [] } });
    expect(await problemsOf(scene)).toContainEqual(expect.objectContaining(hashed));
    // The merge has it still.
    await document(scene.cli, 'merge --redo HEAD');
    expect(bodiesOf(scene, id)).toContain('x'.repeat(100_000));
    expect(await codesOf(scene)).not.toContain('lost-comment');
  });

  test('both parents lost one: the merge is named once', async () => {
    const { scene, id } = await partComments();
    scene.tryGit('merge', '-s', 'ours', '--no-edit', 'side');
    const base = scene.git('merge-base', 'HEAD^1', 'HEAD^2').trim();
    scene.git('checkout', '--quiet', base, '--', '.jit');
    scene.git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--amend', '--no-edit');
    expect(bodiesOf(scene, id)).toEqual([]);
    const [problem, ...more] = await problemsOf(scene);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'dropped-merge', id });
    expect(problem!.message).toMatch(/took neither side whole: 4 events of its parents are not in the log/);
    await document(scene.cli, 'merge --redo HEAD');
    expect([...bodiesOf(scene, id)]).toEqual(expect.arrayContaining(['from side', 'precious']));
    expect((await codesOf(scene)).filter((code) => code === 'dropped-merge')).toEqual([]);
  });
});

describe('a merge that dropped a side of a file, with a log that has all of it', () => {
  const dropped = (scene: Branches, id: string) => {
    const commit = scene.git('rev-parse', 'HEAD').trim().slice(0, 12);
    const message = expect.stringContaining('is in the log only');
    return { severity: 'warning', code: 'dropped-merge', id, fix: `jit merge --redo ${commit}`, message };
  };

  /** Main sets a priority, and what both set, side's stands: a mixture. */
  async function mix() {
    const scene = await startBranches('no attributes');
    const { cli } = scene;
    const id = await create(cli, 'T', '--context', 'k=v');
    await scene.part(
      () => cli(['update', id, '-t', 'Of side', '-l', 'side']),
      () => cli(['update', id, '-t', 'Of main', '-l', 'main', '--context', 'k=main']),
    );
    scene.tryGit('merge', '-X', 'theirs', '--no-edit', 'side');
    const made = scene.read(scene.path(id));
    for (const parent of ['HEAD^1', 'HEAD^2'])
      expect(made).not.toBe(scene.git('show', `${parent}:${scene.path(id)}`));
    return { scene, id };
  }

  const whole = { labels: ['main', 'side'], context: { k: 'main' }, title: 'Of main' };

  test.each(['--redo first', '--fix first'])('a mixture, %s: it is named, and comes back', async (way) => {
    const { scene, id } = await mix();
    expect(scene.issue(id).labels).toEqual(['side']);
    expect(await problemsOf(scene)).toContainEqual(expect.objectContaining(dropped(scene, id)));
    if (way === '--fix first') {
      // What is mended hides it from then on, so it is said once more.
      const mended = await document(scene.cli, 'validate --fix --yes');
      expect(mended.problems).toMatchObject([dropped(scene, id)]);
      expect(await codesOf(scene)).toEqual([]);
      scene.commit();
    }
    const commit = scene.git('rev-list', '--merges', '-1', 'HEAD').trim();
    expect(await document(scene.cli, `merge --redo ${commit}`)).toMatchObject({ left: [], files: [{ id }] });
    expect(scene.issue(id)).toMatchObject(whole);
    expect(await document(scene.cli, `merge --redo ${commit}`)).toMatchObject({ files: [] });
    expect(await codesOf(scene)).toEqual(['edited-outside']);
    await document(scene.cli, 'validate --fix --yes');
    expect(await codesOf(scene)).toEqual([]);
  });

  test('as one parent has it: it is named, also below later commits', async () => {
    const { scene, id } = await partComments();
    scene.tryGit('merge', 'side');
    takeFile(scene, id, '--ours');
    scene.commit();
    const expected = dropped(scene, id);
    await create(scene.cli, 'Later');
    scene.commit();
    expect(await problemsOf(scene)).toContainEqual(expect.objectContaining(expected));
  });

  test('an edit by hand after a merge that dropped nothing names no merge', async () => {
    const { scene, id } = await partComments();
    scene.tryGit('merge', 'side');
    await document(scene.cli, 'merge --resolve');
    await scene.cli(['update', id, '-d', 'while git was stopped']);
    scene.commit();
    scene.write(scene.path(id), scene.read(scene.path(id)).replace('"normal"', '"high"'));
    expect(await codesOf(scene)).toEqual(['edited-outside']);
    expect(await document(scene.cli, 'merge --redo HEAD')).toMatchObject({ files: [] });
  });

  test('a mixture that commands made before the commit is nobody’s loss', async () => {
    const { scene, id } = await partComments();
    scene.tryGit('merge', 'side');
    await document(scene.cli, 'merge --resolve');
    await scene.cli(['update', id, '-t', 'Settled']);
    scene.commit();
    expect(await codesOf(scene)).toEqual([]);
    expect(await document(scene.cli, 'merge --redo HEAD')).toMatchObject({ files: [] });
    expect(scene.issue(id).title).toBe('Settled');
  });
});
