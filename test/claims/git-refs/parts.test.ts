import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LOOKS, openRoom, tidyRoom } from '../../../src/claims/git-refs/claim-room.ts';
import { cloneName } from '../../../src/claims/git-refs/clone-name.ts';
import { fileDebts } from '../../../src/claims/git-refs/file-debts.ts';
import { JitError } from '../../../src/domain/errors.ts';
import { runGit } from '../../../src/git/run-git.ts';
import { systemDisk } from '../../../src/system/disk.ts';
import { FakeMachine } from '../../support/fake-machine.ts';
import { idOf } from '../../support/issues.ts';
import { makeRemote } from './clones.ts';

let ground = '';
let names = 0;
const newId = (): string => {
  names += 1;
  return `name${names}`;
};

beforeEach(() => {
  ground = mkdtempSync(join(tmpdir(), 'jit-parts-'));
});

afterEach(() => rmSync(ground, { recursive: true, force: true }));

describe('the name of a clone', () => {
  const nameOf = (common: string): string => cloneName(systemDisk, join(ground, common, 'jit'), newId);

  test('is given once', () => {
    mkdirSync(join(ground, 'one'));
    const name = nameOf('one');
    expect(name).toMatch(/^[0-9a-z]+$/);
    expect([nameOf('one'), nameOf('one')]).toEqual([name, name]);
    expect(readdirSync(join(ground, 'one/jit'))).toEqual(['clone']);
  });

  test('moves with a repository, and is not copied with it', () => {
    mkdirSync(join(ground, 'one'));
    const name = nameOf('one');
    renameSync(join(ground, 'one'), join(ground, 'moved'));
    expect(nameOf('moved')).toBe(name);
    cpSync(join(ground, 'moved'), join(ground, 'copy'), { recursive: true });
    const copied = nameOf('copy');
    expect(copied).not.toBe(name);
    expect(nameOf('copy')).toBe(copied);
    cpSync(join(ground, 'copy'), join(ground, 'again'), { recursive: true });
    const again = nameOf('again');
    expect([name, copied]).not.toContain(again);
    expect([nameOf('moved'), nameOf('copy'), nameOf('again')]).toEqual([name, copied, again]);
  });

  test.each(['', 'abc', '{}', 'abc of inode 0\n'])('is given anew where the file says %j', (text) => {
    mkdirSync(join(ground, 'one/jit'), { recursive: true });
    writeFileSync(join(ground, 'one/jit/clone'), text);
    const name = nameOf('one');
    expect(nameOf('one')).toBe(name);
    expect(readFileSync(join(ground, 'one/jit/clone'), 'utf8')).toBe(text);
  });

  test('is that of whoever was first, when several give it at once', () => {
    mkdirSync(join(ground, 'one'));
    let other: string | undefined;
    // Another process goes through between the moment when the file is missing, and the moment when it is made.
    const disk = {
      ...systemDisk,
      link: (from: string, to: string) => {
        other ??= nameOf('one');
        systemDisk.link(from, to);
      },
    };
    expect(cloneName(disk, join(ground, 'one/jit'), newId)).toBe(other);
    expect(readdirSync(join(ground, 'one/jit'))).toEqual(['clone']);
  });

  test('that cannot be kept is IO', () => {
    expect(() => nameOf('nowhere')).toThrow(expect.objectContaining({ code: 'IO' }));
  });
});

describe('the room for claims', () => {
  const room = async () => {
    const clone = makeRemote().clone();
    const git = async (args: readonly string[], input = ''): Promise<string> => {
      const place = { GIT_DIR: join(clone.repository.commonDir, 'jit/remote/claims.git') };
      const ran = await runGit(clone.repository.topLevel, args, { env: clone.env, input, place });
      if (ran.status !== 0) throw new JitError('GIT', ran.stderr);
      return ran.stdout.trim();
    };
    await openRoom(clone.repository, newId, async (args) => {
      const ran = await runGit(clone.repository.topLevel, args, { env: clone.env });
      return ran.stdout;
    });
    return { clone, git };
  };

  test('is a repository of its own, with the settings of the user’s', async () => {
    const { clone, git } = await room();
    clone.git('config', 'http.proxy', 'proxy.example.org');
    clone.git('config', 'core.worktree', '/elsewhere');
    expect(await git(['config', 'http.proxy'])).toBe('proxy.example.org');
    expect(await git(['rev-parse', '--is-bare-repository'])).toBe('true');
    expect(await git(['config', 'remote.origin.url'])).toBe(clone.git('config', 'remote.origin.url'));
  });

  test('is tidied of what the dead left, and of nothing else', async () => {
    const { git } = await room();
    const machine = new FakeMachine('one');
    const [alive, dead] = [machine.start('alive'), machine.start('dead')];
    machine.kill(dead);
    const object = await git(['hash-object', '-w', '--stdin'], 'x');
    for (const ref of [`${alive.token}+a/X`, `${dead.token}+b/X`, `${dead.token}+b/Y`, `two/x/y+c/X`])
      await git(['update-ref', LOOKS + ref, object]);
    await git(['update-ref', 'refs/seen/origin/X', object]);
    await tidyRoom(git, alive);
    expect((await git(['for-each-ref', '--format=%(refname)'])).split('\n')).toEqual([
      `${LOOKS}${alive.token}+a/X`,
      `${LOOKS}two/x/y+c/X`,
      'refs/seen/origin/X',
    ]);
    // Nobody is kept from claiming because tidying fails.
    await tidyRoom(() => Promise.reject(new JitError('GIT', 'no')), alive);
  });
});

describe('notes of what is owed', () => {
  const machine = new FakeMachine('one');
  const open = (token: { readonly token: string; liveness(token: string): 'alive' | 'dead' | 'unknown' }) =>
    fileDebts({ disk: systemDisk, directory: join(ground, 'jit/remote/owed'), machine: token, newId });
  const owed = (debts: ReturnType<typeof open>): readonly string[] =>
    debts
      .list()
      .map(({ id }) => id)
      .sort();

  beforeEach(() => mkdirSync(join(ground, 'jit')));

  test('are nobody else’s as long as their process is at it', () => {
    const [first, second] = [machine.start('first'), machine.start('second')];
    expect(owed(open(second))).toEqual([]);
    open(first).owe(idOf(1));
    expect(owed(open(second))).toEqual([]);
    machine.kill(first);
    expect(owed(open(second))).toEqual([idOf(1)]);
    for (const debt of open(second).list()) debt.paid();
    expect(owed(open(second))).toEqual([]);
    expect(readdirSync(join(ground, 'jit/remote/owed'))).toEqual([]);
  });

  test('that are left are anybody’s, and paid only once for each', () => {
    const debts = open(machine.start('a'));
    const [one, two, three] = [debts.owe(idOf(1)), debts.owe(idOf(1)), debts.owe(idOf(2))];
    one.leave();
    two.leave();
    three.paid();
    expect(owed(open(machine.start('b')))).toEqual([idOf(1), idOf(1)]);
    debts.list()[0]!.paid();
    expect(owed(debts)).toEqual([idOf(1)]);
    one.paid();
    one.leave();
    two.paid();
    three.paid();
    for (const debt of debts.list()) debt.paid();
    expect(owed(debts)).toEqual([]);
  });

  test('of another boot are anybody’s', () => {
    const other = new FakeMachine('one');
    open(other.start('p')).owe(idOf(3));
    other.reboot();
    expect(owed(open(other.start('q')))).toEqual([idOf(3)]);
  });

  test('are not mistaken for other files', () => {
    const debts = open(machine.start('a'));
    debts.owe(idOf(1)).leave();
    for (const name of ['x', 'a~b~c', `${idOf(2)}`, `${idOf(2)}~left`])
      writeFileSync(join(ground, 'jit/remote/owed', name), '');
    expect(owed(debts)).toEqual([idOf(1)]);
    expect(() => debts.owe('../../x')).toThrow();
  });
});
