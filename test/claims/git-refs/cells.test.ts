import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openGitCells } from '../../../src/claims/git-refs/open.ts';
import type { RemoteCells } from '../../../src/claims/remote.ts';
import type { Lease } from '../../../src/domain/lease.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { FakeMachine } from '../../support/fake-machine.ts';
import { idOf } from '../../support/issues.ts';
import { type Clone, makeRemote } from './clones.ts';

const PREFIX = 'refs/jit/claims/';
const ID = idOf(1);
const REF = PREFIX + ID;

const machine = new FakeMachine('one');

const leaseWith = (fields: Partial<Lease> = {}): Lease => ({
  id: ID,
  epoch: 1,
  status: 'held',
  holder: 'agent:a',
  worktree: 'abc/.',
  path: '/trees/ñ 漢 \u2028 \ud83d\ude00 "q" \\ \'s',
  branch: 'main',
  ttl: 60_000,
  renewals: 0,
  beat: machine.now(),
  tie: null,
  writer: null,
  provisional: false,
  ended: null,
  ...fields,
});

const cellsOf = (
  { repository, env }: Clone,
  options: { readonly prefix?: string; readonly remote?: string; readonly timeout?: number } = {},
): RemoteCells =>
  openGitCells({
    repository,
    env,
    remote: 'origin',
    prefix: PREFIX,
    machine: machine.start('p'),
    ...options,
  });

const readOne = async (cells: RemoteCells, id = ID) => (await cells.read([id]))[0]!;

/** Everything below a directory, with its content. */
const contentsOf = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path, readFileSync(path, 'latin1')]),
  );

describe('records on references', () => {
  test('are swapped only by whoever names the one that is there', async () => {
    const remote = makeRemote();
    const [one, two] = [cellsOf(remote.clone()), cellsOf(remote.clone())];
    expect(await readOne(one)).toEqual({ id: ID, version: null, lease: null });
    expect(await one.read()).toEqual([]);
    const first = leaseWith();
    expect(await one.swap(ID, null, first, true)).toBe(true);
    expect(await two.swap(ID, null, leaseWith({ holder: 'agent:b' }), true)).toBe(false);
    // What was read to judge that is at hand, once.
    const { cell, fresh } = two.recall(ID);
    expect([cell.lease, fresh]).toEqual([first, true]);
    expect(two.recall(ID)).toMatchObject({ cell, fresh: false });
    expect(remote.git('for-each-ref', '--format=%(refname) %(objectname)')).toBe(`${REF} ${cell.version}`);
    expect(await readOne(one)).toEqual(cell);
    const second = leaseWith({ renewals: 1, status: 'released', ended: 'expired' });
    expect(await two.swap(ID, cell.version, second, false)).toBe(true);
    expect(await one.swap(ID, cell.version, leaseWith(), true)).toBe(false);
    expect((await readOne(one)).lease).toEqual(second);
    expect((await one.read()).map(({ id }) => id)).toEqual([ID]);
  });

  test('that are equal are two objects all the same: only one of two equal swaps goes through', async () => {
    const remote = makeRemote();
    const [one, two] = [cellsOf(remote.clone()), cellsOf(remote.clone())];
    const lease = leaseWith();
    const swapped = await Promise.all([one.swap(ID, null, lease, true), two.swap(ID, null, lease, true)]);
    expect(swapped.sort()).toEqual([false, true]);
    const { version } = await readOne(one);
    expect(await one.swap(ID, version, lease, true)).toBe(true);
    expect(await two.swap(ID, version, lease, true)).toBe(false);
  });

  test('are commits of nothing, in nobody’s name, with the time of the renewal', async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    await cellsOf(clone).swap(ID, null, leaseWith(), true);
    expect(remote.git('log', '--format=%an %ae %cn %at %T', REF)).toBe(
      `jit jit@localhost jit ${Math.floor(Date.parse(machine.now().at) / 1000)} 4b825dc642cb6eb9a060e54bf8d69288fbee4904`,
    );
    expect(remote.git('fsck', '--full', '--strict')).toBe('');
  });

  test('of many issues are read in one contact', async () => {
    const remote = makeRemote();
    const contacts = '[ "$contact" = yes ] && echo . >> "$(dirname "$0")/contacts"';
    const clone = remote.clone({
      wrapper: `case "$*" in *" push "*|*" fetch "*|*" ls-remote "*) contact=yes;; esac\n${contacts}\nexec $GIT "$@"`,
    });
    const cells = cellsOf(remote.clone());
    const ids = Array.from({ length: 30 }, (_, at) => idOf(at + 1));
    for (const id of ids) await cells.swap(id, null, leaseWith({ id }), true);
    const reader = cellsOf(clone);
    const count = (): number =>
      readFileSync(join(clone.env.PATH!.split(':')[0]!, 'contacts'), 'utf8').length / 2;
    expect((await reader.read(ids)).map(({ lease }) => lease?.id)).toEqual(ids);
    expect(count()).toBe(1);
    expect((await reader.read(ids.slice(3, 9))).map(({ lease }) => lease?.id)).toEqual(ids.slice(3, 9));
    expect(count()).toBe(2);
    // What comes with the reading of one is remembered of all.
    const other = cellsOf(remote.clone());
    await other.read([ids[0]!]);
    expect(
      other
        .recallAll()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids);
    remote.git('update-ref', '-d', PREFIX + ids[0]);
    expect((await reader.read()).map(({ id }) => id).sort()).toEqual(ids.slice(1));
    expect(reader.recall(ids[0]!).cell).toEqual({ id: ids[0], version: null, lease: null });
  });

  test.each(['refs/heads/jit-claims/', 'refs/x/'])('stand under %s as well', async (prefix) => {
    const remote = makeRemote();
    const cells = cellsOf(remote.clone(), { prefix });
    expect(await cells.swap(ID, null, leaseWith(), true)).toBe(true);
    expect((await readOne(cells)).lease).toEqual(leaseWith());
    expect(remote.git('for-each-ref', '--format=%(refname)')).toBe(prefix + ID);
    // Branches with such names are no trouble for whoever clones.
    expect(remote.clone().git('fetch', '--quiet', 'origin')).toBe('');
  });

  test('go forward where a remote lets them go nowhere else', async () => {
    const remote = makeRemote();
    remote.git('config', 'receive.denyNonFastForwards', 'true');
    const [one, two] = [remote.clone(), remote.clone()];
    const prefix = 'refs/heads/jit-claims/';
    const versions: (string | null)[] = [null];
    for (const [at, clone] of [one, one, two, one, two].entries()) {
      const cells = cellsOf(clone, { prefix });
      expect(await cells.swap(ID, versions.at(-1)!, leaseWith({ renewals: at }), true)).toBe(true);
      const { version, lease } = await readOne(cells);
      expect(lease).toEqual(leaseWith({ renewals: at }));
      versions.push(version);
    }
    expect(remote.git('rev-list', prefix + ID).split('\n')).toEqual(versions.slice(1).reverse());
    expect(await cellsOf(one, { prefix }).swap(ID, versions[2]!, leaseWith(), true)).toBe(false);
  });

  test('keep no history where they need not', async () => {
    const remote = makeRemote();
    const cells = cellsOf(remote.clone());
    await cells.swap(ID, null, leaseWith(), true);
    await cells.swap(ID, cells.recall(ID).cell.version, leaseWith({ renewals: 1 }), true);
    expect(remote.git('rev-list', '--count', REF)).toBe('1');
  });

  test('stand in repositories of the other object format', async () => {
    const remote = makeRemote({ format: 'sha256' });
    const [one, two] = [cellsOf(remote.clone()), cellsOf(remote.clone())];
    expect(await one.swap(ID, null, leaseWith(), true)).toBe(true);
    const { version, lease } = await readOne(two);
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(lease).toEqual(leaseWith());
    expect(await two.swap(ID, version, leaseWith({ renewals: 1 }), true)).toBe(true);
    expect(await one.swap(ID, version, leaseWith({ renewals: 1 }), true)).toBe(false);
  });
});

describe('what a failure of git means is read from the reference', () => {
  const failing = (when: string): string => `case "$*" in *" push "*) ${when};; esac\nexec $GIT "$@"`;

  test('a push that came through though git failed is ours', async () => {
    const remote = makeRemote();
    const cells = cellsOf(
      remote.clone({ wrapper: failing('$GIT "$@"; echo "fatal: the line is dead" >&2; exit 128') }),
    );
    expect(await cells.swap(ID, null, leaseWith(), true)).toBe(true);
    expect(remote.git('for-each-ref')).toContain(REF);
  });

  test('so is one after which git was killed', async () => {
    const remote = makeRemote();
    const cells = cellsOf(remote.clone({ wrapper: failing('$GIT "$@"; kill -9 $$') }));
    expect(await cells.swap(ID, null, leaseWith(), true)).toBe(true);
  });

  test('and one after which git never ended', async () => {
    const remote = makeRemote();
    const clone = remote.clone({ wrapper: failing('$GIT "$@"; sleep 60') });
    expect(await cellsOf(clone, { timeout: 1_500 }).swap(ID, null, leaseWith(), true)).toBe(true);
  });

  test('a push that failed for once is made again', async () => {
    const remote = makeRemote();
    const once = 'if [ ! -e "$0.tried" ]; then touch "$0.tried"; exit 1; fi';
    const cells = cellsOf(remote.clone({ wrapper: failing(once) }));
    expect(await cells.swap(ID, null, leaseWith(), true)).toBe(true);
  });

  test('where it cannot be read nobody knows', async () => {
    const remote = makeRemote();
    const wrapper = failing('$GIT "$@"; exit 1').replace(
      'exec',
      'case "$*" in *" fetch "*) echo "fatal: no route to https://me:secret@example.org/x" >&2; exit 128;; esac\nexec',
    );
    const cells = cellsOf(remote.clone({ wrapper }));
    await expect(cells.swap(ID, null, leaseWith(), true)).rejects.toMatchObject({
      code: 'REMOTE',
      exit: 8,
      retry: 'same',
      message: 'the remote origin cannot be reached: fatal: no route to https://example.org/x',
      details: { reason: 'unreachable' },
    });
    await expect(cells.read()).rejects.toMatchObject({ code: 'REMOTE' });
  });

  test('a remote that is gone is REMOTE, for reading and writing', async () => {
    const remote = makeRemote();
    const cells = cellsOf(remote.clone());
    await cells.swap(ID, null, leaseWith(), true);
    rmSync(remote.path, { recursive: true });
    await expect(cells.read([ID])).rejects.toMatchObject({ code: 'REMOTE' });
    await expect(cells.swap(idOf(2), null, leaseWith({ id: idOf(2) }), true)).rejects.toMatchObject({
      code: 'REMOTE',
    });
    // What was seen stays known.
    expect(cells.recall(ID).cell.lease).toEqual(leaseWith());
  });

  test.each([
    [
      'a hook',
      (remote: ReturnType<typeof makeRemote>) => {
        mkdirSync(join(remote.path, 'hooks'), { recursive: true });
        writeFileSync(join(remote.path, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      },
    ],
    [
      'a setting',
      (remote: ReturnType<typeof makeRemote>) => {
        remote.git('config', 'receive.hideRefs', 'refs/jit');
      },
    ],
  ])('a remote that takes no such references (%s) refuses, and is not out of reach', async (_, refuse) => {
    const remote = makeRemote();
    refuse(remote);
    const cells = cellsOf(remote.clone());
    await expect(cells.swap(ID, null, leaseWith(), true)).rejects.toMatchObject({
      code: 'REMOTE',
      details: { reason: 'refused', ref: REF },
    });
    expect(remote.git('for-each-ref')).toBe('');
  });

  test('a remote that does not answer is not waited for again and again', async () => {
    const remote = makeRemote();
    const silent =
      'case "$*" in *" push "*|*" fetch "*) echo . >> "$0.tried"; sleep 60;; esac\nexec $GIT "$@"';
    const clone = remote.clone({ wrapper: silent });
    const host = new FakeMachine('one');
    const real = {
      ...host.start('p'),
      beat: () => ({ ...host.now(), elapsed: Math.floor(performance.now()) + skipped }),
    };
    let skipped = 0;
    const open = () =>
      openGitCells({
        ...clone,
        remote: 'origin',
        prefix: PREFIX,
        machine: real,
        timeout: 1_000,
        newId: () => `${Math.random()}`.slice(2),
      });
    const failure = { code: 'REMOTE', details: { reason: 'unreachable' } };
    const tried = (): number => readFileSync(`${clone.env.PATH!.split(':')[0]}/git.tried`, 'utf8').length / 2;
    await expect(open().read([ID])).rejects.toMatchObject(failure);
    // A second is quick: it is tried again.
    await expect(open().read([ID])).rejects.toMatchObject(failure);
    expect(tried()).toBe(2);
    const slow = () =>
      openGitCells({ ...clone, remote: 'origin', prefix: PREFIX, machine: real, timeout: 2_500 });
    await expect(slow().read([ID])).rejects.toMatchObject(failure);
    expect(tried()).toBe(3);
    await expect(open().read([ID])).rejects.toMatchObject(failure);
    await expect(open().swap(ID, null, leaseWith(), true)).rejects.toMatchObject(failure);
    expect(tried()).toBe(3);
    skipped = 60_000;
    await expect(open().read([ID])).rejects.toMatchObject(failure);
    expect(tried()).toBe(4);
  });
});

test('a remote that does not answer is waited for no longer than one contact, and that is told once', async () => {
  const remote = makeRemote();
  const silent = 'case "$*" in *" push "*|*" fetch "*) sleep 60;; esac\nexec $GIT "$@"';
  const told: unknown[] = [];
  const timeout = 4_000;
  const cells = openGitCells({
    ...remote.clone({ wrapper: silent }),
    remote: 'origin',
    prefix: PREFIX,
    machine: new FakeMachine('one').start('p'),
    timeout,
    onSilence: (...words) => told.push(words),
  });
  const begun = performance.now();
  await expect(cells.swap(ID, null, leaseWith(), true)).rejects.toMatchObject({ code: 'REMOTE' });
  // git gets a moment to end by itself, twice.
  expect(performance.now() - begun).toBeLessThan(timeout + 3_000);
  expect(told).toEqual([['origin', timeout]]);
});

describe('what is under the prefix and is no claim', () => {
  test.each([
    ['a blob', (git: Clone['git']) => git('hash-object', '-w', '/dev/null')],
    ['a tree', (git: Clone['git']) => git('mktree', '--missing')],
    ['words', (git: Clone['git']) => commit(git, 'not a claim\n')],
    ['nothing', (git: Clone['git']) => commit(git, '')],
    ['quotes', (git: Clone['git']) => commit(git, "it's \\ 'quoted' \\n\n\n'")],
    ['another issue', (git: Clone['git']) => commit(git, `{"schema_version":1,"id":"${idOf(9)}"}\n`)],
  ])('%s is CORRUPT_FILE that names the reference', async (_, make) => {
    const remote = makeRemote();
    const cells = cellsOf(remote.clone());
    const good = leaseWith({ id: idOf(2) });
    await cells.swap(idOf(2), null, good, true);
    const user = remote.clone();
    for (const [key, value] of [
      ['user.name', 'x'],
      ['user.email', 'x'],
    ])
      user.git('config', key!, value!);
    user.git('push', '--quiet', 'origin', `${make(user.git)}:${REF}`);
    const bad = await readOne(cells);
    expect(bad).toMatchObject({ lease: null, damage: { error: { code: 'CORRUPT_FILE' }, epoch: 0 } });
    expect(bad.damage?.error.message).toContain(REF);
    // Others are served.
    expect(await readOne(cells, idOf(2))).toMatchObject({ lease: good });
    expect((await cells.read()).map(({ id, damage }) => [id, damage === undefined])).toEqual([
      [ID, false],
      [idOf(2), true],
    ]);
    expect(await cells.swap(ID, bad.version, leaseWith(), true)).toBe(true);
    expect((await readOne(cells)).lease).toEqual(leaseWith());
  });

  test('a claim of a newer jit is left alone', async () => {
    const remote = makeRemote();
    const cells = cellsOf(remote.clone());
    const user = remote.clone();
    for (const [key, value] of [
      ['user.name', 'x'],
      ['user.email', 'x'],
    ])
      user.git('config', key!, value!);
    user.git('push', '--quiet', 'origin', `${commit(user.git, '{"schema_version":99}\n')}:${REF}`);
    expect(await readOne(cells)).toMatchObject({
      damage: { error: { code: 'SCHEMA_TOO_NEW' }, epoch: null },
    });
  });

  test('names that are no issue are nobody’s business', async () => {
    const remote = makeRemote();
    const cells = cellsOf(remote.clone());
    await cells.swap(ID, null, leaseWith(), true);
    const { version } = await readOne(cells);
    for (const name of ['probe', `${ID}x`, `${ID}/x`, ID.toLowerCase()])
      if (name !== `${ID}/x`) remote.git('update-ref', PREFIX + name, version!);
    expect((await cells.read()).map(({ id }) => id)).toEqual([ID]);
    expect((await cells.read([ID])).map(({ id }) => id)).toEqual([ID]);
  });

  function commit(git: Clone['git'], message: string): string {
    const tree = git('mktree', '--missing');
    return git('commit-tree', tree, ...(message === '' ? ['-m', ' '] : ['-m', message]));
  }
});

describe('the user’s repository', () => {
  test('is not touched: references, reflogs, FETCH_HEAD, objects, hooks', async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const { commonDir } = clone.repository;
    for (const hook of ['pre-push', 'reference-transaction', 'post-update'])
      writeFileSync(join(commonDir, 'hooks', hook), '#!/bin/sh\ntouch hook-ran\nexit 1\n', { mode: 0o755 });
    clone.git('config', 'core.logAllRefUpdates', 'always');
    clone.git('config', 'push.followTags', 'true');
    clone.git('config', 'push.gpgSign', 'true');
    clone.git('config', 'remote.origin.mirror', 'true');
    writeFileSync(join(commonDir, 'FETCH_HEAD'), 'mine\n');
    const { 'jit/': _, ...before } = contentsOf(commonDir);
    const [one, two] = [
      cellsOf(clone, { prefix: 'refs/heads/jit-claims/' }),
      cellsOf(remote.clone(), { prefix: 'refs/heads/jit-claims/' }),
    ];
    await two.swap(idOf(2), null, leaseWith({ id: idOf(2) }), true);
    expect(await one.swap(ID, null, leaseWith(), true)).toBe(true);
    expect(await one.swap(ID, null, leaseWith(), true)).toBe(false);
    expect(await one.read()).toHaveLength(2);
    const after = Object.fromEntries(
      Object.entries(contentsOf(commonDir)).filter(([path]) => !path.startsWith(join(commonDir, 'jit/'))),
    );
    expect(after).toEqual(before);
    expect(existsSync(join(clone.repository.topLevel, 'hook-ran'))).toBe(false);
    // What a reading needed for itself is gone.
    const room = join(commonDir, 'jit/remote/claims.git');
    expect(clone.git('--git-dir', room, 'for-each-ref', 'refs/look')).toBe('');
    expect(clone.git('--git-dir', room, 'fsck', '--full', '--no-dangling')).toBe('');
  });

  test('has its say in how the remote is reached, and where it is pushed to', async () => {
    const [reading, pushing] = [makeRemote(), makeRemote()];
    const clone = reading.clone();
    clone.git('config', `url.${pushing.path}.pushInsteadOf`, reading.path);
    const cells = cellsOf(clone);
    expect(await cells.swap(ID, null, leaseWith(), true)).toBe(true);
    expect(pushing.git('for-each-ref', '--format=%(refname)')).toBe(REF);
    // Claims are read where they are pushed: a mirror to read from lags behind.
    expect((await readOne(cells)).lease).toEqual(leaseWith());
    expect(reading.git('for-each-ref')).toBe('');
  });

  test('is found from a linked work tree, with a path to the remote that begins there', async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    clone.git('-c', 'user.name=x', '-c', 'user.email=x', 'commit', '--quiet', '--allow-empty', '-m', 'x');
    clone.git('worktree', 'add', '--quiet', '../linked');
    const linked = findRepository(join(clone.repository.topLevel, '../linked'))!;
    clone.git('remote', 'set-url', 'origin', '../remote.git');
    const cells = cellsOf({ ...clone, repository: linked });
    expect(await cells.swap(ID, null, leaseWith(), true)).toBe(true);
    expect((await readOne(cellsOf(clone))).lease).toEqual(leaseWith());
    // What one work tree saw all know.
    expect(cellsOf({ ...clone, repository: linked }).recall(ID).cell.lease).toEqual(leaseWith());
  });

  test('is not left for what a hook has in its environment', async () => {
    const remote = makeRemote();
    const [clone, other] = [remote.clone(), makeRemote().clone()];
    const before = contentsOf(other.repository.topLevel);
    const env = {
      ...clone.env,
      GIT_DIR: other.repository.gitDir,
      GIT_INDEX_FILE: join(other.repository.gitDir, 'index'),
      GIT_OBJECT_DIRECTORY: join(other.repository.gitDir, 'objects'),
      GIT_QUARANTINE_PATH: '/nowhere',
      GIT_NAMESPACE: 'x',
    };
    const cells = cellsOf({ ...clone, env });
    expect(await cells.swap(ID, null, leaseWith(), true)).toBe(true);
    expect((await readOne(cells)).lease).toEqual(leaseWith());
    expect(remote.git('for-each-ref', '--format=%(refname)')).toBe(REF);
    expect(contentsOf(other.repository.topLevel)).toEqual(before);
  });

  test('needs a remote of that name, which pushes to one place', async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const missing = cellsOf(clone, { remote: 'upstream' });
    await expect(missing.read()).rejects.toMatchObject({ code: 'UNKNOWN_VALUE', exit: 2 });
    await expect(missing.swap(ID, null, leaseWith(), true)).rejects.toMatchObject({ code: 'UNKNOWN_VALUE' });
    clone.git('remote', 'set-url', '--add', 'origin', makeRemote().path);
    await expect(cellsOf(clone).read()).rejects.toMatchObject({
      code: 'UNKNOWN_VALUE',
      details: { places: 2 },
    });
  });

  test('several processes enter for the first time at once', async () => {
    const remote = makeRemote();
    const clone = remote.clone();
    const ids = Array.from({ length: 6 }, (_, at) => idOf(at + 1));
    const swapped = await Promise.all(
      ids.map((id) => cellsOf(clone).swap(id, null, leaseWith({ id }), true)),
    );
    expect(swapped).toEqual(ids.map(() => true));
    expect(
      readdirSync(join(clone.repository.commonDir, 'jit/remote')).filter((name) =>
        name.startsWith('claims.git.'),
      ),
    ).toEqual([]);
    expect((await cellsOf(remote.clone()).read()).map(({ id }) => id).sort()).toEqual(ids);
  });
});

describe('arguments never reach git as options', () => {
  const HOSTILE = [
    '--upload-pack=touch x',
    '--output=x',
    '-x',
    '--',
    'ext::sh -c touch% x',
    '/absolute',
    '../up',
  ];

  test.each(HOSTILE)('%j as remote, prefix and id', async (text) => {
    const remote = makeRemote();
    const clone = remote.clone();
    expect(() => cellsOf(clone, { remote: text })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_VALUE' }),
    );
    expect(() => cellsOf(clone, { prefix: text })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_VALUE' }),
    );
    expect(() => cellsOf(clone, { prefix: `${text}/` })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_VALUE' }),
    );
    const cells = cellsOf(clone);
    await expect(cells.swap(text, null, leaseWith({ id: text }), true)).rejects.toThrow();
    const none = { id: text, version: null, lease: null };
    expect(await cells.read([text])).toEqual([none]);
    expect(cells.recall(text)).toEqual({ cell: none, fresh: false });
    expect(cells.recallAll([text])).toEqual([]);
    expect(readdirSync(clone.repository.topLevel)).toEqual(['.git']);
  });
});
