import { describe, expect, test } from 'vitest';
import type { FilesStoreOptions } from '../../../src/store/files/files-store.ts';
import { report } from '../../support/report.ts';
import { faultyDisk } from './faulty-disk.ts';
import { callsOf, commitIn, kill, readOnlyState } from './outcome.ts';
import { type Counts, powerCuts, seeded } from './power-cuts.ts';
import {
  CHANGES,
  contradictions,
  type Decide,
  DIR,
  dead,
  makeScene,
  OTHER,
  openScene,
  stateOf,
  touch,
} from './scene.ts';
import type { SimDisk } from './sim-disk.ts';

// The power goes after every system call. What was not fsynced by then is kept or lost: every change of a name apart
// from the others, and of every file nothing, all, zeros, or a part. Where that gives more states than the limit, a
// part of them is drawn at random, and the report says so. Whoever comes afterwards is on a machine that was started anew, as its index must know.

const SEED = 20_260_102;

async function prove(
  changes: readonly Decide[],
  options: Partial<FilesStoreOptions>,
  prepare: (scene: SimDisk) => void = () => {},
): Promise<Counts> {
  const counts: Counts = { points: 0, states: 0, distinct: 0, sampled: 0 };
  const random = seeded(SEED);
  const scene = await makeScene(options);
  prepare(scene);
  // What the store may show after so many of the changes.
  const stages = [await stateOf(openScene(scene.clone(), 'look'))];
  const whole = scene.clone();
  const counted = faultyDisk(whole, 0, { kind: 'half' });
  const process = openScene(counted.disk, 'whole', options);
  for (const change of changes) {
    await process.transact(change);
    stages.push(await stateOf(openScene(whole.clone(), 'look')));
  }
  const touched: string[] = [];
  for (let done = 0; done <= changes.length; done += 1) {
    const disk = scene.clone();
    for (const change of changes.slice(0, done)) await openScene(disk, `redo${done}`).transact(change);
    await openScene(disk, 'touch').transact(touch);
    touched.push(await stateOf(openScene(disk, 'look')));
  }
  const known = new Set<string>();
  for (let at = 1; at <= counted.state.calls + 1; at += 1) {
    counts.points += 1;
    const disk = scene.clone();
    const faulty = faultyDisk(disk, at, { kind: 'crash', when: 'before' });
    dead.clear();
    const store = openScene(faulty.disk, 'lost', options);
    let acknowledged = 0;
    try {
      for (const change of changes) {
        await store.transact(change);
        acknowledged += 1;
      }
    } catch {
      // The power is gone.
    }
    dead.add('lost');
    for (const left of powerCuts(disk, counts, random)) {
      const image = left.image();
      if (known.has(`${acknowledged} ${image}`)) continue;
      known.add(`${acknowledged} ${image}`);
      counts.distinct += 1;
      const where = `before call ${at} (${counted.state.names[at - 1]}), ${acknowledged} acknowledged\n${image}`;
      const read = await readOnlyState(left, where, { boot: 'after' });
      const stage = stages.indexOf(read);
      expect(stage, `not a state that ever was: ${read}\n${where}`).toBeGreaterThanOrEqual(acknowledged);
      const next = openScene(left, 'next', { ...options, boot: 'after' });
      await next.transact(touch);
      expect(await stateOf(next), where).toBe(touched[stage]);
      expect(await contradictions(next), where).toEqual([]);
    }
  }
  return counts;
}

describe('the power goes during', () => {
  test.each(Object.entries(CHANGES))('%s', async (shape, change) => {
    report(`store: power cut during ${shape}`, { ...(await prove([change], { pruneAt: 64 })) });
  });

  test.each([1, 2, 3])(
    'several commits, with a pruning after %i',
    async (pruneAt) => {
      const { create, update, gates } = CHANGES;
      report(`store: power cut, pruning after ${pruneAt}`, {
        ...(await prove([update!, create!, gates!], { pruneAt })),
      });
    },
    600_000,
  );

  test('the first commits after local/ was deleted', async () => {
    const { update, create } = CHANGES;
    const deleteLocal = (scene: SimDisk): void => {
      scene.replace(`${DIR}/local`, null);
      scene.syncAll();
    };
    report('store: power cut without a journal', { ...(await prove([update!, create!], {}, deleteLocal)) });
  }, 600_000);

  test.each(['several', 'gates', 'delete'])(
    'the recovery of %s, which was killed before its fsync',
    async (shape) => {
      const counts: Counts = { points: 0, states: 0, distinct: 0, sampled: 0 };
      const random = seeded(SEED);
      const scene = await makeScene();
      const at = commitIn(await callsOf(scene.clone(), CHANGES[shape]!));
      const left = scene.clone();
      dead.clear();
      await kill(left, CHANGES[shape]!, { at, when: 'after' });
      const calls = await callsOf(left.clone(), touch, {}, 'second');
      const known = new Set<string>();
      for (let at = 1; at <= calls.length + 1; at += 1) {
        counts.points += 1;
        const disk = left.clone();
        const acknowledged = await kill(disk, touch, { at, when: 'before', process: 'second' });
        for (const after of powerCuts(disk, counts, random)) {
          const image = after.image();
          if (known.has(`${acknowledged} ${image}`)) continue;
          known.add(`${acknowledged} ${image}`);
          counts.distinct += 1;
          const where = `before call ${at} (${calls[at - 1]})\n${image}`;
          if (acknowledged)
            expect(await stateOf(openScene(after, 'reader', { boot: 'after' })), where).toContain(OTHER);
          const next = openScene(after, 'next', { boot: 'after' });
          await next.transact(touch);
          expect(await contradictions(next), where).toEqual([]);
        }
      }
      report(`store: power cut during the recovery of ${shape}`, { ...counts });
    },
    600_000,
  );
});

test('the proof finds a store that does not fsync', async () => {
  await expect(prove([CHANGES.update!, CHANGES.create!], { durability: 'fast' })).rejects.toThrow();
});
