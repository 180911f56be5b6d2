import { mkdirSync, mkdtempSync, realpathSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Stamp, systemDisk } from '../../src/system/disk.ts';

const HOME = process.cwd();
const NAMES = ['file', 'directory', 'link', 'nothing'];

function makeDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'jit-disk-')));
  writeFileSync(join(directory, 'file'), 'some bytes');
  mkdirSync(join(directory, 'directory'));
  symlinkSync('file', join(directory, 'link'));
  return directory;
}

/** The stamps of all names, and where the process was meanwhile; null: nowhere. */
function lookWithin(directory: string) {
  let during: string | null = null;
  const stamps = systemDisk.within(directory, (stampOf): readonly (Stamp | undefined)[] => {
    try {
      during = process.cwd();
    } catch {
      // It is gone.
    }
    return NAMES.map(stampOf);
  });
  return { stamps, during };
}

const byPath = (directory: string) => NAMES.map((name) => systemDisk.stamp(join(directory, name)));

describe('files of one directory', () => {
  afterEach(() => process.chdir(HOME));

  test('look as they do by their paths, and the process is where it was', () => {
    const directory = makeDirectory();
    expect(lookWithin(directory)).toEqual({ stamps: byPath(directory), during: directory });
    expect(byPath(directory).map((stamp) => stamp?.plain)).toEqual([true, false, false, undefined]);
    expect(process.cwd()).toBe(HOME);
  });

  test('are opened by their names, links are not followed, and absent ones are none', () => {
    const directory = makeDirectory();
    const read = (): readonly string[] =>
      systemDisk.within(directory, (_, open) =>
        NAMES.map((name) => {
          try {
            const fd = open(name);
            const bytes = Buffer.alloc(20);
            try {
              return bytes.toString('utf8', 0, systemDisk.read(fd, bytes, 0));
            } finally {
              systemDisk.close(fd);
            }
          } catch (error) {
            return String((error as NodeJS.ErrnoException).code);
          }
        }),
      );
    const found = ['some bytes', 'EISDIR', 'ELOOP', 'ENOENT'];
    expect(read()).toEqual(found);
    const gone = join(directory, 'gone');
    mkdirSync(gone);
    process.chdir(gone);
    rmdirSync(gone);
    expect(read()).toEqual(found);
  });

  test('also where looking fails', () => {
    const look = (): never => {
      throw new Error('enough');
    };
    expect(() => systemDisk.within(makeDirectory(), look)).toThrow('enough');
    expect(process.cwd()).toBe(HOME);
  });

  test('also where the working directory is gone: nobody could come back to it', () => {
    const directory = makeDirectory();
    const gone = join(directory, 'gone');
    mkdirSync(gone);
    process.chdir(gone);
    rmdirSync(gone);
    expect(lookWithin(directory)).toEqual({ stamps: byPath(directory), during: null });
  });

  test('also where the working directory is removed meanwhile', () => {
    const directory = makeDirectory();
    const gone = join(directory, 'gone');
    mkdirSync(gone);
    process.chdir(gone);
    const stamps = systemDisk.within(directory, (stampOf) => {
      rmdirSync(gone);
      return NAMES.map(stampOf);
    });
    expect(stamps).toEqual(byPath(directory));
    const fail = (): never => {
      throw new Error('enough');
    };
    mkdirSync(gone);
    process.chdir(gone);
    const look = () => {
      rmdirSync(gone);
      return fail();
    };
    expect(() => systemDisk.within(directory, look)).toThrow('enough');
  });

  test('that is not there: nothing is', () => {
    const { stamps, during } = lookWithin(join(makeDirectory(), 'nowhere'));
    expect(stamps).toEqual(NAMES.map(() => undefined));
    expect(during).toBe(HOME);
  });
});
