import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Event } from '../../src/domain/issue.ts';
import { bundleProgram } from '../support/bundle.ts';
import { describeRun, type Ground, makeGround, type Run, runOnce } from '../support/lease-runs.ts';
import { startWorker, type Worker } from '../support/lease-workers.ts';
import { type Entry, findViolation } from '../support/linearizability.ts';
import { report } from '../support/report.ts';
import { size } from '../support/size.ts';
import { expectClean } from '../support/verdict.ts';

// Real processes run random commands on two issues in two work trees, with claims that last for moments, and are late at any system
// call; some are killed. What their leases answered must be what one lease answers that changes step by step, and what the commands
// said must be true.

const SEED = 20_261_121;
const RUNS = size(20, 1_000);
const WORKERS = 4;
const COMMANDS = 8;

let program = '';
let workers: Worker[] = [];
beforeAll(async () => {
  program = await bundleProgram('lease-worker');
  workers = Array.from({ length: WORKERS }, () => startWorker(program));
});
afterAll(() => {
  for (const worker of workers) worker.stop();
  rmSync(dirname(program), { recursive: true });
});

const runFrom = (ground: Ground, seed: number, broken = false): Promise<Run> =>
  runOnce(ground, { workers, program, commands: COMMANDS, seed, broken });

test('commands at random by real processes: their leases change step by step', async () => {
  const ground = await makeGround();
  const begun = performance.now();
  const totals = { operations: 0, overlapping: 0, claims: 0, refused: 0, expired: 0, killed: 0 };
  for (let seed = SEED + 1; seed <= SEED + RUNS; seed += 1) {
    const run = await runFrom(ground, seed);
    const { history } = run;
    try {
      expect(findViolation(history)).toBeNull();
      totals.claims += checkCommands(ground, run);
      for (const tree of seed % 20 === 0 ? ground.trees : []) {
        // What the killed have left is swept by whoever writes next: nobody may have.
        await ground.field.scratch.ok(['gc', '--dir', tree]);
        await expectClean(ground.field.scratch, tree, tree);
      }
    } catch (error) {
      throw new Error(`run ${seed}: ${(error as Error).message}\n${describeRun(run)}`, { cause: error });
    }
    totals.operations += history.length;
    totals.killed += history.filter(({ op }) => op.op === 'die').length;
    totals.overlapping += countOverlaps(history);
    totals.refused += history.filter(({ result }) => result?.outcome === 'refused').length;
    totals.expired += history.filter(({ op, result }) => op.op === 'expire' && result?.lease != null).length;
  }
  for (const [what, number] of Object.entries(totals)) expect(number, what).toBeGreaterThan(0);
  const seconds = Math.round((performance.now() - begun) / 1000);
  report('leases: commands at random by real processes', {
    ...{ runs: RUNS, seed: SEED, processes: WORKERS, commands: COMMANDS, violations: 0 },
    ...totals,
    seconds,
  });
}, 3_600_000);

test('a lease that is taken by overwriting is found out', async () => {
  const ground = await makeGround();
  let violation: string | null = null;
  let runs = 0;
  for (; violation === null && runs < 100; runs += 1)
    violation = findViolation((await runFrom(ground, 10_000 + runs, true)).history);
  expect(violation).toContain('none of these can come next');
  report('leases: taken by overwriting, found out', { runs });
}, 600_000);

/** Nothing was claimed or finished twice, and what somebody was told is in the log of the work tree. Returns how many claims there were. */
function checkCommands({ trees }: Ground, { commands }: Run): number {
  const claims: string[] = [];
  const finished: string[] = [];
  for (const { said, exit, tree } of commands) {
    if (exit !== 0 || said === null) continue;
    if (said.kind === 'claim' && said.outcome === 'claimed') {
      const { issue, lease } = said as { issue: { id: string }; lease: { epoch: number; holder: string } };
      claims.push(`${issue.id} ${lease.epoch}`);
      expect(claimedIn(tree)).toContain(`${issue.id} ${lease.epoch} ${lease.holder}`);
    }
    if (said.kind === 'completion' && said.changed === true) {
      const { completions } = said as { completions: { issue: { id: string; claim_epoch: number } }[] };
      finished.push(...completions.map(({ issue }) => `${issue.id} ${issue.claim_epoch}`));
    }
  }
  // Each claim and each completion is under an epoch of its own. Within a work tree a claim may be repeated under its epoch: where
  // somebody was killed while giving it back.
  const recorded = trees.flatMap((tree) => [...new Set(claimedIn(tree).map(withoutName))]);
  for (const told of [claims, finished, recorded])
    expect(told.filter((one, i) => told.indexOf(one) !== i)).toEqual([]);
  return claims.length;
}

/** The claims in the log: issue, epoch, who. */
function claimedIn(tree: string): readonly string[] {
  const epochs = new Map<string, unknown>();
  const claims: string[] = [];
  for (const line of readFileSync(join(tree, '.jit/events.jsonl'), 'utf8').trimEnd().split('\n')) {
    const { id, event, by, changes } = JSON.parse(line) as Event;
    if (id === null) continue;
    if (changes.claim_epoch !== undefined) epochs.set(id, changes.claim_epoch[1]);
    if (event === 'issue.claimed') claims.push(`${id} ${epochs.get(id)} ${by}`);
  }
  return claims;
}

const withoutName = (claim: string): string => claim.slice(0, claim.lastIndexOf(' '));

/** How many pairs of operations of two processes on the same issue overlapped. */
function countOverlaps(history: readonly Entry[]): number {
  const spans = history.flatMap(({ process, start, end, op }) =>
    op.op === 'die' || end === null ? [] : [{ process, start, end, id: op.id }],
  );
  let overlaps = 0;
  for (const [i, a] of spans.entries()) {
    for (const b of spans.slice(i + 1)) {
      if (a.process !== b.process && a.id === b.id && a.start < b.end && b.start < a.end) overlaps += 1;
    }
  }
  return overlaps;
}
