import { expect, test } from 'vitest';
import { sweepCache } from '../../../../src/store/files/index/sweep-cache.ts';
import { layoutOf } from '../../../../src/store/files/layout.ts';
import { faultyDisk } from '../../faults/faulty-disk.ts';
import { clock, DIR, ROOT } from '../../faults/scene.ts';
import { answersOf } from './answers.ts';
import { CACHE, cachePaths, INDEX, makeIndexScene, openWith, overwrite, pathOf, textOf } from './scene.ts';

/** A store with a good index and a log. */
async function makeCache() {
  const disk = await makeIndexScene();
  await answersOf(openWith(disk, 'always'));
  disk.replace(pathOf(2), textOf(2, { title: 'other' }));
  await answersOf(openWith(disk, 'always'));
  return { disk, good: cachePaths(disk) };
}

const sweep = (disk: Parameters<typeof sweepCache>[0]) => sweepCache(disk, layoutOf(ROOT, DIR), clock);

test('a good index stays, with its log', async () => {
  const { disk, good } = await makeCache();
  expect(good).toHaveLength(3);
  const image = disk.image(CACHE);
  expect(sweep(disk)).toEqual([]);
  expect(disk.image(CACHE)).toBe(image);
});

test('what no longer serves goes, and is told', async () => {
  const { disk, good } = await makeCache();
  for (const name of ['issues-old.log', 'issues-older.log', 'prepared-x', 'graph.json'])
    overwrite(disk, `${CACHE}/${name}`, Buffer.from('x'));
  disk.makeDirectory(`${CACHE}/mine`);
  expect(await openWith(disk, 'always', 'sweeper').sweep()).toEqual(
    expect.arrayContaining([
      '2 logs of indexes that are gone',
      '1 index that was never finished',
      '.jit/local/cache/graph.json',
    ]),
  );
  expect(cachePaths(disk).toSorted()).toEqual([...good, `${CACHE}/mine`].toSorted());
  expect(await answersOf(openWith(disk, 'always'))).toEqual(await answersOf(openWith(disk, 'never')));
});

test('an index that is being written now is left alone', async () => {
  const { disk } = await makeCache();
  const prepared = `${CACHE}/prepared-now`;
  overwrite(disk, prepared, Buffer.from('x'));
  // A store whose clock says that this was a second ago.
  const now = disk.stat(prepared)!.mtime + 1000;
  const young = { now: () => '', ago: (milliseconds: number) => new Date(now - milliseconds).toISOString() };
  expect(sweepCache(disk, layoutOf(ROOT, DIR), young)).toEqual([]);
  expect(sweep(disk)).toEqual(['1 index that was never finished']);
});

test('the log of an index that is damaged or gone goes', async () => {
  for (const harm of ['damaged', 'gone']) {
    const { disk } = await makeCache();
    if (harm === 'gone') disk.unlink(INDEX);
    else overwrite(disk, INDEX, Buffer.alloc(40));
    expect(sweep(disk), harm).toEqual(['1 log of an index that is gone']);
    expect(await answersOf(openWith(disk, 'always'))).toEqual(await answersOf(openWith(disk, 'never')));
  }
});

test('where there is no cache, or nothing can be removed, there is nothing to tell', async () => {
  expect(sweep(await makeIndexScene())).toEqual([]);
  const { disk } = await makeCache();
  overwrite(disk, `${CACHE}/issues-old.log`, Buffer.from('x'));
  const faulty = faultyDisk(disk, 1, { kind: 'error', code: 'EACCES', lasting: true });
  expect(sweep(faulty.disk)).toEqual([]);
  expect(faulty.state.calls).toBe(1);
});

test('a process whose index is swept from under it goes on, and answers right', async () => {
  const { disk } = await makeCache();
  const living = openWith(disk, 'always', 'living');
  await answersOf(living);
  for (const path of cachePaths(disk)) disk.unlink(path);
  // It adds to the log of an index that is gone.
  disk.replace(pathOf(1), textOf(1, { title: 'later' }));
  const right = await answersOf(openWith(disk, 'never'));
  expect(await answersOf(living)).toEqual(right);
  expect(sweep(disk)).toEqual(['1 log of an index that is gone']);
  expect(await answersOf(living)).toEqual(right);
  expect(await answersOf(openWith(disk, 'always'))).toEqual(right);
});
