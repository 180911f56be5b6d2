import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Branches, startBranches } from '../support/branches.ts';
import { startCli, temporaryDirectory } from '../support/cli.ts';
import { create, document } from '../support/command-line.ts';
import { gitEnvironment } from '../support/repository.ts';

/** A merge that stopped, of a store in `below` of a repository at `top`. `init`: more words for `git init`. */
async function stopMerge({ top, below = top, init = [] }: { top: string; below?: string; init?: string[] }) {
  mkdirSync(below, { recursive: true });
  const env = gitEnvironment(top);
  const git = (...words: string[]): string => execFileSync('git', words, { cwd: top, env, encoding: 'utf8' });
  const commit = (): void => {
    git('add', '-A');
    git('commit', '--quiet', '-m', 'work');
  };
  git('init', '--quiet', '--initial-branch=main', ...init);
  const cli = startCli({ store: 'files', cwd: below });
  await cli(['init', '--dir', below]);
  const id = await create(cli, 'T');
  commit();
  git('checkout', '--quiet', '-b', 'side');
  await cli(['update', id, '-l', 'side']);
  commit();
  git('checkout', '--quiet', 'main');
  await cli(['update', id, '-l', 'main']);
  commit();
  spawnSync('git', ['merge', 'side'], { cwd: top, env });
  return { top, below, git, cli, id };
}

/** The same in a directory with spaces below the top of a repository with spaces. */
function stopBelow() {
  const top = join(realpathSync(temporaryDirectory()), 'a repository');
  return stopMerge({ top, below: join(top, 'tools and “more”', 'jit') });
}

/** An issue with a label of each branch, before the branches meet. */
async function partOnce(scene: Branches): Promise<string> {
  const id = await create(scene.cli, 'T');
  await scene.part(
    () => scene.cli(['update', id, '-l', 'side']),
    () => scene.cli(['update', id, '-l', 'main']),
  );
  return id;
}

describe('wherever the store is', () => {
  test('below the top of the repository, with spaces and quotes in the path', async () => {
    const { below, git, cli, id } = await stopBelow();
    const done = await document(cli, 'merge --resolve');
    expect(done.left).toEqual([]);
    expect(done.files.map(({ file }: { file: string }) => file)).toContain(
      `tools and “more”/jit/.jit/issues/${id}.json`,
    );
    expect(git('ls-files', '-u')).toBe('');
    expect(git('diff', '--name-only')).toBe('');
    expect(JSON.parse(readFileSync(join(below, '.jit/issues', `${id}.json`), 'utf8')).labels).toEqual([
      'main',
      'side',
    ]);
  });

  test('in a linked work tree', async () => {
    const scene = await startBranches('driver missing');
    const id = await partOnce(scene);
    const linked = join(realpathSync(temporaryDirectory()), 'linked tree');
    scene.git('worktree', 'add', '--quiet', '-b', 'linked', linked, 'main');
    const merge = spawnSync('git', ['merge', 'side'], { cwd: linked, env: gitEnvironment(linked) });
    expect(merge.status).toBe(1);
    const cli = startCli({ store: 'files', cwd: linked });
    expect(await document(scene.cli, 'merge')).toMatchObject({ operation: null, files: [] });
    expect(await document(cli, 'merge --resolve')).toMatchObject({ operation: 'merge', left: [] });
    expect(JSON.parse(readFileSync(join(linked, scene.path(id)), 'utf8')).labels).toEqual(['main', 'side']);
    expect(execFileSync('git', ['ls-files', '-u'], { cwd: linked, encoding: 'utf8' })).toBe('');
  });

  test('what a hook has set does not lead elsewhere', async () => {
    const scene = await startBranches('driver missing');
    const id = await partOnce(scene);
    scene.tryGit('merge', 'side');
    const elsewhere = temporaryDirectory();
    const cli = startCli({
      store: 'files',
      cwd: scene.cwd,
      env: {
        JIT_AGENT_ID: 'agent:a',
        GIT_DIR: join(elsewhere, '.git'),
        GIT_WORK_TREE: elsewhere,
        GIT_INDEX_FILE: join(elsewhere, 'index'),
      },
    });
    expect(await document(cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
    expect(scene.unmerged()).toBe('');
  });

  test('the store need not be readable: index.json, gates.json and config.json are merged too', async () => {
    const scene = await startBranches('driver missing');
    const { cli } = scene;
    const id = await create(cli, 'T');
    await scene.part(
      async () => {
        await cli('config set tombstone_days 10');
        await cli('gate define slow --title Slow');
        scene.write('.jit/index.json', '{\n  "schema_version": 1,\n  "of": "side"\n}\n');
      },
      async () => {
        await cli('config set tombstone_days 20');
        await cli('gate define fast --title Fast');
        scene.write('.jit/index.json', '{\n  "schema_version": 1,\n  "of": "main"\n}\n');
      },
    );
    scene.tryGit('merge', 'side');
    scene.write('.jit/index.json', '<<<<<<< no\n=======\n>>>>>>> no\n');
    expect((await cli(`show ${id}`)).exit).toBe(7);
    expect(await document(cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.unmerged()).toBe('');
    expect(Object.keys(JSON.parse(scene.read('.jit/gates.json')))).toEqual(
      expect.arrayContaining(['fast', 'slow']),
    );
    expect(JSON.parse(scene.read('.jit/config.json'))).toMatchObject({ tombstone_days: 20 });
    expect((await cli(`show ${id}`)).exit).toBe(0);
  });
});

describe('refusals', () => {
  test('without git', async () => {
    const cli = startCli({ store: 'files' });
    await cli('init');
    for (const line of ['merge', 'merge --resolve', 'merge --redo HEAD']) {
      expect(await cli(`${line} --json`)).toMatchObject({
        exit: 8,
        json: { error: { code: 'GIT', message: expect.stringContaining('in no git repository') } },
      });
    }
  });

  test('without a store', async () => {
    expect(await startCli({ store: 'files' })('merge --json')).toMatchObject({ exit: 3 });
  });

  test('nothing to do is a success that says so', async () => {
    const scene = await startBranches();
    await create(scene.cli, 'T');
    scene.commit();
    for (const line of ['merge', 'merge --resolve']) {
      const ran = await scene.cli(line);
      expect(ran).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining('nothing of the store is unmerged'),
      });
    }
    expect(scene.git('status', '--porcelain')).toBe('');
  });

  test('while another git holds the index: it says so, and the next call finishes', async () => {
    const scene = await startBranches('driver missing');
    const id = await partOnce(scene);
    scene.tryGit('merge', 'side');
    const lock = join(scene.cwd, '.git/index.lock');
    writeFileSync(lock, '');
    const ran = await scene.cli('merge --resolve --json');
    expect(ran).toMatchObject({
      exit: 8,
      json: { error: { code: 'GIT', hint: expect.stringContaining('another git') } },
    });
    expect(scene.unmerged()).toContain(id);
    execFileSync('rm', [lock]);
    // What is in the work tree by now is what comes out, and is not taken for somebody’s own work.
    expect(await document(scene.cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
    expect(readdirSync(join(scene.cwd, '.git')).filter((name) => name.startsWith('jit-merge'))).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)('a git directory that cannot be written', async () => {
    const scene = await startBranches('driver missing');
    const id = await partOnce(scene);
    scene.tryGit('merge', 'side');
    const before = scene.read(scene.path(id));
    chmodSync(join(scene.cwd, '.git'), 0o500);
    try {
      expect(await scene.cli('merge --resolve --json')).toMatchObject({
        exit: 7,
        json: { error: { code: 'IO' } },
      });
    } finally {
      chmodSync(join(scene.cwd, '.git'), 0o700);
    }
    expect(scene.read(scene.path(id))).toBe(before);
  });

  test('a link in place of an issue’s file is named, and not followed', async () => {
    const scene = await startBranches('driver missing');
    const id = await partOnce(scene);
    scene.tryGit('merge', 'side');
    const outside = join(temporaryDirectory(), 'outside.json');
    writeFileSync(outside, 'mine');
    execFileSync('ln', ['-sf', outside, join(scene.cwd, scene.path(id))]);
    const ran = await scene.cli('merge --resolve --json');
    expect(ran).toMatchObject({ exit: 4, json: { left: [{ file: scene.path(id) }] } });
    expect(readFileSync(outside, 'utf8')).toBe('mine');
  });

  test('a file of another name below the store is named', async () => {
    const scene = await startBranches('driver missing');
    scene.write('.jit/issues/notes.md', 'base\n');
    await scene.part(
      async () => scene.write('.jit/issues/notes.md', 'side\n'),
      async () => scene.write('.jit/issues/notes.md', 'main\n'),
    );
    scene.tryGit('merge', 'side');
    expect(await scene.cli('merge --resolve --json')).toMatchObject({
      exit: 4,
      json: { files: [], left: [{ file: '.jit/issues/notes.md' }] },
    });
    expect(existsSync(join(scene.cwd, '.jit/issues/notes.md'))).toBe(true);
  });
});

describe('other ways to stop', () => {
  test('cherry-pick -n, which leaves no trace: the versions in the index are enough', async () => {
    const scene = await startBranches('driver missing');
    const id = await partOnce(scene);
    expect(scene.tryGit('cherry-pick', '-n', 'side')).toBe(1);
    const done = await document(scene.cli, 'merge --resolve');
    expect(done).toMatchObject({ operation: 'other', left: [] });
    expect(done.next.at(-1)).toBe('git commit');
    expect(scene.issue(id).labels).toEqual(['main', 'side']);
  });

  test('git checkout -m: what was not committed meets another branch', async () => {
    const scene = await startBranches('driver missing');
    const { cli } = scene;
    const id = await create(cli, 'T');
    await scene.part(
      () => cli(['update', id, '-l', 'side']),
      () => create(cli, 'Other'),
    );
    await cli(['update', id, '-l', 'mine']);
    scene.tryGit('checkout', '-m', 'side');
    expect(scene.unmerged()).toContain(id);
    expect(await document(cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.issue(id).labels).toEqual(['mine', 'side']);
  });

  test('stash pop of an edit of an issue that is gone, beside one that is alike', async () => {
    const scene = await startBranches('driver missing');
    const { cli } = scene;
    const text = Array.from({ length: 60 }, (_, at) => `line ${at} of a long description`).join('\n');
    const old = await create(cli, 'Alike', '-d', text);
    scene.commit();
    await cli(['update', old, '-l', 'precious']);
    scene.git('-c', 'user.name=a', '-c', 'user.email=a@b', 'stash', '--quiet');
    execFileSync('rm', [join(scene.cwd, scene.path(old))]);
    const young = await create(cli, 'Alike', '-d', text);
    scene.commit();
    const untouched = scene.read(scene.path(young));
    expect(scene.tryGit('stash', 'pop')).toBe(1);
    expect(await document(cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.issue(old)).toMatchObject({ id: old, labels: ['precious'] });
    expect(scene.read(scene.path(young))).toBe(untouched);
    expect(scene.unmerged()).toBe('');
  });

  test('criss-cross: branches that have merged each other before', async () => {
    const scene = await startBranches('driver missing');
    const { cli, git, commit } = scene;
    const id = await partOnce(scene);
    git('branch', 'main-before', 'main');
    scene.tryGit('merge', 'side');
    await document(cli, 'merge --resolve');
    await cli(['comment', id, 'on main']);
    commit();
    git('checkout', '--quiet', 'side');
    scene.tryGit('merge', 'main-before');
    await document(cli, 'merge --resolve');
    await cli(['update', id, '--remove-label', 'main', '-t', 'New']);
    commit();
    git('checkout', '--quiet', 'main');
    expect(scene.tryGit('merge', 'side')).toBe(1);
    expect(git('merge-base', '--all', 'HEAD', 'side').trim().split('\n')).toHaveLength(2);
    expect(await document(cli, 'merge --resolve')).toMatchObject({ left: [] });
    expect(scene.issue(id)).toMatchObject({ title: 'New' });
    expect(scene.issue(id).comments).toHaveLength(1);
    const eids = scene.eids();
    for (const commitish of ['HEAD', 'MERGE_HEAD'])
      expect(eids).toEqual(
        expect.arrayContaining([...scene.eids(git('show', `${commitish}:.jit/events.jsonl`))]),
      );
  });

  test('a repository with SHA-256', async () => {
    const cwd = realpathSync(temporaryDirectory());
    const { cli, git, id } = await stopMerge({ top: cwd, init: ['--object-format=sha256'] });
    expect(await document(cli, 'merge --resolve')).toMatchObject({ operation: 'merge', left: [] });
    expect(JSON.parse(readFileSync(join(cwd, `.jit/issues/${id}.json`), 'utf8')).labels).toEqual([
      'main',
      'side',
    ]);
    git('commit', '--quiet', '--no-edit');
    expect(await document(cli, 'merge --redo HEAD')).toMatchObject({
      files: [],
      commit: expect.stringMatching(/^.{64}$/),
    });
  });
});
