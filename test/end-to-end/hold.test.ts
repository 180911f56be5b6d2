import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/binary.ts';

// The real program, and real commands that it runs and that are killed. What can be shown in process is in test/cli/lease-hold.test.ts.

const PATIENCE = 20_000;

/** A command that runs until somebody ends it, and says when it is ready. */
const FOREVER = 'echo $$ > pid; echo > up; while :; do sleep 0.05; done';

const contentOf = async (sandbox: Sandbox, name: string): Promise<string> => {
  const path = join(sandbox.repository, name);
  await expect
    .poll(() => existsSync(path) && readFileSync(path, 'utf8') !== '', { timeout: PATIENCE })
    .toBe(true);
  return readFileSync(path, 'utf8');
};

/** A store with one issue, and `jit lease hold` on it, whose command runs. */
async function start(script: string, ...options: readonly string[]) {
  const sandbox = makeSandbox();
  expect(sandbox.jit(['init']).exit).toBe(0);
  const id = sandbox.jit(['create', 'Work']).stdout.trim();
  const child = sandbox.start([
    'lease',
    'hold',
    id,
    '--to',
    'agent:a',
    ...options,
    '--json',
    '--',
    'sh',
    '-c',
    script,
  ]);
  const ended = endOf(child);
  await contentOf(sandbox, 'up');
  const pid = Number(await contentOf(sandbox, 'pid'));
  onTestFinished(() => kill(pid));
  return { sandbox, id, child, pid, ended };
}

function endOf(child: ChildProcess): Promise<{ exit: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (text) => {
    stdout += text;
  });
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.once('exit', (exit) => resolve({ exit, stdout, stderr }));
  });
}

/** What jit says at the end; the command may have said something before. */
const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1)!);

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

test('a command that is killed gives its issue back', { timeout: 60_000 }, async () => {
  const { sandbox, id, pid, ended } = await start(FOREVER);
  kill(pid);
  const { exit, stdout } = await ended;
  expect({ exit, said: JSON.parse(stdout) }).toMatchObject({
    exit: 137,
    said: { outcome: 'released', exit: 137, signal: 'SIGKILL', issue: { state: 'ready' } },
  });
  expect(sandbox.jit(['show', id, '--json']).json).toMatchObject({
    issue: {
      state: 'ready',
      comments: [{ author: 'agent:a', body: expect.stringContaining('was ended by SIGKILL') }],
    },
  });
});

test('a command whose claim is stolen is stopped', { timeout: 60_000 }, async () => {
  const script = `trap 'echo told > stopped; exit 9' TERM; ${FOREVER}`;
  const { sandbox, id, ended } = await start(script, '--ttl', '1s');
  const stolen = sandbox.jit(['claim', id, 'agent:b', '--steal', '--reason', 'it hangs', '--json']);
  expect(stolen.json).toMatchObject({ outcome: 'claimed', lease: { epoch: 2 } });
  const { exit, stdout, stderr } = await ended;
  expect({ exit, stdout, error: lastLine(stderr).error }).toMatchObject({
    exit: 6,
    stdout: '',
    error: { code: 'STALE_EPOCH', details: { epoch: 1, current: 2, holder: 'agent:b', command_exit: 9 } },
  });
  expect(await contentOf(sandbox, 'stopped')).toBe('told\n');
  expect(sandbox.jit(['lease', 'show', id, '--json']).json).toMatchObject({
    state: 'in_progress',
    lease: { holder: 'agent:b', status: 'held' },
  });
});

test('when hold itself is killed, the next who asks gets the issue', { timeout: 60_000 }, async () => {
  const { sandbox, id, child, ended } = await start(FOREVER);
  const nothing = sandbox.jit(['claim-next', '--to', 'agent:b', '--json']);
  expect(nothing.json).toMatchObject({ kind: 'error', error: { code: 'NOTHING_READY' } });
  child.kill('SIGKILL');
  await ended;
  const next = sandbox.jit(['claim-next', '--to', 'agent:b', '--json']);
  expect(next.json).toMatchObject({
    outcome: 'claimed',
    issue: { id, assignee: 'agent:b' },
    lease: { epoch: 2 },
  });
  // The command still runs; what it does with jit is refused.
  const env = { JIT_AGENT_ID: 'agent:a', JIT_EPOCH: `${id}@1` };
  for (const words of [
    ['comment', id, 'I go on'],
    ['complete', id],
    ['heartbeat', id],
  ])
    expect(sandbox.jit([...words, '--json'], { env })).toMatchObject({ exit: 6 });
});
