import { describe, expect, test } from 'vitest';
import { report } from '../../support/report.ts';
import { faultyDisk } from './faulty-disk.ts';
import {
  CHANGES,
  contradictions,
  dead,
  makeScene,
  OTHER,
  openScene,
  readOnly,
  stateOf,
  touch,
} from './scene.ts';

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
        const image = readOnly(disk);
        const read = await stateOf(openScene(disk, 'reader'));
        expect(readOnly(disk), `${where}: a reader wrote`).toBe(image);
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

test.each(Object.entries(CHANGES))('killed again while another finishes it: %s', async (shape, change) => {
  const options = { pruneAt: 3 };
  const scene = await makeScene(options);
  const done = scene.clone();
  const counted = faultyDisk(done, 0, { kind: 'half' });
  await openScene(counted.disk, 'whole', options).transact(change);
  const after = await stateOf(openScene(done, 'look'));
  // The first link is the lock's, the second the commit.
  const commit = counted.state.names.indexOf('link', counted.state.names.indexOf('link') + 1) + 1;
  let points = 0;
  for (let first = commit; first <= counted.state.calls; first += 1) {
    dead.clear();
    const left = scene.clone();
    const killed = faultyDisk(left, first, { kind: 'crash', when: 'after' });
    await openScene(killed.disk, 'killed', options)
      .transact(change)
      .catch(() => {});
    dead.add('killed');
    const calls = faultyDisk(left.clone(), 0, { kind: 'half' });
    await openScene(calls.disk, 'second', options).transact(touch);
    for (let at = 1; at <= calls.state.calls; at += 1) {
      points += 1;
      const where = `after call ${first}, then before call ${at} (${calls.state.names[at - 1]})`;
      const disk = left.clone();
      dead.delete('second');
      const again = faultyDisk(disk, at, { kind: 'crash', when: 'before' });
      await openScene(again.disk, 'second', options)
        .transact(touch)
        .catch(() => {});
      dead.add('second');
      const image = readOnly(disk);
      const read = await stateOf(openScene(disk, 'reader'));
      expect(readOnly(disk), where).toBe(image);
      // Whether or not the second got its own change in, the first one's is there.
      const own = (JSON.parse(read) as { events: { id: string }[] }).events.filter(({ id }) => id !== OTHER);
      expect(own, where).toEqual((JSON.parse(after) as { events: unknown[] }).events);
      const third = openScene(disk, 'third', options);
      await third.transact(touch);
      expect(await contradictions(third), where).toEqual([]);
    }
  }
  report(`store: killed again during recovery, ${shape}`, { points });
});
