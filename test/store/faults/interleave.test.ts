import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/domain/issue.ts';
import { report } from '../../support/report.ts';
import { size } from '../../support/size.ts';
import { PausableProcess } from './paused-disk.ts';
import { A, CHANGES, changing, contradictions, type Decide, makeScene, openScene, stateOf } from './scene.ts';
import type { SimDisk } from './sim-disk.ts';

// Writers without a lock, stopped and woken at every system call.

const SCHEDULES = size(60, 2_000);

/** Claims A for a worker when it is free; otherwise says who has it. */
const claim =
  (worker: string): Decide =>
  async (view) => {
    const issue = (await view.get(A))!;
    if (issue.assignee !== null) return { issues: [], events: [], result: `held by ${issue.assignee}` };
    const image = { ...issue, assignee: `agent:${worker}`, state: 'in_progress' as const };
    return { ...(await changing(view, `C${worker}`, [image])), result: `claimed by ${worker}` };
  };

const program =
  (worker: string, changes: readonly Decide[], pruneAt: number) =>
  async (disk: ConstructorParameters<typeof PausableProcess>[0]): Promise<readonly string[]> => {
    const store = openScene(disk, worker, { lock: false, pruneAt });
    const results: string[] = [];
    for (const change of changes) results.push(await store.transact(change));
    return results;
  };

async function check(disk: SimDisk, where: string): Promise<readonly Event[]> {
  const store = openScene(disk, 'checker');
  await store.transact(claim('checker'));
  expect(await contradictions(store), where).toEqual([]);
  return (JSON.parse(await stateOf(store)) as { events: Event[] }).events;
}

describe.each([64, 1])(
  'one writer stopped at every call while another writes (pruning after %i)',
  (pruneAt) => {
    test.each(['the same issue', 'another issue, several times'])('%s', async (what) => {
      const others: readonly Decide[] =
        what === 'the same issue' ? [claim('w2')] : [CHANGES.create!, CHANGES.gates!, CHANGES.delete!];
      const scene = await makeScene({ pruneAt });
      const alone = new PausableProcess(scene.clone(), program('w1', [claim('w1')], pruneAt));
      await alone.run();
      const winners = new Set<string>();
      for (let calls = 0; calls <= alone.calls; calls += 1) {
        const where = `stopped before call ${calls + 1}`;
        const disk = scene.clone();
        const first = new PausableProcess(disk, program('w1', [claim('w1')], pruneAt));
        const early = await first.run(calls);
        const second = await program('w2', others, pruneAt)(disk);
        const between = await stateOf(openScene(disk, 'look'));
        const late = early === 'paused' ? await first.run() : early;
        if (late === 'paused') throw new Error('still paused');
        const results = [...late.value, ...second];
        const claimed = results.filter((result) => result.startsWith('claimed'));
        expect(claimed, where).toHaveLength(1);
        winners.add(claimed[0]!);
        const events = await check(disk, where);
        expect(events.filter((event) => event.eid.includes('ECW')).length, where).toBe(1);
        // Who wakes up late adds nothing to what was committed without it, and takes nothing away.
        const after = await stateOf(openScene(disk, 'look'));
        if (between.includes('agent:w1') && what !== 'the same issue') expect(after, where).toBe(between);
      }
      // Each of them won somewhere, or the loop proved nothing.
      expect([...winners].sort()).toEqual(
        what === 'the same issue' ? ['claimed by w1', 'claimed by w2'] : ['claimed by w1'],
      );
      report(`store: stopped while another writes ${what}, pruning after ${pruneAt}`, {
        points: alone.calls + 1,
      });
    });
  },
);

test('many writers in any order: one claim wins, and no change is lost', async () => {
  const workers = ['w1', 'w2', 'w3', 'w4'];
  const label =
    (name: string): Decide =>
    async (view) => {
      const issue = (await view.get(A))!;
      const image = { ...issue, labels: [...new Set([...issue.labels, name])] };
      return { ...(await changing(view, `L${name}`, [image])), result: name };
    };
  let conflicts = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 30 })), { minLength: 4, maxLength: 24 }),
      fc.constantFrom(1, 2, 64),
      async (schedule, pruneAt) => {
        const scene = await makeScene({ pruneAt });
        const processes = workers.map(
          (worker) =>
            new PausableProcess(
              scene,
              program(worker, [label(worker), claim(worker), label(`${worker}x`)], pruneAt),
            ),
        );
        const done = new Map<number, readonly string[]>();
        for (const [who, calls] of schedule) {
          if (done.has(who)) continue;
          const outcome = await processes[who]!.run(calls);
          if (outcome !== 'paused') done.set(who, outcome.value);
        }
        for (const [who, process] of processes.entries()) {
          if (done.has(who)) continue;
          const outcome = await process.run();
          if (outcome === 'paused') throw new Error('still paused');
          done.set(who, outcome.value);
        }
        for (const process of processes) conflicts += process.conflicts;
        const claimed = [...done.values()].flat().filter((result) => result.startsWith('claimed'));
        expect(claimed).toHaveLength(1);
        await check(scene, 'after all');
        const state = await stateOf(openScene(scene, 'look'));
        for (const worker of workers) expect(state).toContain(`"${worker}x"`);
        const issue = (JSON.parse(state) as { issues: { id: string; labels: string[] }[] }).issues.find(
          ({ id }) => id === A,
        );
        expect(issue?.labels).toEqual(workers.flatMap((w) => [w, `${w}x`]));
      },
    ),
    { numRuns: SCHEDULES, seed: 7 },
  );
  expect(conflicts).toBeGreaterThan(0);
  report('store: writers without a lock in any order', {
    schedules: SCHEDULES,
    writers: 4,
    conflicts,
  });
}, 600_000);
