import { describe, expect, test } from 'vitest';
import { report } from '../../support/report.ts';
import { faultyDisk } from './faulty-disk.ts';
import { CHANGES, contradictions, dead, makeScene, openScene, stateOf, touch } from './scene.ts';

// Killed before, in the middle of and after every system call that writes.

const VARIANTS = [
  { name: 'first commit after a pruning', pruneAt: 3 },
  { name: 'commit that prunes', pruneAt: 1 },
  { name: 'commit in a journal that goes on', pruneAt: 64 },
] as const;

describe.each(VARIANTS)('killed during a $name', ({ name, pruneAt }) => {
  test.each(Object.entries(CHANGES))('%s', async (shape, change) => {
    const scene = await makeScene({ pruneAt });
    const before = await stateOf(openScene(scene.clone(), 'look'));
    const done = scene.clone();
    const counted = faultyDisk(done, 0, { kind: 'half' });
    await openScene(counted.disk, 'whole', { pruneAt }).transact(change);
    const after = await stateOf(openScene(done, 'look'));
    expect(after).not.toBe(before);
    let points = 0;
    const seen = new Set<string>();
    for (let at = 1; at <= counted.state.calls; at += 1) {
      for (const when of ['before', 'short', 'after'] as const) {
        if (when === 'short' && counted.state.names[at - 1] !== 'write') continue;
        points += 1;
        const where = `${when} call ${at} (${counted.state.names[at - 1]})`;
        const disk = scene.clone();
        const faulty = faultyDisk(disk, at, { kind: 'crash', when });
        dead.clear();
        let acknowledged = false;
        await openScene(faulty.disk, 'killed', { pruneAt })
          .transact(change)
          .then(
            () => {
              acknowledged = true;
            },
            () => {},
          );
        dead.add('killed');
        const image = disk.image();
        const read = await stateOf(openScene(disk, 'reader'));
        expect(disk.image(), `${where}: a reader wrote`).toBe(image);
        expect([before, after], `${where}: a reader saw a state in between`).toContain(read);
        if (acknowledged) expect(read, `${where}: lost what was acknowledged`).toBe(after);
        const next = openScene(disk, 'next', { pruneAt });
        await next.transact(touch);
        const expected = scene.clone();
        if (read === after) await openScene(expected, 'x').transact(change);
        await openScene(expected, 'y').transact(touch);
        expect(await stateOf(next), where).toBe(await stateOf(openScene(expected, 'z')));
        expect(await contradictions(next), where).toEqual([]);
        seen.add(read === after ? 'after' : 'before');
      }
    }
    // Both sides of the commit point were met, or the loop proved nothing.
    expect([...seen].sort()).toEqual(['after', 'before']);
    report(`store: killed during a ${name}, ${shape}`, { points });
  });
});
