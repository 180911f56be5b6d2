import { expect, test } from 'vitest';
import { headsIn } from '../../../support/heads.ts';
import { idOf } from '../../../support/issues.ts';
import { changing, DIR } from '../../faults/scene.ts';
import { answersOf } from './answers.ts';
import { INDEX, makeIndexScene, openWith, pathOf, readText, textOf } from './scene.ts';

// In a process that lives on, others go on while a view is open.

const ALL = { where: { op: 'all' }, sort: ['id'] } as const;

/** More than a log may hold: the next look writes the file of the index anew. */
const large = (letter: string) => ({
  labels: Array.from({ length: 900 }, (_, n) => `${String(n).padStart(4, '0')}${letter.repeat(80)}`),
});

/** More heads than are read from the file at once. */
async function makeLargeScene() {
  const disk = await makeIndexScene();
  for (let number = 40; number < 120; number += 1)
    disk.replace(
      pathOf(number),
      textOf(number, { title: 'x'.repeat(200), labels: ['y'.repeat(80), 'z'.repeat(80)] }),
    );
  return disk;
}

test('a view reads on while the index is written anew, again and again', async () => {
  const disk = await makeLargeScene();
  const store = openWith(disk, 'always', 'living');
  await answersOf(store);
  const names = new Set<string>();
  await store.read(async (view) => {
    await view.graph();
    for (const letter of 'abcdef') {
      disk.replace(pathOf(3), textOf(3, large(letter)));
      await answersOf(store);
      names.add(/"name":"([^"]*)"/.exec(readText(disk, INDEX).toString('latin1'))![1]!);
    }
    const { rows } = headsIn(await view.select(ALL));
    expect(rows.map(({ issue }) => issue.id)).toContain(idOf(2));
  });
  expect(names.size).toBeGreaterThanOrEqual(3);
  expect(await answersOf(store)).toEqual(await answersOf(openWith(disk, 'never')));
});

test('a view reads on while others of the same process commit, where the directory is trusted', async () => {
  const disk = await makeLargeScene();
  disk.replace(`${DIR}/config.json`, '{"index": {"trust": "directory"}}\n');
  const store = openWith(disk, 'always', 'living');
  await answersOf(store);
  let looks = 0;
  const titles = await store.read(async (view) => {
    looks += 1;
    await view.graph();
    if (looks === 1) {
      for (const tag of ['A', 'B', 'C'])
        await store.transact(async (inner) => {
          await inner.select(ALL);
          return changing(inner, `T${tag}`, [{ ...(await inner.get(idOf(2)))!, title: tag }]);
        });
    }
    return (await view.select(ALL)).rows.map(({ issue }) => issue.title);
  });
  expect(looks, 'what was read in part before a commit is read again').toBe(2);
  expect(titles).toContain('C');
  expect(await answersOf(store)).toEqual(await answersOf(openWith(disk, 'never')));
});

test('a log that only followed commits is put in order by whoever reads next', async () => {
  const disk = await makeLargeScene();
  disk.replace(`${DIR}/config.json`, '{"index": {"trust": "directory"}}\n');
  const store = openWith(disk, 'always', 'living');
  await answersOf(store);
  const nameOf = (): string => /"name":"([^"]*)"/.exec(readText(disk, INDEX).toString('latin1'))![1]!;
  const logOf = (): number => readText(disk, `${DIR}/local/cache/issues-${nameOf()}.log`).length;
  const before = nameOf();
  for (let tag = 0; logOf() <= 64 * 1024; tag += 1)
    await store.transact(async (view) =>
      changing(view, `T${tag}`, [{ ...(await view.get(idOf(2)))!, title: `t${tag}` }]),
    );
  expect(nameOf()).toBe(before);
  await answersOf(store);
  expect(nameOf()).not.toBe(before);
  expect(logOf()).toBeLessThan(1024);
  expect(await answersOf(store)).toEqual(await answersOf(openWith(disk, 'never')));
});
