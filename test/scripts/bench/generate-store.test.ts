import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatEvent, formatIssue } from '../../../src/domain/canonical-json.ts';
import type { Event, Issue } from '../../../src/domain/issue.ts';
import { differences, replay } from '../../../src/domain/replay.ts';
import { loadBench } from '../../support/bench.ts';

const { generateStore } = await loadBench('generate-store');
const { openScene } = await loadBench('scene');
const { environment } = await loadBench('ground');

interface Generated {
  readonly issues: readonly Issue[];
  readonly events: readonly string[];
  readonly changed: { readonly issues: readonly Issue[]; readonly events: readonly string[] };
}
const generate = (size: number, seed = 1): Generated => generateStore({ size, seed });

/** Ids of issues whose file is not what the log says. */
function findDiffering(issues: readonly Issue[], lines: readonly string[]): string[] {
  const replayed = replay(lines.map((line) => JSON.parse(line) as Event));
  const digest = (): string => 'no text is hashed here';
  return issues
    .filter(({ id }) => replayed.get(id)!.broken.length > 0)
    .concat(issues.filter((issue) => differences(issue, replayed.get(issue.id)!, digest).length > 0))
    .map(({ id }) => id);
}

describe('a generated store', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(generate(150)).toEqual(generate(150));
    expect(generate(150, 2).events).not.toEqual(generate(150).events);
  });

  test('is a realistic mix', () => {
    const { issues } = generate(1000);
    const share = (test: (issue: Issue) => boolean): number => issues.filter(test).length / issues.length;
    expect(share(({ state }) => state === 'done')).toBeCloseTo(0.6, 1);
    expect(share(({ state }) => state === 'ready')).toBeGreaterThan(0.1);
    for (const state of ['backlog', 'in_progress', 'gated']) {
      expect(
        share((issue) => issue.state === state),
        state,
      ).toBeGreaterThan(0);
    }
    for (const field of ['dependencies', 'labels', 'gates_required', 'comments', 'hold'] as const) {
      expect(
        share((issue) => [issue[field] ?? []].flat().length > 0),
        field,
      ).toBeGreaterThan(0.01);
    }
    expect(Math.max(...issues.map(({ dependencies }) => dependencies.length))).toBe(3);
    expect(new Set(issues.map(({ id }) => id)).size).toBe(1000);
  });

  test('is written as jit writes it', () => {
    const { issues, events } = generate(300);
    for (const issue of issues) expect(`${JSON.stringify(issue, null, 2)}\n`).toBe(formatIssue(issue));
    for (const line of events) expect(line).toBe(formatEvent(JSON.parse(line)));
  });

  test('has a log that says what the files say, also on its branch', () => {
    const { issues, events, changed } = generate(400);
    expect(findDiffering(issues, events)).toEqual([]);
    expect(changed.issues).toHaveLength(4);
    expect(findDiffering(changed.issues, [...events, ...changed.events])).toEqual([]);
    expect(findDiffering(changed.issues, events)).toHaveLength(4);
  });
});

test('on the disk jit finds nothing wrong, and a reset puts it back', { timeout: 120_000 }, async () => {
  const ground = mkdtempSync(join(tmpdir(), 'jit-bench-test-'));
  onTestFinished(() => rmSync(ground, { recursive: true, force: true }));
  const means = { env: environment(ground), signal: new AbortController().signal };
  const { jit, git, reset } = await openScene(ground, 60, means);
  const clean = /^valid: 60 issues, \d+ events: 0 errors, 0 warnings$/m;
  expect(await jit('validate')).toMatch(clean);
  await git('checkout', '--quiet', 'other');
  expect(await jit('validate')).toMatch(clean);
  await jit('create', 'One more', '--by', 'agent:bench');
  await jit('claim-next', '--by', 'agent:bench');
  await reset();
  expect(await git('status', '--short', '--branch')).toBe('## main\n');
  expect(await jit('validate')).toMatch(clean);
  expect(JSON.parse(await jit('lease', 'list', '--json')).leases).toEqual([]);
});
