import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { REPAIRS } from '../../../src/domain/repair/mend-store.ts';
import { fixStore } from '../../../src/operations/validate.ts';
import { contentsOf } from '../../support/invariants.ts';
import { report } from '../../support/report.ts';
import { standingClock, startSession } from '../../support/session.ts';
import { size } from '../../support/size.ts';
import { arbitraryDamage, type Damaged } from './damage.ts';

vi.setConfig({ testTimeout: size(60_000, 1_800_000) });

const numRuns = size(150, 3_000);

const open = ({ images, gates, events }: Damaged, now?: string) =>
  startSession({ content: { issues: images, gates, events }, clock: standingClock(now) });

const fix = (session: ReturnType<typeof open>) => fixStore(session, true);

test('a repair leaves nothing that it could mend, and says beforehand what it mends', async () => {
  const mended = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(arbitraryDamage, async (damaged) => {
      const session = open(damaged);
      const preview = await fixStore(session, false);
      const { fixed, problems, valid } = await fix(session);
      expect(preview.fixed).toEqual(fixed);
      expect(problems.filter((problem) => problem.fix !== null)).toEqual([]);
      expect(valid).toBe(true);
      for (const { code } of fixed) {
        expect(REPAIRS).toHaveProperty(code);
        mended.set(code, (mended.get(code) ?? 0) + 1);
      }
    }),
    { numRuns, seed: 20260104 },
  );
  // Nothing of the table is left out.
  expect([...mended.keys()].sort()).toEqual(Object.keys(REPAIRS).sort());
  report('damaged stores mended by rule', { runs: numRuns, ...Object.fromEntries([...mended].sort()) });
});

test('a second repair finds nothing, and changes no byte', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDamage, async (damaged) => {
      const session = open(damaged);
      await fix(session);
      const after = await contentsOf(session.store);
      expect((await fix(session)).fixed).toEqual([]);
      expect(await contentsOf(session.store)).toEqual(after);
    }),
    { numRuns },
  );
});

test('two clones that repair the same write the same, whenever they do it and in whatever order they read', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDamage, async (damaged) => {
      const here = open(damaged);
      const there = open({ ...damaged, images: [...damaged.images].reverse() }, '2027-02-03T04:05:06.000Z');
      await fix(here);
      await fix(there);
      expect(JSON.stringify(await contentsOf(there.store))).toBe(
        JSON.stringify(await contentsOf(here.store)),
      );
    }),
    { numRuns },
  );
});

test('a repair loses nothing: no title, no text, no comment, no issue', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDamage, async (damaged) => {
      const session = open(damaged);
      const before = await contentsOf(session.store);
      await fix(session);
      const after = await contentsOf(session.store);
      const kept = new Map(after.issues.map((issue) => [issue.id, issue]));
      for (const { id, title, description, context, comments, priority } of before.issues) {
        expect(kept.get(id)).toMatchObject({ title, description, context, priority });
        expect(kept.get(id)!.comments).toEqual(expect.arrayContaining([...comments]));
      }
      expect(after.tombstones).toEqual(before.tombstones);
      expect(after.events.slice(0, before.events.length)).toEqual(before.events);
      for (const { by, reason, event } of after.events.slice(before.events.length)) {
        expect(by).toBe('jit:fix');
        if (!['issue.ready', 'issue.blocked', 'issue.completed'].includes(event)) expect(reason).toMatch(/./);
      }
    }),
    { numRuns },
  );
});
