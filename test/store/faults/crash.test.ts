import { describe, expect, test } from 'vitest';
import { report } from '../../support/report.ts';
import { callsOf, commitIn, expectNextWriter, kill, readOnlyState, rehearse } from './outcome.ts';
import { CHANGES, contradictions, dead, makeScene, OTHER, openScene, touch } from './scene.ts';

// Killed before, in the middle of and after every system call that writes.

const VARIANTS = [
  { name: 'first commit after a pruning', pruneAt: 3 },
  { name: 'commit that prunes', pruneAt: 1 },
  { name: 'commit in a journal that goes on', pruneAt: 64 },
] as const;

describe.each(VARIANTS)('killed during a $name', ({ name, pruneAt }) => {
  test.each(Object.entries(CHANGES))('%s', async (shape, change) => {
    const scene = await makeScene({ pruneAt });
    const { before, after, calls } = await rehearse(scene, change, { pruneAt });
    expect(after).not.toBe(before);
    let points = 0;
    const seen = new Set<string>();
    for (let at = 1; at <= calls.length; at += 1) {
      for (const when of ['before', 'short', 'after'] as const) {
        if (when === 'short' && calls[at - 1] !== 'write') continue;
        points += 1;
        const where = `${when} call ${at} (${calls[at - 1]})`;
        const disk = scene.clone();
        const acknowledged = await kill(disk, change, { at, when, pruneAt });
        const read = await readOnlyState(disk, where);
        expect([before, after], `${where}: a reader saw a state in between`).toContain(read);
        if (acknowledged) expect(read, `${where}: lost what was acknowledged`).toBe(after);
        await expectNextWriter(disk, where, { scene, change: read === after ? change : null, pruneAt });
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
  const { after, calls } = await rehearse(scene, change, options);
  let points = 0;
  for (let first = commitIn(calls); first <= calls.length; first += 1) {
    dead.clear();
    const left = scene.clone();
    await kill(left, change, { at: first, when: 'after', ...options });
    const later = await callsOf(left.clone(), touch, options, 'second');
    for (let at = 1; at <= later.length; at += 1) {
      points += 1;
      const where = `after call ${first}, then before call ${at} (${later[at - 1]})`;
      const disk = left.clone();
      await kill(disk, touch, { at, when: 'before', process: 'second', ...options });
      const read = await readOnlyState(disk, where);
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
