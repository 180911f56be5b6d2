import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readIndex } from '../../../../src/store/files/index/examine.ts';
import { whyUnwritable } from '../../../../src/system/file-system.ts';
import { standingClock, startCli, temporaryDirectory } from '../../../support/cli.ts';
import { DIR } from '../../faults/scene.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';
import { answersOf } from './answers.ts';
import { cachePaths, INDEX, makeIndexScene, openWith, overwrite, pathOf, readText, textOf } from './scene.ts';

let scene: SimDisk;
beforeAll(async () => {
  scene = await makeIndexScene();
});

/** What is told of a disk, and that it is left as it is. */
function look(disk: SimDisk) {
  const image = disk.image();
  const { found, files } = readIndex(DIR, disk);
  expect(disk.image()).toBe(image);
  return { found, files };
}

test('an index is told from none, one of another form, and a damaged one', async () => {
  const disk = scene.clone();
  const files = disk.list(`${DIR}/issues`).filter(({ name }) => name.endsWith('.json')).length;
  expect(look(disk)).toEqual({ found: null, files });
  await answersOf(openWith(disk, 'always'));
  const bytes = readText(disk, INDEX);
  // The broken file is none of its rows.
  const logBytes = (): number =>
    cachePaths(disk).reduce((sum, path) => sum + (path.endsWith('.log') ? disk.stat(path)!.size : 0), 0);
  const known = { form: 'known', bytes: bytes.length, issues: files - 1, logBytes: logBytes() };
  expect(look(disk)).toEqual({ found: known, files });

  disk.replace(pathOf(2), textOf(2, { title: 'other' }));
  await answersOf(openWith(disk, 'always'));
  expect(logBytes()).toBeGreaterThan(known.logBytes);
  expect(look(disk).found).toEqual({ ...known, logBytes: logBytes() });

  const earlier = readIndex(DIR, disk, 'another start of the machine');
  expect(earlier.found).toMatchObject({ form: 'past', issues: null });
  // The word at the start, the header, the columns.
  for (const at of [3, 40, bytes.indexOf('01KDY') - 8]) {
    const harmed = disk.clone();
    overwrite(harmed, INDEX, Buffer.from(bytes).fill(0xff, at, at + 4));
    expect(look(harmed).found, `at ${at}`).toMatchObject({ form: 'damaged', issues: null });
  }
  overwrite(disk, INDEX, bytes.subarray(0, 0));
  disk.replace(INDEX, '');
  expect(look(disk).found).toMatchObject({ form: 'damaged', bytes: 0 });
});

test('a store that cannot be listed has no files to tell of', () => {
  expect(readIndex('/nowhere/.jit', scene.clone())).toMatchObject({ found: null, files: null });
});

test('whether a directory can be written is asked of the nearest one that is there, and makes nothing', () => {
  const root = temporaryDirectory();
  expect(whyUnwritable(join(root, 'a', 'b'))).toBeNull();
  expect(readdirSync(root)).toEqual([]);
  writeFileSync(join(root, 'file'), '');
  expect(whyUnwritable(join(root, 'file'))).toBe('ENOTDIR');
  mkdirSync(join(root, 'shut'));
  chmodSync(join(root, 'shut'), 0o500);
  // Root may do everything.
  if (process.getuid?.() !== 0) expect(whyUnwritable(join(root, 'shut', 'x'))).toBe('EACCES');
});

test('jit doctor looks at the index, and neither makes nor changes one', async () => {
  const root = temporaryDirectory();
  const cache = join(root, '.jit/local/cache');
  const cli = startCli({ store: 'files', cwd: root, clock: standingClock(), env: { JIT_INDEX: 'always' } });
  await cli('init');
  await cli('create One --by human:h');
  const check = async (words = 'doctor --json --offline') => {
    const { stdout } = await cli(words);
    const { checks } = JSON.parse(stdout) as { checks: { check: string }[] };
    return checks.find((one) => one.check === 'index');
  };
  rmSync(cache, { recursive: true, force: true });
  expect(await check()).toMatchObject({ status: 'ok', details: { use: 'always' } });
  expect(existsSync(cache)).toBe(false);
  expect(await check('doctor --json --offline --no-index')).toMatchObject({
    message: expect.stringMatching(/^off/),
  });

  await cli('list');
  const made = readdirSync(cache).map((name) => [name, readFileSync(join(cache, name), 'latin1')]);
  expect(made.map(([name]) => name)).toContain('issues.index');
  expect(await check()).toMatchObject({
    message: expect.stringMatching(/^1 file in /),
    details: { issues: 1, form: 'known' },
  });
  expect(readdirSync(cache).map((name) => [name, readFileSync(join(cache, name), 'latin1')])).toEqual(made);
});
