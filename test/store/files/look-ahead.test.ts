import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { committedSince } from '../../../src/store/files/committed-since.ts';
import { Journal } from '../../../src/store/files/journal.ts';
import { layoutOf } from '../../../src/store/files/layout.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Disk } from '../../../src/system/disk.ts';
import { BEFORE, idOf, issueWith } from '../../support/issues.ts';
import { passOn } from '../faults/faulty-disk.ts';
import { changing, DIR, ROOT } from '../faults/scene.ts';
import type { SimDisk } from '../faults/sim-disk.ts';
import { answersOf } from './index/answers.ts';
import { INDEX, makeIndexScene, openWith, overwrite, pathOf, readText, textOf } from './index/scene.ts';

// Who waits for a turn looks at all files meanwhile, and in the turn only at what was committed since.

interface Queue {
  readonly index?: 'always' | 'auto';
  /** Done before anybody queues. */
  readonly before?: (disk: SimDisk) => void;
  /** Done by the holder while the other waits, and has looked. */
  readonly meanwhile: (holder: Store, disk: SimDisk) => unknown;
  readonly pruneAt?: number;
  readonly looks?: boolean;
}

/** What somebody answers who had to wait, and how often all files were looked at for it. */
async function answerAfterWaiting({
  before,
  meanwhile,
  pruneAt = 100,
  looks = true,
  index = 'always',
}: Queue) {
  const disk = await makeIndexScene();
  await answersOf(openWith(disk, 'always'));
  before?.(disk);
  let all = 0;
  const counting: Disk = {
    ...passOn(disk),
    within: (directory, look) => {
      all += 1;
      return disk.within(directory, look);
    },
  };
  let nowWaits = () => {};
  let nowEnds = () => {};
  const waits = new Promise<void>((resolve) => {
    nowWaits = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    nowEnds = resolve;
  });
  const pause = async (): Promise<void> => {
    nowWaits();
    await ended;
  };
  const waiting = { elapsed: () => 0, random: () => 0.5, pause };
  const waiter = openWith(counting, index, 'waiter', { waiting });
  let waited: Promise<unknown> | undefined;
  const found = { ahead: 0, inTurn: 0, answers: undefined as unknown, title: undefined as unknown };
  await openWith(disk, 'always', 'holder', { pruneAt }).inTurn(async (holder) => {
    waited = waiter.inTurn(async (store) => {
      found.ahead = all;
      found.answers = await answersOf(store);
      found.inTurn = all - found.ahead;
      found.title = await store.read(async (view) => (await view.get(idOf(2)))?.title);
    }, looks);
    await waits;
    await meanwhile(holder, disk);
  });
  nowEnds();
  await waited;
  return { ...found, disk };
}

let tag = 0;
const put = (store: Store, ...images: Parameters<typeof changing>[2]) =>
  store.transact((view) => changing(view, `T${tag++}`, images));

const withoutIndex = (disk: Disk) => answersOf(openWith(disk, 'never'));

test('who waits looks meanwhile, and in the turn only at what was committed since', async () => {
  const { ahead, inTurn, answers, title, disk } = await answerAfterWaiting({
    meanwhile: async (holder) => {
      await put(holder, issueWith(2, { title: 'changed', dependencies: [idOf(8)] }), issueWith(8));
      await put(holder, { id: idOf(1), deleted_by: 'agent:a', deleted_at: BEFORE, title: 'gone' });
      await put(holder, issueWith(8, { state: 'ready', priority: 'critical' }));
    },
  });
  expect({ ahead, inTurn, title }).toEqual({ ahead: 1, inTurn: 0, title: 'changed' });
  expect(answers).toEqual(await withoutIndex(disk));
  expect(JSON.stringify(answers)).toContain('"critical"');
});

test('whatever is committed meanwhile, the answers are those of the files', async () => {
  // The seventh cannot be read.
  const numbers = fc.integer({ min: 1, max: 12 }).filter((number) => number !== 7);
  const change = fc.record({
    number: numbers,
    needs: fc.uniqueArray(numbers, { maxLength: 3 }),
    gone: fc.boolean(),
    done: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
      const { inTurn, answers, disk } = await answerAfterWaiting({
        meanwhile: async (holder) => {
          for (const { number, needs, gone, done } of changes) {
            const id = idOf(number);
            const finished = { state: 'done', completed_at: BEFORE, resolution: 'completed' } as const;
            const dependencies = needs.filter((needed) => needed !== number).map(idOf);
            const tombstone = { id, deleted_by: 'agent:a', deleted_at: BEFORE, title: 'gone' };
            await put(
              holder,
              gone ? tombstone : issueWith(number, { dependencies, ...(done ? finished : {}) }),
            );
          }
        },
      });
      expect(inTurn).toBe(0);
      expect(answers).toEqual(await withoutIndex(disk));
    }),
    { numRuns: 40 },
  );
});

test('what is changed by hand meanwhile is seen by the next look; what is acted on is read anew', async () => {
  const { inTurn, answers, title, disk } = await answerAfterWaiting({
    meanwhile: (_, disk) => disk.replace(pathOf(2), textOf(2, { title: 'by hand' })),
  });
  expect({ inTurn, title }).toEqual({ inTurn: 0, title: 'by hand' });
  expect(JSON.stringify(answers)).not.toContain('by hand');
  const now = await withoutIndex(disk);
  expect(JSON.stringify(now)).toContain('by hand');
  expect(await answersOf(openWith(disk, 'always'))).toEqual(now);
});

describe('all files are looked at in the turn', () => {
  const edit = (disk: SimDisk) => disk.replace(pathOf(2), textOf(2, { title: 'by hand' }));
  const removeIndex = (disk: SimDisk) => disk.unlink(INDEX);

  test.each<[string, Queue, number]>([
    [
      'where the journal has gone on in a new directory',
      {
        pruneAt: 1,
        meanwhile: async (holder, disk) => {
          for (let title = 0; title < 4; title += 1) await put(holder, issueWith(8, { title: `${title}` }));
          edit(disk);
        },
      },
      1,
    ],
    [
      'where somebody was at the index',
      {
        meanwhile: (_, disk) => {
          overwrite(disk, INDEX, readText(disk, INDEX));
          edit(disk);
        },
      },
      1,
    ],
    ['where there was no index', { before: removeIndex, meanwhile: (_, disk) => edit(disk) }, 0],
    [
      'where the index made no sense',
      {
        before: (disk) => overwrite(disk, INDEX, Buffer.from('x'.repeat(200))),
        meanwhile: (_, disk) => edit(disk),
      },
      0,
    ],
    ['where there are few files', { index: 'auto', meanwhile: (_, disk) => edit(disk) }, 0],
    ['where no look at all files was announced', { looks: false, meanwhile: (_, disk) => edit(disk) }, 0],
  ])('%s', async (_, queue, looksAhead) => {
    const { ahead, answers, disk } = await answerAfterWaiting(queue);
    expect(ahead).toBe(looksAhead);
    expect(answers).toEqual(await withoutIndex(disk));
    expect(JSON.stringify(answers)).toContain('by hand');
  });
});

test('where the directory is trusted, nobody looks ahead', async () => {
  const { ahead, answers, disk } = await answerAfterWaiting({
    before: (disk) => disk.replace(`${DIR}/config.json`, '{"index": {"trust": "directory"}}\n'),
    meanwhile: (holder) => put(holder, issueWith(2, { title: 'changed' })),
  });
  expect(ahead).toBe(0);
  expect(answers).toEqual(await withoutIndex(disk));
});

describe('committedSince', () => {
  async function makeJournal() {
    const disk = await makeIndexScene();
    const layout = layoutOf(ROOT, DIR);
    const journal = new Journal(disk, layout, () => 'name');
    const store = openWith(disk, 'never', 'writer');
    await put(store, issueWith(2));
    const from = journal.locate();
    await put(store, issueWith(8), issueWith(3));
    return { disk, layout, journal, from, to: journal.locate() };
  }

  test('names what was written, the first position included', async () => {
    const { journal, from, to } = await makeJournal();
    const { ids = [], last = [] } = committedSince(journal, from, to) ?? {};
    expect([...ids].sort()).toEqual([2, 3, 8].map(idOf));
    expect([...last].sort()).toEqual([3, 8].map(idOf));
    expect(committedSince(journal, to, to)?.ids).toEqual(last);
  });

  test('cannot tell without a journal, from another directory, over very many, or over what cannot be read', async () => {
    const { disk, layout, journal, from, to } = await makeJournal();
    const last = `${layout.journal}/${to.directory}/${String(to.number).padStart(12, '0')}`;
    expect(committedSince(journal, { directory: null, number: 0, open: false }, to)).toBeNull();
    expect(committedSince(journal, { ...from, directory: 'g0-other' }, to)).toBeNull();
    expect(committedSince(journal, from, { ...to, number: from.number + 201 })).toBeNull();
    overwrite(disk, last, Buffer.from('damaged'));
    expect(committedSince(journal, from, to)).toBeNull();
  });
});
