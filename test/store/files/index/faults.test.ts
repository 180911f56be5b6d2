import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JitError } from '../../../../src/domain/errors.ts';
import type { Store } from '../../../../src/store/store.ts';
import type { Disk } from '../../../../src/system/disk.ts';
import { idOf, issueWith } from '../../../support/issues.ts';
import { report } from '../../../support/report.ts';
import { size } from '../../../support/size.ts';
import { type Fault, faultyDisk, pathsOf } from '../../faults/faulty-disk.ts';
import { changing, DIR, dead, touch } from '../../faults/scene.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';
import { answersOf } from './answers.ts';
import {
  CACHE,
  cachePaths,
  INDEX,
  makeIndexScene,
  openWith,
  overwrite,
  pathOf,
  readText,
  textOf,
  trackedIn,
} from './scene.ts';

// Every system call of the index fails, once or from then on, or is the last of its process: the command answers right all the same, and
// touches nothing that git tracks.

/** A head that is larger than all that a log may hold: the file of the index is written anew. */
const LARGE = {
  labels: Array.from({ length: 900 }, (_, n) => `${String(n).padStart(4, '0')}${'x'.repeat(80)}`),
};

/** What the index is in when the faults come. */
const SITUATIONS: Readonly<Record<string, (disk: SimDisk) => Promise<void>>> = {
  'there is none': async (disk) => disk.makeDirectory(CACHE),
  'there is no directory for the cache': async () => {},
  'nothing changed': async (disk) => void (await answersOf(openWith(disk, 'always'))),
  'the log grows': async (disk) => {
    await answersOf(openWith(disk, 'always'));
    disk.replace(pathOf(2), textOf(2, { title: 'other' }));
    disk.replace(pathOf(8), textOf(8));
    disk.replace(pathOf(3), null);
  },
  'the file is written anew': async (disk) => {
    await answersOf(openWith(disk, 'always'));
    disk.replace(pathOf(1), textOf(1, { title: 'in the log' }));
    await answersOf(openWith(disk, 'always'));
    disk.replace(pathOf(2), textOf(2, LARGE));
  },
  'the directory is trusted': async (disk) => {
    disk.replace(`${DIR}/config.json`, '{"index": {"trust": "directory"}}\n');
    await answersOf(openWith(disk, 'always'));
  },
  'its heads are damaged': async (disk) => {
    await answersOf(openWith(disk, 'always'));
    const bytes = readText(disk, INDEX);
    overwrite(disk, INDEX, bytes.fill(0, bytes.length - 8));
  },
};

interface Command {
  readonly run: (store: Store) => Promise<unknown>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  'a question': { run: answersOf },
  'a question, then another of the same process': {
    run: async (store) => [await answersOf(store), await answersOf(store)],
  },
  'a change': {
    run: async (store) => {
      await store.transact(async (view) => {
        const { total } = await view.select({ where: { op: 'all' } });
        return changing(view, 'CHANGE', [issueWith(20, { labels: [`${total}`], dependencies: [idOf(2)] })]);
      });
      return answersOf(store);
    },
  },
};

/** A disk on which the `at`th call of the index meets a fault. */
function faultyIndex(inner: Disk, at: number, fault: Fault) {
  const { disk, isUnder } = pathsOf(inner);
  return faultyDisk(disk, at, fault, isUnder(CACHE));
}

const ALL = ['ENOSPC', 'EACCES', 'EIO', 'EMFILE', 'EROFS'].flatMap((code) => [
  { code, lasting: false },
  { code, lasting: true },
]);
const ERRORS = size(
  [
    { code: 'ENOSPC', lasting: true },
    { code: 'EACCES', lasting: false },
  ],
  ALL,
);

const counts = { errors: 0, kills: 0 };
afterAll(() => report('index: every call of it fails, or is the last', counts));

describe.each(Object.entries(SITUATIONS))('%s', (situation, arrange) => {
  let scene: SimDisk;
  beforeAll(async () => {
    scene = await makeIndexScene();
    await arrange(scene);
  });

  test.each(Object.entries(COMMANDS))('errors: %s', async (_, { run }) => {
    const plain = scene.clone();
    const right = await run(openWith(plain, 'never', 'p'));
    const tracked = trackedIn(plain);
    const afterwards = await answersOf(openWith(plain, 'never'));
    const counted = faultyIndex(scene.clone(), 0, { kind: 'half' });
    expect(await run(openWith(counted.disk, 'always', 'p'))).toEqual(right);
    expect(counted.state.calls).toBeGreaterThan(3);
    for (let at = 1; at <= counted.state.calls; at += 1) {
      for (const { code, lasting } of ERRORS) {
        counts.errors += 1;
        const where = `${code}${lasting ? ' from' : ' at'} call ${at} (${counted.state.names[at - 1]})`;
        const disk = scene.clone();
        const faulty = faultyIndex(disk, at, { kind: 'error', code, lasting });
        expect(await run(openWith(faulty.disk, 'always', 'p')), where).toEqual(right);
        expect(trackedIn(disk), where).toBe(tracked);
        expect(await answersOf(openWith(disk, 'always')), `${where}: the next command`).toEqual(afterwards);
      }
    }
  });

  test.each(Object.entries(COMMANDS))('killed: %s', async (_, { run }) => {
    const counted = faultyIndex(scene.clone(), 0, { kind: 'half' });
    await run(openWith(counted.disk, 'always', 'killed'));
    // To write much takes its time.
    const stride = situation === 'the file is written anew' ? size(5, 1) : 1;
    for (let at = 1; at <= counted.state.calls; at += stride) {
      for (const when of ['before', 'short', 'after'] as const) {
        if (when === 'short' && counted.state.names[at - 1] !== 'write') continue;
        counts.kills += 1;
        const where = `${when} call ${at} (${counted.state.names[at - 1]})`;
        const disk = scene.clone();
        dead.clear();
        const faulty = faultyIndex(disk, at, { kind: 'crash', when });
        await run(openWith(faulty.disk, 'always', 'killed')).catch(() => {});
        dead.add('killed');
        const right = await answersOf(openWith(disk, 'never'));
        expect(await answersOf(openWith(disk, 'always')), where).toEqual(right);
        await openWith(disk, 'always', 'next').transact(touch);
        const changed = await answersOf(openWith(disk, 'never'));
        expect(await answersOf(openWith(disk, 'always')), `${where}, then a change`).toEqual(changed);
      }
    }
    dead.clear();
  });

  test('a system that takes fewer bytes than given is asked again', async () => {
    const right = await answersOf(openWith(scene.clone(), 'never'));
    const counted = faultyIndex(scene.clone(), 0, { kind: 'half' });
    await answersOf(openWith(counted.disk, 'always'));
    for (let at = 1; at <= counted.state.calls; at += 1) {
      const disk = scene.clone();
      const faulty = faultyIndex(disk, at, { kind: 'half' });
      expect(await answersOf(openWith(faulty.disk, 'always')), `call ${at}`).toEqual(right);
      expect(await answersOf(openWith(disk, 'always')), `call ${at}`).toEqual(right);
    }
  });
});

test('a cache that is a file, or a link, is left alone', async () => {
  for (const path of [CACHE, `${CACHE}/clock`, INDEX]) {
    const disk = await makeIndexScene();
    if (path !== CACHE && disk.stat(CACHE) === undefined) disk.makeDirectory(CACHE);
    if (path === CACHE) overwrite(disk, path, Buffer.from('mine'));
    else disk.makeDirectory(path);
    const right = await answersOf(openWith(disk, 'never'));
    expect(await answersOf(openWith(disk, 'always')), path).toEqual(right);
    expect(await answersOf(openWith(disk, 'always')), path).toEqual(right);
    if (path === CACHE) expect(disk.text(CACHE)).toBe('mine');
    else expect(cachePaths(disk)).toContain(path);
  }
});

test('whatever fails of a change, reading included, it says whether it was made', async () => {
  const scene = await makeIndexScene();
  await SITUATIONS['the directory is trusted']!(scene);
  const change = (disk: Disk): Promise<unknown> =>
    openWith(disk, 'always', 'p').transact(async (view) => {
      await view.select({ where: { op: 'all' } });
      return changing(view, 'CHANGE', [issueWith(20)]);
    });
  const every = (): boolean => true;
  const counted = faultyDisk(scene.clone(), 0, { kind: 'half' }, every);
  await change(counted.disk);
  const outcomes = { refused: 0, committed: 0, done: 0 };
  for (let at = 1; at <= counted.state.calls; at += 1) {
    const disk = scene.clone();
    const faulty = faultyDisk(disk, at, { kind: 'error', code: 'EMFILE', lasting: false }, every);
    const error: unknown = await change(faulty.disk).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    const isThere = await openWith(disk, 'never', 'q').read(
      async (view) => (await view.get(idOf(20))) !== undefined,
    );
    const where = `call ${at} (${counted.state.names[at - 1]})`;
    if (error === null) {
      outcomes.done += 1;
      expect(isThere, where).toBe(true);
      continue;
    }
    expect(error, where).toBeInstanceOf(JitError);
    const committed = (error as JitError).details.committed === true;
    outcomes[committed ? 'committed' : 'refused'] += 1;
    expect(isThere, `${where}: ${(error as JitError).message}`).toBe(committed);
  }
  // Each of them was met, or the loop proved nothing.
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
});
