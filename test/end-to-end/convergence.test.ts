import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../support/cli.ts';
import { type Counts, convergenceRun } from '../support/convergence-run.ts';
import { report } from '../support/report.ts';
import { size } from '../support/size.ts';

// Three clones and a bare repository: random edits with jit, merged with git in every way that it has, by the merge driver.

const SEED = Number(process.env.JIT_TEST_SEED ?? 20_260_106);
const RUNS = Number(process.env.JIT_TEST_RUNS ?? size(2, 100));
const ROUNDS = Number(process.env.JIT_TEST_ROUNDS ?? size(6, 50));

vi.setConfig({ testTimeout: 6 * 3_600_000 });
// Nothing of the user who runs the tests: git, which jit starts, would read the settings.
process.env.HOME = '/nonexistent';
process.env.GIT_CONFIG_NOSYSTEM = '1';

test('three clones that edit and merge at random come to the same bytes, and nothing is lost', async () => {
  const total: Counts = {};
  const violations: string[] = [];
  const begun = performance.now();
  for (let i = 0; i < RUNS; i += 1) {
    const seed = SEED + i;
    const top = join(process.env.JIT_TEST_KEEP ?? temporaryDirectory(), String(seed));
    try {
      const options = { top, seed, rounds: ROUNDS, realDriver: i % 10 === 1 };
      for (const [what, count] of Object.entries(await convergenceRun(options)))
        total[what] = (total[what] ?? 0) + count;
      if (process.env.JIT_TEST_KEEP === undefined) rmSync(top, { recursive: true });
    } catch (error) {
      console.error((error as Error).message);
      violations.push((error as Error).message);
    }
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  report('three clones merge with git', { seed: SEED, runs: RUNS, rounds: ROUNDS, seconds, ...total });
  expect(violations).toEqual([]);
});
