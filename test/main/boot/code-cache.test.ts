import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { openCodeCache } from '../../../src/main/boot/code-cache.ts';
import { makeLoader } from '../../../src/main/boot/load-chunks.ts';
import { temporaryDirectory } from '../../support/cli.ts';

const BUILD = '0123456789abcdef';
const HOUR = 60 * 60 * 1000;
const ME = process.geteuid!();

interface Machine {
  /** Loads the program and a command as a process of its own would. Returns whether V8 took the code of the cache, by chunk. */
  run(how?: Run): Record<string, boolean>;
  /** Writes a chunk anew, as a build does. */
  put(name: string, code: string, build?: string): void;
  /** Where the cache is. */
  readonly directory: string;
  readonly home: string;
  files(): string[];
}

interface Run {
  readonly command?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly owner?: number;
  readonly build?: string;
  readonly execArgv?: string[];
  readonly version?: string;
}

function makeMachine(): Machine {
  const home = temporaryDirectory();
  const chunks = `${temporaryDirectory()}/`;
  const put = (name: string, code: string, build = BUILD) =>
    writeFileSync(chunks + name, `/*${build}*/(function(exports,require){${code}\n})`);
  put('program.cjs', 'exports.load = (name) => require(name); exports.answer = () => 42;');
  put('show.cjs', 'const { value } = require("./read.cjs"); exports.value = value;');
  put('list.cjs', 'exports.value = require("./read.cjs").value;');
  put(
    'claim.cjs',
    'const { value } = require("./read.cjs"); exports.value = require("./change.cjs").value + value;',
  );
  put('read.cjs', 'exports.value = [1, 2].reduce((a, b) => a + b, 0);');
  put('change.cjs', 'exports.value = 1;');
  const directory = join(home, '.cache/jit-tracker/code');
  return {
    home,
    put,
    directory,
    files: () => (existsSync(directory) ? readdirSync(directory) : []).sort(),
    run({ command = 'show.cjs', env = {}, owner = ME, build = BUILD, execArgv = [], version = 'v1' } = {}) {
      const cache = openCodeCache(
        {
          env: { HOME: home, ...env },
          version,
          execArgv,
          platform: 'linux',
          arch: 'x64',
          pid: process.pid,
          geteuid: () => owner,
        },
        build,
        command.replace('.cjs', ''),
      );
      const taken: Record<string, boolean> = {};
      const watched = cache && {
        ...cache,
        keep: (chunk: string, script: Script) => {
          taken[chunk] = script.cachedDataRejected === false;
          cache.keep(chunk, script);
        },
      };
      const load = makeLoader(chunks, build, watched);
      const { load: loadLater } = load('program.cjs') as { load(name: string): { value: number } };
      expect(loadLater(`./${command}`).value).toBe(command === 'claim.cjs' ? 4 : 3);
      cache?.save();
      return taken;
    },
  };
}

const NONE = { 'program.cjs': false, 'show.cjs': false, 'read.cjs': false };
const ALL = { 'program.cjs': true, 'show.cjs': true, 'read.cjs': true };
const FILES = [`${BUILD}-v1-linux-x64-show.bin`];

test('the first process keeps its code, private to its user; the next ones take it', () => {
  const { run, files, directory } = makeMachine();
  expect(run()).toEqual(NONE);
  expect(files()).toEqual(FILES);
  for (const name of ['', ...FILES]) expect(statSync(join(directory, name)).mode & 0o077).toBe(0);
  const before = FILES.map((name) => statSync(join(directory, name)).ino);
  expect(run()).toEqual(ALL);
  expect(FILES.map((name) => statSync(join(directory, name)).ino)).toEqual(before);
});

test('each command has a file of its own', () => {
  const { run, files } = makeMachine();
  run();
  expect(run({ command: 'list.cjs' })).toEqual({
    'program.cjs': false,
    'list.cjs': false,
    'read.cjs': false,
  });
  expect(run({ command: 'list.cjs' })).toEqual({ 'program.cjs': true, 'list.cjs': true, 'read.cjs': true });
  expect(run()).toEqual(ALL);
  expect(files()).toEqual([FILES[0]!.replace('show', 'list'), ...FILES]);
});

describe('what is damaged is not used, and made anew', () => {
  const damages: Record<string, (file: Buffer) => Buffer> = {
    'nothing in it': () => Buffer.alloc(0),
    'only a beginning': (file) => file.subarray(0, file.length - 64),
    'something behind it': (file) => Buffer.concat([file, Buffer.alloc(64)]),
    'only zeros': (file) => Buffer.alloc(file.length),
    'a lost block': (file) => Buffer.from(file).fill(0, file.length - 512, file.length),
    'another block': (file) => Buffer.from(file).fill('x', 128, 640),
    'another form': (file) => Buffer.from(file).fill('2', 7, 8),
    'no table': (file) => Buffer.from(file).fill('}', 16, 17),
  };
  test.each(Object.keys(damages))('%s', (name) => {
    const { run, directory } = makeMachine();
    run();
    for (const file of FILES) {
      const whole = readFileSync(join(directory, file));
      const damaged = damages[name]!(whole);
      expect(damaged.equals(whole)).toBe(false);
      writeFileSync(join(directory, file), damaged);
    }
    expect(run()).toEqual(NONE);
    expect(run()).toEqual(ALL);
  });
});

describe('what somebody else could have written is not used', () => {
  test('a file of another owner', () => {
    const { run } = makeMachine();
    run();
    expect(run({ owner: ME + 1 })).toEqual(NONE);
  });

  test.each([0o620, 0o602])('a file that others may write: %o', (mode) => {
    const { run, directory } = makeMachine();
    run();
    for (const name of FILES) chmodSync(join(directory, name), mode);
    expect(run()).toEqual(NONE);
    expect(run()).toEqual(ALL);
  });

  test('a link to a file', () => {
    const { run, directory, home } = makeMachine();
    run();
    for (const name of FILES) {
      renameSync(join(directory, name), join(home, name));
      symlinkSync(join(home, name), join(directory, name));
    }
    expect(run()).toEqual(NONE);
    expect(run()).toEqual(ALL);
  });
});

describe('nothing is written', () => {
  test('to a directory that others may write to', () => {
    const { run, files, directory } = makeMachine();
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, 0o770);
    run();
    expect(files()).toEqual([]);
  });

  test('to the home of somebody else, as with sudo', () => {
    const { run, home } = makeMachine();
    run({ owner: ME + 1 });
    expect(readdirSync(home)).toEqual([]);
    mkdirSync(join(home, '.cache'));
    run({ owner: ME + 1 });
    expect(readdirSync(join(home, '.cache'))).toEqual([]);
  });

  test('through a link', () => {
    const { run, home } = makeMachine();
    const elsewhere = temporaryDirectory();
    mkdirSync(join(home, '.cache/jit-tracker'), { recursive: true });
    symlinkSync(elsewhere, join(home, '.cache/jit-tracker/code'));
    run();
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('where a file is in the way, as on a disk that takes nothing', () => {
    const { run, home } = makeMachine();
    writeFileSync(join(home, '.cache'), 'mine');
    expect(run()).toEqual(NONE);
    expect(readFileSync(join(home, '.cache'), 'utf8')).toBe('mine');
  });

  test('into a home that is not there', () => {
    const { run, home } = makeMachine();
    run({ env: { HOME: join(home, 'gone') } });
    expect(readdirSync(home)).toEqual([]);
  });

  test.each([
    ['switched off', { JIT_NO_CODE_CACHE: '1' }],
    ['coverage is measured', { NODE_V8_COVERAGE: '/tmp/coverage' }],
    ['no home', { HOME: undefined }],
    ['a home without a place', { HOME: 'home' }],
  ])('and nothing is read: %s', (_, env) => {
    const { run, home } = makeMachine();
    expect(run({ env })).toEqual({});
    expect(readdirSync(home)).toEqual([]);
    run();
    expect(run({ env })).toEqual({});
  });
});

test('XDG_CACHE_HOME says where, unless it is relative', () => {
  const { run, home, files } = makeMachine();
  run({ env: { XDG_CACHE_HOME: join(home, 'caches') } });
  expect(readdirSync(join(home, 'caches/jit-tracker/code'))).toEqual(FILES);
  expect(files()).toEqual([]);
  run({ env: { XDG_CACHE_HOME: 'caches' } });
  expect(files()).toEqual(FILES);
});

describe('code is of one build and one runtime', () => {
  test('that of another build is not used, and stays', () => {
    const { run, files, put } = makeMachine();
    run();
    const build = 'fedcba9876543210';
    put('program.cjs', 'exports.load = (name) => require(name); exports.answer = () => 43;', build);
    put('show.cjs', 'const { value } = require("./read.cjs"); exports.value = value;', build);
    put('read.cjs', 'exports.value = [1, 2].reduce((a, b) => a + b, 0);', build);
    expect(run({ build })).toEqual(NONE);
    expect(run({ build })).toEqual(ALL);
    expect(files()).toEqual([...FILES, ...FILES.map((name) => name.replace(BUILD, build))]);
  });

  test('a chunk of a build that has gone on meanwhile is not kept as one of this', () => {
    const { run, put, files } = makeMachine();
    run();
    put('read.cjs', 'exports.value = [2, 1].reduce((a, b) => a + b, 0);', 'fedcba9876543210');
    const mixed = { 'program.cjs': true, 'show.cjs': true };
    expect(run()).toEqual(mixed);
    expect(run()).toEqual(mixed);
    expect(files()).toEqual(FILES);
  });

  test('nor that of another Node, or other flags', () => {
    const { run, files } = makeMachine();
    run();
    expect(run({ version: 'v2' })).toEqual(NONE);
    expect(run({ execArgv: ['--stack-size=900'] })).toEqual(NONE);
    expect(run({ env: { NODE_OPTIONS: '--stack-size=800' } })).toEqual(NONE);
    expect(files()).toHaveLength(4);
    expect(run({ env: { NODE_OPTIONS: '--stack-size=800' } })).toEqual(ALL);
    expect(run()).toEqual(ALL);
  });

  test('what V8 refuses is made anew', () => {
    const { run, put } = makeMachine();
    run();
    // Somebody looks for something, and changes a file by hand.
    put('read.cjs', 'exports.value = [1, 2].reduce((a, b) => a + b, 0); exports.more = 1;');
    expect(run()).toEqual({ ...ALL, 'read.cjs': false });
    expect(run()).toEqual(ALL);
  });
});

test("what a killed process has left is in nobody's way", () => {
  const { run, directory } = makeMachine();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of FILES) writeFileSync(join(directory, `${name}.${process.pid}.tmp`), 'half');
  run();
  expect(readdirSync(directory).sort()).toEqual(FILES);
  expect(run()).toEqual(ALL);
});

describe('what is kept grows with what is used', () => {
  const age = ({ directory, files }: Machine, by: number) => {
    const then = (Date.now() - by) / 1000;
    for (const name of files()) utimesSync(join(directory, name), then, then);
    return files().map((name) => statSync(join(directory, name)).mtimeMs);
  };

  test('a chunk that was not there is added, and the others stay', () => {
    const { run } = makeMachine();
    run({ command: 'claim.cjs' });
    expect(run({ command: 'claim.cjs' })).toEqual({
      'program.cjs': true,
      'claim.cjs': true,
      'read.cjs': true,
      'change.cjs': true,
    });
  });

  test('after an hour it is looked at again', () => {
    const machine = makeMachine();
    machine.run();
    const before = age(machine, HOUR / 2);
    machine.run();
    const { directory, files } = machine;
    expect(files().map((name) => statSync(join(directory, name)).mtimeMs)).toEqual(before);
    const old = age(machine, 2 * HOUR);
    machine.run();
    const after = files().map((name) => statSync(join(directory, name)).mtimeMs);
    for (const [at, time] of after.entries()) expect(time).toBeGreaterThan(old[at]!);
    expect(machine.run()).toEqual(ALL);
  });

  test('what nobody has used for a month goes when something is written', () => {
    const machine = makeMachine();
    machine.run();
    age(machine, 31 * 24 * HOUR);
    machine.run({ build: BUILD, version: 'v2' });
    expect(machine.files()).toEqual(FILES.map((name) => name.replace('v1', 'v2')));
  });

  test('where all takes too much room, the oldest goes', () => {
    const { run, directory, files } = makeMachine();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const [name, size, age] of [
      ['oldest', 1, 3],
      ['older', 40, 2],
      ['old', 40, 1],
    ] as const) {
      writeFileSync(join(directory, name), '');
      truncateSync(join(directory, name), size * 1024 * 1024);
      utimesSync(join(directory, name), Date.now() / 1000 - age, Date.now() / 1000 - age);
    }
    run();
    expect(files()).toEqual([...FILES, 'old']);
  });
});
