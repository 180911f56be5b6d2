import { beforeAll, describe, expect, test } from 'vitest';
import { report } from '../../../support/report.ts';
import { size } from '../../../support/size.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';
import { answersOf } from './answers.ts';
import {
  CACHE,
  cachePaths,
  countingReads,
  INDEX,
  makeIndexScene,
  openWith,
  overwrite,
  pathOf,
  readText,
  textOf,
} from './scene.ts';

// Whatever is left of an index: it is refused, or leads to the same answers.

/** Bits that are turned in each byte, one after the other. */
const MASKS = size([0x01, 0x80], [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff]);

/** Every so many bytes are tried. */
const STRIDE = size(11, 1);

const TIME = size(60_000, 1_200_000);

let scene: SimDisk;
let right: unknown;
let log: string;

/** A store with an index and a log of several lines. */
beforeAll(async () => {
  scene = await makeIndexScene();
  await answersOf(openWith(scene, 'always'));
  scene.replace(pathOf(2), textOf(2, { title: 'other' }));
  await answersOf(openWith(scene, 'always'));
  scene.replace(pathOf(8), textOf(8));
  await answersOf(openWith(scene, 'always'));
  scene.replace(pathOf(5), null);
  await answersOf(openWith(scene, 'always'));
  right = await answersOf(openWith(scene, 'never'));
  log = cachePaths(scene).find((path) => path.endsWith('.log'))!;
});

test('an index that is whole is believed: only a file that is broken is read again', async () => {
  const { disk, count } = countingReads(scene.clone());
  expect(await answersOf(openWith(disk, 'always'))).toEqual(right);
  // Each view reads tombstones, of which it tells all.
  const tombstones = 2;
  expect(count()).toBe(1 + tombstones);
  // The seal of the file, then what was learned.
  expect(readText(scene, log).toString().trim().split(/\n+/)).toHaveLength(4);
});

/** Answers of a store whose cache was harmed, and of the next process after it. */
async function askTwice(harm: (disk: SimDisk) => void): Promise<readonly unknown[]> {
  const disk = scene.clone();
  harm(disk);
  return [await answersOf(openWith(disk, 'always')), await answersOf(openWith(disk, 'always'))];
}

describe.each(['the file', 'the log'] as const)('%s of an index', (what) => {
  const path = (): string => (what === 'the file' ? INDEX : log);

  test(
    'cut off at each byte',
    async () => {
      const bytes = readText(scene, path());
      for (let length = 0; length < bytes.length; length += STRIDE) {
        const answers = await askTwice((disk) => {
          disk.replace(path(), '');
          overwrite(disk, path(), bytes.subarray(0, length));
        });
        expect(answers, `${length} of ${bytes.length} bytes`).toEqual([right, right]);
      }
      report(`${what} of an index, cut off`, { points: Math.ceil(bytes.length / STRIDE) });
    },
    TIME,
  );

  test(
    'with each byte changed',
    async () => {
      const bytes = readText(scene, path());
      for (let at = 0; at < bytes.length; at += STRIDE) {
        for (const mask of MASKS) {
          const answers = await askTwice((disk) => {
            const changed = Buffer.from(bytes);
            changed[at]! ^= mask;
            overwrite(disk, path(), changed);
          });
          expect(answers, `byte ${at} of ${bytes.length}, ${mask}`).toEqual([right, right]);
        }
      }
      report(`${what} of an index, with a bit turned`, {
        points: Math.ceil(bytes.length / STRIDE) * MASKS.length,
      });
    },
    TIME,
  );

  test(
    'with zeros from each byte on, as a power cut may leave it',
    async () => {
      const bytes = readText(scene, path());
      for (let from = 0; from < bytes.length; from += STRIDE) {
        const answers = await askTwice((disk) => overwrite(disk, path(), Buffer.from(bytes).fill(0, from)));
        expect(answers, `from ${from} of ${bytes.length}`).toEqual([right, right]);
      }
    },
    TIME,
  );
});

describe('the log of an index', () => {
  const linesOf = (disk: SimDisk): string[] => readText(disk, log).toString().split('\n').filter(Boolean);
  const withLines = (lines: readonly string[]) => (disk: SimDisk) =>
    disk.replace(log, lines.map((line) => `\n${line}\n`).join(''));

  test('without each of its lines, and in each other order', async () => {
    const lines = linesOf(scene);
    for (let lost = 0; lost < lines.length; lost += 1)
      expect(await askTwice(withLines(lines.toSpliced(lost, 1)))).toEqual([right, right]);
    const orders = [
      [1, 0, 2],
      [2, 1, 0],
      [2, 0, 1],
      [0, 2, 1],
      [1, 2, 0],
      [0, 0, 1, 2],
      [0, 1, 2, 0],
      [0, 1, 2, 1],
    ];
    for (const order of orders)
      expect(await askTwice(withLines(order.map((n) => lines[n]!))), order.join()).toEqual([right, right]);
  });

  test('of another index, or of one that was there before', async () => {
    const other = await makeIndexScene();
    other.replace(pathOf(1), textOf(1));
    await answersOf(openWith(other, 'always', 'elsewhere'));
    other.replace(pathOf(2), textOf(2, { title: 'of another' }));
    await answersOf(openWith(other, 'always', 'elsewhere'));
    const foreign = cachePaths(other).find((path) => path.endsWith('.log'))!;
    expect(foreign).not.toBe(log);
    expect(await askTwice((disk) => disk.replace(log, readText(other, foreign).toString()))).toEqual([
      right,
      right,
    ]);
    // And its file beside our log.
    expect(
      await askTwice((disk) => {
        disk.unlink(INDEX);
        overwrite(disk, INDEX, readText(other, INDEX));
      }),
    ).toEqual([right, right]);
  });

  test('two processes that add to it at the same time both count', async () => {
    const disk = scene.clone();
    const [one, other] = [openWith(disk, 'always', 'one'), openWith(disk, 'always', 'other')];
    await answersOf(one);
    await answersOf(other);
    // Both know the same log now; each adds a line to it that builds on the same one.
    disk.replace(pathOf(1), textOf(1, { title: 'seen by both' }));
    disk.replace(pathOf(10), textOf(10, { title: 'new' }));
    await answersOf(one);
    disk.replace(pathOf(3), null);
    await answersOf(other);
    await answersOf(one);
    const now = await answersOf(openWith(disk, 'never'));
    const counted = countingReads(disk);
    expect(await answersOf(openWith(counted.disk, 'always'))).toEqual(now);
    expect(counted.count(), 'nothing is read anew but what is broken, and tombstones').toBe(1 + 2);
    expect(await answersOf(one)).toEqual(now);
    expect(await answersOf(other)).toEqual(now);
  });

  test('a line that was torn is ended by the next', async () => {
    const disk = scene.clone();
    disk.replace(log, `${readText(disk, log).toString()}0123abcd {"after":"torn`);
    disk.replace(pathOf(2), textOf(2, { title: 'after the torn line' }));
    const now = await answersOf(openWith(disk, 'never'));
    expect(await answersOf(openWith(disk, 'always'))).toEqual(now);
    const counted = countingReads(disk);
    expect(await answersOf(openWith(counted.disk, 'always'))).toEqual(now);
    expect(counted.count(), 'the line after it counts').toBe(1 + 2);
  });
});

test('an index of another form is made anew', async () => {
  const disk = scene.clone();
  const bytes = readText(disk, INDEX);
  const form = /"form":"([^"]*)"/.exec(bytes.toString('latin1'))![1]!;
  const { openIndexFile } = await import('../../../../src/store/files/index/index-file.ts');
  expect(openIndexFile(disk, INDEX, form)).not.toBeNull();
  expect(openIndexFile(disk, INDEX, `0${form.slice(1)}`)).toBeNull();
  expect(openIndexFile(disk, INDEX, `${form}x`)).toBeNull();
});

test('all of the cache may be gone at any moment', async () => {
  const living = openWith(scene.clone(), 'always');
  expect(await answersOf(living)).toEqual(right);
  const disk = scene.clone();
  const process = openWith(disk, 'always', 'living');
  expect(await answersOf(process)).toEqual(right);
  for (const path of cachePaths(disk)) disk.unlink(path);
  disk.removeDirectory(CACHE);
  expect(await answersOf(process)).toEqual(right);
  disk.replace(pathOf(2), textOf(2, { title: 'and again' }));
  const now = await answersOf(openWith(disk, 'never'));
  expect(await answersOf(process)).toEqual(now);
  expect(await answersOf(openWith(disk, 'always'))).toEqual(now);
});
