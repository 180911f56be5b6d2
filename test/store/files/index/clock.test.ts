import { beforeAll, describe, expect, test } from 'vitest';
import { idOf, issueWith } from '../../../support/issues.ts';
import { report } from '../../../support/report.ts';
import { seeded } from '../../../support/seeded.ts';
import { size } from '../../../support/size.ts';
import { ClockedDisk } from '../../faults/clocked-disk.ts';
import { changing, DIR } from '../../faults/scene.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';
import { answersOf } from './answers.ts';
import { countingReads, makeIndexScene, openWith, overwrite, pathOf, textOf } from './scene.ts';

// An edit in place shows in the change time alone, and that is as coarse as the clock of the file system.

const SEED = 20_261_123;
const RUNS = size(12, 300);
const STEPS = 25;

let scene: SimDisk;
beforeAll(async () => {
  scene = await makeIndexScene();
});

/** The same number of bytes, whatever the letter. */
const edited = (letter: number): Buffer =>
  Buffer.from(textOf(2, { title: String.fromCharCode(97 + (letter % 26)) }));

const isRead = (number: number, method: string, [path, mode]: readonly unknown[]): boolean =>
  method === 'open' && mode === 'read' && path === pathOf(number);

describe('a file that is changed in the tick in which it was read', () => {
  // In which moment of the first look the edit comes.
  const moments = {
    'just before it is opened': 'meanwhile',
    'just after it was opened': 'afterwards',
  } as const;

  test.each(Object.entries(moments))('%s', async (_, hook) => {
    const inner = scene.clone();
    inner.replace(pathOf(2), edited(0).toString());
    const clocked = new ClockedDisk(inner, 2000);
    let edits = 0;
    clocked[hook] = (method, args) => {
      if (!isRead(2, method, args) || edits > 0) return;
      edits += 1;
      overwrite(inner, pathOf(2), edited(1));
      clocked.note();
    };
    await answersOf(openWith(clocked.disk, 'always'));
    expect(edits).toBe(1);
    for (const letter of [2, 3]) {
      expect(await answersOf(openWith(clocked.disk, 'always'))).toEqual(
        await answersOf(openWith(inner, 'never')),
      );
      // The clock stands still: it is the same tick.
      overwrite(inner, pathOf(2), edited(letter));
      clocked.note();
      expect(await answersOf(openWith(clocked.disk, 'always'))).toEqual(
        await answersOf(openWith(inner, 'never')),
      );
    }
    clocked.wall += 2000;
    expect(await answersOf(openWith(clocked.disk, 'always'))).toEqual(
      await answersOf(openWith(inner, 'never')),
    );
    overwrite(inner, pathOf(2), edited(5));
    clocked.note();
    expect(await answersOf(openWith(clocked.disk, 'always'))).toEqual(
      await answersOf(openWith(inner, 'never')),
    );
  });

  test('is read again in every look until its tick is over, and then no more', async () => {
    const inner = scene.clone();
    inner.replace(pathOf(2), edited(0).toString());
    const clocked = new ClockedDisk(inner, 2000);
    const reads = async (): Promise<number> => {
      const counted = countingReads(clocked.disk);
      await answersOf(openWith(counted.disk, 'always'));
      return counted.count();
    };
    // Tombstones are read where they are told, and what is broken each time.
    const [always, all] = [1 + 2, 9];
    expect(await reads()).toBeGreaterThanOrEqual(all);
    expect(await reads()).toBeGreaterThanOrEqual(all);
    clocked.wall += 2000;
    expect(await reads()).toBeGreaterThanOrEqual(all);
    expect(await reads()).toBe(always);
    overwrite(inner, pathOf(2), edited(1));
    clocked.note();
    expect(await reads()).toBe(always + 1);
    expect(await reads()).toBe(always + 1);
    clocked.wall += 2000;
    expect(await reads()).toBe(always + 1);
    expect(await reads()).toBe(always);
  });

  test('a name that comes in the tick in which the directory was listed is found', async () => {
    const inner = scene.clone();
    const clocked = new ClockedDisk(inner, 2000);
    let came = 0;
    clocked.afterwards = (method, [path]) => {
      if (method !== 'list' || path !== `${DIR}/issues` || came > 3) return;
      came += 1;
      inner.replace(pathOf(20 + came), textOf(20 + came));
      clocked.note();
    };
    for (let look = 0; look < 3; look += 1) await answersOf(openWith(clocked.disk, 'always'));
    expect(came).toBeGreaterThan(2);
    clocked.afterwards = () => {};
    expect(await answersOf(openWith(clocked.disk, 'always'))).toEqual(
      await answersOf(openWith(inner, 'never')),
    );
  });
});

/** What a clock may do between two calls. A step back goes to where the clock never was. */
const CLOCKS: Readonly<
  Record<string, { readonly granularity: number; readonly step: (random: () => number) => number }>
> = {
  'of 2 s': { granularity: 2000, step: (random) => Math.floor(random() * 700) },
  'of 2 s that mostly stands': { granularity: 2000, step: (random) => (random() < 0.05 ? 1500 : 0) },
  'of 4 ms': { granularity: 4, step: (random) => Math.floor(random() * 3) },
  'that is set forward by hours': { granularity: 10, step: (random) => (random() < 0.02 ? 3_600_000 : 1) },
};

describe.each(Object.entries(CLOCKS))('a clock %s', (name, { granularity, step }) => {
  test(
    'is never wrong, whatever comes between two calls',
    async () => {
      let looks = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const random = seeded(SEED + run);
        const inner = scene.clone();
        const clocked = new ClockedDisk(inner, granularity);
        const meddle = meddling(random, inner);
        clocked.meanwhile = () => {
          clocked.wall += step(random);
          if (random() < 0.01) meddle();
          clocked.note();
        };
        looks += await compareOften(random, clocked, inner, meddle, () => {
          clocked.wall += step(random);
        });
      }
      report(`index: a clock ${name}`, { looks });
    },
    size(60_000, 1_200_000),
  );
});

test(
  'a clock that is set forward and back between two commands, and shows no time twice, is never wrong',
  async () => {
    let looks = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const random = seeded(SEED + run);
      const inner = scene.clone();
      const clocked = new ClockedDisk(inner, 0.125);
      let sets = 0;
      clocked.meanwhile = () => {
        clocked.wall += 1;
        clocked.note();
      };
      looks += await compareOften(random, clocked, inner, meddling(random, inner), () => {
        clocked.wall += 1;
        if (random() > 0.3) return;
        sets += 1;
        // A fraction of its own: no millisecond comes twice.
        clocked.wall = Math.floor(500_000 + random() * 1_000_000) + (sets % 8) / 8;
      });
    }
    report('index: a clock that is set forward and back', { looks });
  },
  size(60_000, 1_200_000),
);

/** Changes of files that keep their size where that is possible: nothing but the time tells of them. */
const meddling = (random: () => number, inner: SimDisk) => (): void => {
  const number = 1 + Math.floor(random() * 6);
  const path = pathOf(number);
  const letter = String.fromCharCode(97 + Math.floor(random() * 26));
  const done = random() < 0.3;
  const text = textOf(number, {
    title: letter,
    ...(done && { state: 'done', completed_at: '2026-01-01T00:00:00.000Z' }),
    dependencies: [idOf(1 + Math.floor(random() * 8))],
  });
  const what = random();
  if (what < 0.7 && inner.stat(path) !== undefined) {
    // What is left of a longer file makes it a broken one: that, too, may happen.
    overwrite(inner, path, Buffer.from(text));
  } else inner.replace(path, what < 0.85 ? text : null);
};

/** Lets processes of one command, one that lives on, and one that writes look again and again; returns how often they looked. */
async function compareOften(
  random: () => number,
  clocked: ClockedDisk,
  inner: SimDisk,
  meddle: () => void,
  tick: () => void,
): Promise<number> {
  const living = openWith(clocked.disk, 'always', 'living');
  const { meanwhile } = clocked;
  for (let step = 0; step < STEPS; step += 1) {
    tick();
    if (random() < 0.6) meddle();
    clocked.note();
    const store = random() < 0.5 ? living : openWith(clocked.disk, 'always', `p${step}`);
    if (random() < 0.15) {
      await store
        .transact(async (view) =>
          changing(view, `S${step}`, [issueWith(30 + (step % 3), { labels: [`${step}`] })]),
        )
        .catch(() => {});
    }
    // While others change files one may see them before or after.
    await answersOf(store);
    clocked.meanwhile = () => {};
    const right = await answersOf(openWith(inner, 'never'));
    expect(await answersOf(openWith(clocked.disk, 'always', `q${step}`)), `step ${step}`).toEqual(right);
    expect(await answersOf(living), `step ${step}, a process that lives on`).toEqual(right);
    clocked.meanwhile = meanwhile;
  }
  return STEPS * 3;
}
