import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileSystemOf, probeLinks } from '../../src/system/file-system.ts';
import { temporaryDirectory } from '../support/cli.ts';

const MOUNTS = [
  '22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw',
  '30 22 0:40 / /mnt/net rw - nfs4 server:/export rw,vers=4.2',
  '31 30 0:41 / /mnt/net/inner rw - tmpfs tmpfs rw',
  '32 22 0:42 / /mnt/with\\040space rw shared:7 master:2 - fuse.sshfs me@host: rw',
  '33 22 0:43 / /mnt/over rw - xfs /dev/a rw',
  '34 33 0:44 / /mnt/over rw - cifs //host/share rw',
  '',
].join('\n');

describe('the file system of a path', () => {
  test.each<[string, string, string]>([
    ['/mnt/net/a/b', 'nfs4', '/mnt/net'],
    ['/mnt/net', 'nfs4', '/mnt/net'],
    ['/mnt/network', 'ext4', '/'],
    ['/mnt/net/inner/x', 'tmpfs', '/mnt/net/inner'],
    ['/mnt/with space/x', 'fuse.sshfs', '/mnt/with space'],
    ['/mnt/over/x', 'cifs', '/mnt/over'],
    ['/nowhere', 'ext4', '/'],
  ])('%s is on %s', (path, type, mount) => {
    expect(fileSystemOf(path, MOUNTS)).toEqual({ type, mount });
  });

  test('a symbolic link is followed, also above what is not there yet', () => {
    const directory = temporaryDirectory();
    const target = join(directory, 'target');
    mkdirSync(target);
    symlinkSync(target, join(directory, 'link'));
    const mounts = `22 1 0:1 / / rw - ext4 a rw\n23 22 0:2 / ${target} rw - 9p b rw\n`;
    expect(fileSystemOf(join(directory, 'link', 'not', 'there'), mounts).type).toBe('9p');
  });

  test('without a table of mounts, what the system says of the path itself', () => {
    const { type, mount } = fileSystemOf(temporaryDirectory(), null);
    expect(mount).toBeNull();
    if (process.platform !== 'linux') expect(type).toBeNull();
  });

  test('the table of this machine', () => {
    if (process.platform === 'linux') expect(fileSystemOf('/proc/self')).toMatchObject({ type: 'proc' });
  });
});

describe('trying a hard link', () => {
  test('it works, and leaves nothing behind', () => {
    const directory = temporaryDirectory();
    expect(probeLinks(directory, 'probe')).toEqual({ result: 'work' });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('it is refused: nothing is left behind either', () => {
    const directory = temporaryDirectory();
    const refuse = (): never => {
      throw Object.assign(new Error('no links'), { code: 'EPERM' });
    };
    expect(probeLinks(directory, 'probe', refuse)).toEqual({ result: 'refused', code: 'EPERM' });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('the directory cannot be written', () => {
    expect(probeLinks(join(temporaryDirectory(), 'nowhere'), 'probe')).toEqual({
      result: 'unwritable',
      code: 'ENOENT',
    });
  });

  test('a file of that name is left as it is', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'probe'), 'x');
    expect(probeLinks(directory, 'probe')).toEqual({ result: 'unwritable', code: 'EEXIST' });
    expect(readdirSync(directory)).toEqual(['probe']);
  });
});
