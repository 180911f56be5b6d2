import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idOf } from '../support/issues.ts';
import { writeIssues } from '../support/project.ts';
import { report } from '../support/report.ts';
import { makeScratch, type Ran } from '../support/scratch.ts';
import { size } from '../support/size.ts';

const LENGTH = size(5_000, 100_000);

test('a long chain is nothing special to any command', async () => {
  const scratch = await makeScratch();
  // Each issue needs the one before it; only the first is ready.
  const ids = writeIssues(scratch.store, LENGTH, (number) =>
    number === 1 ? { state: 'ready' } : { state: 'backlog', dependencies: [idOf(number - 1)] },
  );
  const first = ids[0]!;
  const last = ids.at(-1)!;
  const seconds: Record<string, number> = {};
  const timed = async (name: string, args: readonly string[]): Promise<Ran> => {
    const begun = performance.now();
    const ran = await scratch.jit(args, { env: { JIT_AGENT_ID: 'agent:w' } });
    seconds[name] = Math.round(performance.now() - begun) / 1000;
    expect(ran.stderr).not.toMatch(/Maximum call stack|heap|INTERNAL/);
    return ran;
  };
  const json = async <T>(name: string, args: readonly string[]): Promise<T> => {
    const ran = await timed(name, [...args, '--json']);
    expect({ exit: ran.exit, stderr: ran.stderr }, name).toEqual({ exit: 0, stderr: '' });
    return JSON.parse(ran.stdout);
  };
  const lines = async (name: string, args: readonly string[]): Promise<readonly string[]> => {
    const ran = await timed(name, args);
    expect({ exit: ran.exit, stderr: ran.stderr }, name).toEqual({ exit: 0, stderr: '' });
    return ran.stdout.trimEnd().split('\n');
  };

  const before = readFileSync(join(scratch.store, 'issues', `${first}.json`), 'utf8');
  const refused = await timed('dep add', ['dep', 'add', first, last, '--json']);
  expect(refused.exit).toBe(4);
  const { error } = JSON.parse(refused.stderr);
  expect(error).toMatchObject({ code: 'CYCLE', details: { length: LENGTH } });
  // The path begins and ends with the issue that would wait for itself, and its middle is left out.
  const { cycle } = error.details as { cycle: string[] };
  expect([cycle[0], cycle[1], cycle.at(-1)]).toEqual([first, last, first]);
  expect(cycle.length).toBeLessThan(20);
  expect(refused.stderr.length).toBeLessThan(4_000);
  expect(readFileSync(join(scratch.store, 'issues', `${first}.json`), 'utf8')).toBe(before);

  const shown = await lines('graph show', ['graph', 'show', last]);
  expect(shown).toHaveLength(LENGTH);
  expect(Math.max(...shown.slice(-10).map((line) => line.length))).toBeLessThan(300);
  type GraphDocument = { count: number; nodes: { id: string; depth: number }[] };
  const upstream = await json<GraphDocument>('graph show --json', ['graph', 'show', last]);
  expect(upstream.nodes.at(-1)).toMatchObject({ id: first, depth: LENGTH - 1 });
  expect((await lines('graph show, everything', ['graph', 'show'])).length).toBe(LENGTH);
  const downstream = await json<GraphDocument>('graph downstream', ['graph', 'downstream', first]);
  expect(downstream.nodes.map(({ id }) => id)).toEqual(ids);
  const path = await json<{ issues: { id: string }[] }>('critical-path', ['graph', 'critical-path']);
  expect(path.issues.map(({ id }) => id)).toEqual(ids);
  expect(await lines('critical-path, as text', ['graph', 'critical-path', last])).not.toHaveLength(0);

  const validation = await json<{ problems: unknown[] }>('validate', ['validate']);
  expect(validation.problems).toEqual([]);
  expect(await json('validate --fix', ['validate', '--fix', '--yes'])).toMatchObject({ fixed: [] });

  const mermaid = await lines('export mermaid', ['export', '--format', 'mermaid']);
  expect(mermaid.filter((line) => line.includes('-->'))).toHaveLength(LENGTH - 1);
  const exported = await timed('export json', ['export', '--format', 'json']);
  expect(JSON.parse(exported.stdout).count).toBe(LENGTH);
  const file = join(scratch.beside, 'part.dot');
  await lines('export dot', ['export', '--format', 'dot', '--issue', last, '-o', file]);
  expect(existsSync(file)).toBe(true);

  expect(await json('why', ['why', last])).toMatchObject({ kind: 'why' });
  expect(await json('status', ['status'])).toMatchObject({ kind: 'status' });
  expect((await json<{ issues: unknown[] }>('ready', ['ready'])).issues).toHaveLength(1);
  expect((await json<{ issue: { id: string } }>('claim-next', ['claim-next'])).issue.id).toBe(first);
  await json('complete', ['complete', first]);
  expect((await json<{ issue: { id: string } }>('claim-next again', ['claim-next'])).issue.id).toBe(ids[1]);
  report(`chain of ${LENGTH} issues, seconds`, seconds);
}, 1_800_000);
