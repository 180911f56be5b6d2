import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describe, makeScratch, type Scratch } from '../support/scratch.ts';

// The walks that the first documents of the project print, by a real shell with the real binary, where nothing but
// git's user name says who acts.

interface Shown {
  readonly issue: { readonly state: string; readonly assignee: string | null };
}

/** Runs one of the scripts; returns what stood between its `---` lines, by their names. */
async function walk(scratch: Scratch, name: string): Promise<ReadonlyMap<string, string>> {
  const script = fileURLToPath(new URL(`scripts/${name}.sh`, import.meta.url));
  const ran = await scratch.run('sh', ['-e', script]);
  if (ran.exit !== 0) throw new Error(`${name}.sh exited ${describe(ran)}`);
  // What succeeds says nothing on stderr, apart from the sentences for people at a terminal.
  expect(ran.stderr).toBe('');
  const parts = ran.stdout.split(/^--- (\w+)\n/m);
  return new Map(parts.flatMap((part, i) => (i % 2 === 1 ? [[part, parts[i + 1]!] as const] : [])));
}

const idsIn = (text: string | undefined): string[] => (text ?? '').trim().split(' ');

const stateOf = async (scratch: Scratch, id: string): Promise<string> =>
  (await scratch.json<Shown>(['issue', 'show', id])).issue.state;

async function expectValid(scratch: Scratch): Promise<void> {
  const { valid, problems } = await scratch.json<{ valid: boolean; problems: unknown[] }>(['validate']);
  expect({ valid, problems }).toEqual({ valid: true, problems: [] });
}

test('the complete workflow: an epic and five tasks, from creation to done', async () => {
  const scratch = await makeScratch();
  const said = await walk(scratch, 'complete-workflow');
  const ids = idsIn(said.get('end'));
  expect(ids).toHaveLength(6);
  expect(new Set(ids).size).toBe(6);
  for (const id of ids) expect(await stateOf(scratch, id)).toBe('done');
  // The tree shows every issue below the epic, by the last letters of its id.
  for (const id of ids) expect(said.get('graph')).toContain(id.slice(-8));
  expect(said.get('status')).toMatch(/Done: 5/i);
  for (const event of ['gate.passed', 'issue.completed', 'issue.claimed'])
    expect(said.get('events')).toContain(event);
  expect(said.get('events')!.trimEnd().split('\n')).toHaveLength(20);
  await expectValid(scratch);
}, 120_000);

test('the quick start, how it works, and the table of commands', async () => {
  const scratch = await makeScratch({ init: false });
  const said = await walk(scratch, 'how-it-works');
  const [epic, task1, task2, found, id] = idsIn(said.get('end')) as [string, string, string, string, string];
  expect(await stateOf(scratch, task1)).toBe('done');
  expect(await stateOf(scratch, id)).toBe('done');
  const { issue } = await scratch.json<{ issue: Shown['issue'] & { blocked_by?: unknown } }>([
    'issue',
    'show',
    epic,
  ]);
  expect(issue.state).toBe('backlog');
  const blocked = await scratch.ok(['why', epic]);
  for (const open of [task2, found]) expect(blocked).toContain(open.slice(-8));
  await expectValid(scratch);
}, 120_000);

test('every form of a command that the design prints', async () => {
  const scratch = await makeScratch({ init: false });
  const said = await walk(scratch, 'command-surface');
  const [worked, id] = idsIn(said.get('end')) as [string, string];
  expect(worked).toBe('1');
  const { issue } = await scratch.json<Shown>(['issue', 'show', id]);
  expect(issue).toMatchObject({ state: 'done', assignee: 'agent:copilot-1' });
  await expectValid(scratch);
}, 120_000);
