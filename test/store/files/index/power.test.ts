import { expect, test } from 'vitest';
import { answersOf } from './answers.ts';
import { countingReads, makeIndexScene, openWith, overwrite, pathOf, textOf } from './scene.ts';

// When the power fails, a file may keep its new times and lose its new content: an index of before must not be believed.

const edited = (title: string): Buffer => Buffer.from(textOf(2, { title }));

/** A store whose file was edited in place, and read; then the power fails before the edit is on the disk. */
async function cutAfterEdit(boot: string | null) {
  const disk = await makeIndexScene();
  disk.replace(pathOf(2), edited('a').toString());
  disk.syncAll();
  overwrite(disk, pathOf(2), edited('b'));
  await answersOf(openWith(disk, 'always', 'p', { boot }));
  // Names get to the disk, and so do the files of the index; what the editor wrote does not.
  const kept = new Map(
    disk
      .unsafeFiles()
      .filter(({ data }) => !data.equals(edited('b')))
      .map(({ ino, data }) => [ino, data]),
  );
  return disk.cutPower(
    disk.changes.map(() => true),
    kept,
  );
}

test('an index is believed for one start of the machine', async () => {
  const disk = await cutAfterEdit('one');
  const right = await answersOf(openWith(disk, 'never'));
  expect(JSON.stringify(right)).toContain('"title":"a"');
  // Without a start in between it would be believed, and the proof below proves something.
  expect(await answersOf(openWith(disk.clone(), 'always', 'p', { boot: 'one' }))).not.toEqual(right);
  expect(await answersOf(openWith(disk, 'always', 'p', { boot: 'two' }))).toEqual(right);
  const counted = countingReads(disk);
  expect(await answersOf(openWith(counted.disk, 'always', 'p', { boot: 'two' }))).toEqual(right);
  // What is broken, and tombstones.
  expect(counted.count(), 'the new one is believed').toBe(1 + 2);
  expect(await answersOf(openWith(disk, 'always', 'p', { boot: null }))).toEqual(right);
});

test('where starts are not known, the file of the index is on the disk before it has its name', async () => {
  const disk = await makeIndexScene();
  const right = await answersOf(openWith(disk, 'never'));
  await answersOf(openWith(disk, 'always', 'p', { boot: null }));
  // All names get to the disk, and no content that was not put there.
  const after = disk.cutPower(
    disk.changes.map(() => true),
    new Map(),
  );
  const counted = countingReads(after);
  expect(await answersOf(openWith(counted.disk, 'always', 'p', { boot: null }))).toEqual(right);
  expect(counted.count()).toBe(1 + 2);
});
