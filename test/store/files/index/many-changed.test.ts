import { expect, test } from 'vitest';
import { formatTombstone } from '../../../../src/domain/canonical-json.ts';
import { BEFORE, idOf } from '../../../support/issues.ts';
import { ClockedDisk } from '../../faults/clocked-disk.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';
import { answersOf } from './answers.ts';
import { countingReads, makeIndexScene, openWith, overwrite, pathOf, textOf } from './scene.ts';

// Where very many files were changed, as by a checkout, they are read in another way than a few.

const MANY = Array.from({ length: 60 }, (_, at) => 100 + at);

/** Every issue once more, with this letter in it: always the same number of bytes. */
const edited = (number: number, letter: string): Buffer => Buffer.from(textOf(number, { title: letter }));

async function makeLargeScene(): Promise<SimDisk> {
  const disk = await makeIndexScene();
  for (const number of MANY) disk.replace(pathOf(number), edited(number, 'a').toString());
  disk.syncAll();
  return disk;
}

test('after very many files were changed, made and removed, everything is answered as without an index', async () => {
  const disk = await makeLargeScene();
  await answersOf(openWith(disk, 'always'));
  for (const number of MANY.slice(0, 50)) disk.replace(pathOf(number), textOf(number, { priority: 'high' }));
  for (const number of MANY.slice(50, 52)) disk.unlink(pathOf(number));
  for (const number of [200, 201])
    disk.replace(pathOf(number), textOf(number, { dependencies: [idOf(101)] }));
  disk.replace(pathOf(102), '{');
  disk.replace(pathOf(103), JSON.stringify(JSON.parse(textOf(103, { labels: ['b', 'a'] }))));
  const gone = { id: idOf(104), deleted_by: 'agent:a', deleted_at: BEFORE, title: 'gone' };
  disk.replace(pathOf(104), formatTombstone(gone));
  disk.replace(pathOf(105), textOf(106));
  const expected = await answersOf(openWith(disk, 'never'));
  expect(await answersOf(openWith(disk, 'always'))).toEqual(expected);
  const { disk: counting, count } = countingReads(disk);
  expect(await answersOf(openWith(counting, 'always'))).toEqual(expected);
  expect(count()).toBeLessThan(MANY.length / 2);
});

test('a file that is changed in the tick in which very many are read is read again', async () => {
  const inner = await makeLargeScene();
  // What is no issue would be read first, and with more care.
  inner.unlink(pathOf(7));
  const clocked = new ClockedDisk(inner, 2000);
  clocked.wall += 2000;
  await answersOf(openWith(clocked.disk, 'always'));
  clocked.wall += 2000;
  for (const number of MANY) overwrite(inner, pathOf(number), edited(number, 'b'));
  clocked.note();
  let edits = 0;
  clocked.afterwards = (method, [path]) => {
    // The first that is read: it is changed once more in the same tick, and then the tick is over.
    if (method !== 'open' || path !== pathOf(MANY[0]!) || edits > 0) return;
    edits += 1;
    clocked.afterwards = (next) => {
      if (next !== 'read') return;
      clocked.afterwards = () => {};
      for (const number of MANY) overwrite(inner, pathOf(number), edited(number, 'c'));
      clocked.note();
      clocked.wall += 10_000;
    };
  };
  await answersOf(openWith(clocked.disk, 'always'));
  expect(edits).toBe(1);
  expect(await answersOf(openWith(clocked.disk, 'always'))).toEqual(
    await answersOf(openWith(inner, 'never')),
  );
});
