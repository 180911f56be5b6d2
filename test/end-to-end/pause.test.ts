import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Issue } from '../../src/domain/issue.ts';
import { COMMANDS, ids, makeScene, type Scene, WORKER } from '../support/killed-scene.ts';
import { report } from '../support/report.ts';
import { describe } from '../support/scratch.ts';
import { PROVE } from '../support/size.ts';
import { compileStopShim, isCommit, nameOfPoint, withShim } from '../support/stop-shim.ts';
import { rehearse, whileStopped } from '../support/stopped.ts';
import { expectClean, issuesOf } from '../support/verdict.ts';

// Real processes that are stopped around a system call, and woken when others have gone on; and git that takes files
// back between a kill and the recovery.

const shim = compileStopShim();
afterAll(() => shim?.remove());

const UPDATE = COMMANDS.update!;

const otherOf = async ({ scratch }: Scene): Promise<Issue> =>
  (await issuesOf(scratch)).find(({ id }) => id === ids.OTHER)!;

test.skipIf(shim === null)(
  withShim('stopped around a call while another writes the same issue', shim),
  async () => {
    const scene = await makeScene(1);
    const points = await rehearse(shim!, scene, UPDATE);
    // Whoever holds the lock and is stopped is waited for as long as five seconds.
    const tried = PROVE ? points : points.filter((point) => isCommit(point) && point.when === 'after');
    for (const point of tried) {
      scene.reset();
      const where = nameOfPoint(point);
      const ran = await whileStopped(shim!, scene, UPDATE, point, async () => {
        await scene.scratch.ok(['update', ids.OTHER, '--priority', 'critical'], { env: WORKER });
      });
      expect(ran.exit, `${where}: ${ran.stderr}`).toBe(0);
      const { title, priority, labels } = await otherOf(scene);
      expect({ title, priority, labels }, where).toEqual({
        title: 'a new title',
        priority: 'critical',
        labels: ['l'],
      });
      await expectClean(scene.scratch, where);
    }
    report('stopped while another writes the same issue', { points: points.length, tried: tried.length });
  },
  1_800_000,
);

test.skipIf(shim === null)(
  withShim('stopped across a pruning', shim),
  async () => {
    // Two commits before the one that prunes.
    const scene = await makeScene(62);
    const points = await rehearse(shim!, scene, UPDATE);
    const around = points.filter(isCommit);
    expect(around.map(({ when }) => when)).toEqual(['before', 'after']);
    const tried = PROVE ? points.filter((_, i) => i >= points.indexOf(around[0]!) - 3) : around;
    const directory = (): string => JSON.stringify(readJournal(scene));
    for (const point of tried) {
      scene.reset();
      const where = nameOfPoint(point);
      const before = directory();
      const ran = await whileStopped(shim!, scene, UPDATE, point, async () => {
        for (let i = 0; i < 4; i += 1)
          await scene.scratch.ok(['comment', ids.OTHER, `meanwhile ${i}`], { env: WORKER });
        expect(directory(), `${where}: nothing was pruned`).not.toBe(before);
      });
      expect(ran.exit, `${where}: ${ran.stderr}`).toBe(0);
      const { title, comments } = await otherOf(scene);
      expect({ title, comments: comments.length }, where).toEqual({ title: 'a new title', comments: 66 });
      await expectClean(scene.scratch, where);
    }
    report('stopped across a pruning', { points: points.length, tried: tried.length });
  },
  1_800_000,
);

const readJournal = ({ scratch }: Scene): readonly string[] =>
  // The directory that commits go to has a random name.
  readdirSync(join(scratch.store, 'local', 'journal'));

test.skipIf(shim === null)(
  withShim('git takes the files back between the kill and the recovery', shim),
  async () => {
    const scene = await makeScene(1);
    const { scratch } = scene;
    const git = async (...words: string[]): Promise<void> => {
      const ran = await scratch.run('git', words);
      if (ran.exit !== 0) throw new Error(`git ${words.join(' ')} exited ${describe(ran)}`);
    };
    await git('add', '.jit');
    await git('commit', '-q', '-m', 'the store');
    const points = await rehearse(shim!, scene, UPDATE);
    const tried = PROVE ? points : points.filter((point) => point.name === 'rename' || isCommit(point));
    const before = await otherOf(scene);
    const ends = { kept: 0, 'taken back': 0 };
    for (const point of tried) {
      scene.reset();
      const where = nameOfPoint(point);
      const env = { ...WORKER, ...shim!.stopping(scratch, point, 'SIGKILL') };
      expect((await scratch.jit(UPDATE, { env })).signal, where).toBe('SIGKILL');
      // What the update has not touched, git then knows for unchanged, and leaves alone too.
      await git('status', '--short');
      await git('checkout', '-q', '--', '.jit');
      const seen = await otherOf(scene);
      await scratch.ok(['comment', ids.FREE, 'the next writer'], { env: WORKER });
      // Whatever a reader was shown stays: the next writer neither forces the change nor loses it.
      const after = await otherOf(scene);
      expect(after, where).toEqual(seen);
      expect(after.title === before.title ? after : { ...after, ...changed(before) }, where).toEqual(before);
      ends[after.title === before.title ? 'taken back' : 'kept'] += 1;
      const { exit, stdout } = await scratch.jit(['validate', '--json']);
      const problems = JSON.parse(stdout).problems as { code: string }[];
      expect(
        { exit, codes: problems.map(({ code }) => code).filter((code) => code !== 'set-aside') },
        where,
      ).toEqual({
        exit: 0,
        codes: [],
      });
    }
    expect([ends.kept > 0, ends['taken back'] > 0]).toEqual([true, true]);
    report('git checkout between kill and recovery', { points: points.length, tried: tried.length, ...ends });
  },
  1_800_000,
);

const changed = ({ title, labels, updated_at }: Issue): Partial<Issue> => ({ title, labels, updated_at });
