import { describe, expect, test } from 'vitest';
import { JitError } from '../../../src/domain/errors.ts';
import { report } from '../../support/report.ts';
import { faultyDisk } from './faulty-disk.ts';
import { expectNextWriter, readOnlyState, rehearse } from './outcome.ts';
import { CHANGES, dead, makeScene, openScene, stateOf } from './scene.ts';

// Every system call that writes fails, once or from then on. A full disk takes half of a write first.

const CODES = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE'] as const;

describe.each(CODES)('%s at every writing call', (code) => {
  test.each(Object.entries(CHANGES))('%s', async (shape, change) => {
    const pruneAt = 4;
    const scene = await makeScene({ pruneAt });
    const { before, after, calls } = await rehearse(scene, change, { pruneAt });
    let points = 0;
    let refused = 0;
    for (let at = 1; at <= calls.length; at += 1) {
      for (const lasting of [false, true]) {
        points += 1;
        const where = `${code}${lasting ? ' from' : ' at'} call ${at} (${calls[at - 1]})`;
        const disk = scene.clone();
        const tracked = disk.image('/store/.jit/issues');
        const faulty = faultyDisk(disk, at, { kind: 'error', code, lasting });
        dead.clear();
        const error: unknown = await openScene(faulty.disk, 'failed', { pruneAt })
          .transact(change)
          .then(
            () => null,
            (thrown: unknown) => thrown,
          );
        dead.add('failed');
        const read = await readOnlyState(disk, where);
        if (error === null) expect(read, `${where}: acknowledged, but not there`).toBe(after);
        else {
          refused += 1;
          expect(error, where).toBeInstanceOf(JitError);
          const { code: named, details } = error as JitError;
          expect(named, where).toBe(code === 'ENOSPC' ? 'DISK_FULL' : 'IO');
          expect(read, `${where}: says ${details.committed ? '' : 'not '}committed`).toBe(
            details.committed ? after : before,
          );
          if (!details.committed) expect(disk.image('/store/.jit/issues'), where).toBe(tracked);
        }
        await expectNextWriter(disk, where, { scene, change: read === after ? change : null, pruneAt });
      }
    }
    expect(refused).toBeGreaterThan(points / 4);
    report(`store: ${code}, ${shape}`, { points, refused });
  });
});

test('a system that takes fewer bytes than given is asked again', async () => {
  for (const [name, change] of Object.entries(CHANGES)) {
    const scene = await makeScene();
    const { after, calls } = await rehearse(scene, change);
    for (let at = 1; at <= calls.length; at += 1) {
      if (calls[at - 1] !== 'write') continue;
      const disk = scene.clone();
      await openScene(faultyDisk(disk, at, { kind: 'half' }).disk, 'p').transact(change);
      expect(await stateOf(openScene(disk, 'look')), `${name}, call ${at}`).toBe(after);
    }
  }
});
