import { type ChildProcess, spawn } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeSandbox, type Sandbox } from '../support/binary.ts';
import { report } from '../support/report.ts';

// The real program, and holders that are killed or stopped.

const B = { JIT_AGENT_ID: 'agent:b' };

function start(): { sandbox: Sandbox; id: string } {
  const sandbox = makeSandbox();
  sandbox.jit(['init']);
  const id = sandbox.jit(['create', 'Work', '--gate', 'unit-tests']).stdout.trim();
  return { sandbox, id };
}

/** A process that does nothing but live. */
function startWorker(): ChildProcess {
  const worker = spawn('sleep', ['600']);
  onTestFinished(() => void worker.kill('SIGKILL'));
  return worker;
}

test('when a process that a claim is tied to is killed, the next who asks gets the issue, at the first try', async () => {
  const { sandbox, id } = start();
  const worker = startWorker();
  const tie = ['--to', 'agent:a', '--tie-pid', String(worker.pid), '--ttl', '0'];
  expect(sandbox.jit(['claim', id, ...tie]).exit).toBe(0);
  expect(sandbox.jit(['claim-next', '--json'], { env: B }).json).toMatchObject({
    error: { code: 'NOTHING_READY' },
  });
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGKILL');
  await gone;
  const begun = performance.now();
  const next = sandbox.jit(['claim-next', '--json'], { env: B });
  const seconds = (performance.now() - begun) / 1000;
  expect(next.json).toMatchObject({
    outcome: 'claimed',
    issue: { id },
    lease: { epoch: 2, holder: 'agent:b' },
  });
  report('a holder is killed', { 'the next has the issue after seconds': seconds.toFixed(2) });
  expect(sandbox.jit(['validate']).exit).toBe(0);
});

test('a process that does not run cannot be tied to', () => {
  const { sandbox, id } = start();
  const refused = sandbox.jit(['claim', id, '--to', 'agent:a', '--tie-pid', '999999999', '--json']);
  expect({ exit: refused.exit, json: refused.json }).toMatchObject({
    exit: 2,
    json: { error: { code: 'USAGE' } },
  });
  expect(sandbox.jit(['lease', 'list', '--json']).json).toMatchObject({ count: 0 });
});

describe('a holder that was stopped, and wakes up after somebody took the issue', () => {
  const WRITES: readonly (readonly string[])[] = [
    ['complete', 'ID'],
    ['release', 'ID'],
    ['comment', 'ID', 'still here'],
    ['gate', 'pass', 'ID', 'unit-tests'],
    ['update', 'ID', '--priority', 'high'],
    ['update', 'ID', '--state', 'done'],
    ['assign', 'ID', 'agent:a'],
    ['unassign', 'ID'],
    ['archive', 'ID'],
    ['delete', 'ID', '--yes'],
    ['lease', 'renew', 'ID'],
    ['lease', 'release', 'ID'],
  ];

  const revisionOf = (sandbox: Sandbox, id: string): unknown =>
    (sandbox.jit(['show', id, '--json']).json.issue as { rev: string }).rev;

  /** Stops the process that a claim is tied to; it goes on with all it can think of once somebody else has the issue. */
  async function stopAndWake(env: Readonly<Record<string, string>>, options: readonly string[]) {
    const { sandbox, id } = start();
    const worker = startWorker();
    const tie = ['--tie-pid', String(worker.pid), '--ttl', '1s'];
    expect(sandbox.jit(['claim', id, '--to', 'agent:a', ...tie]).exit).toBe(0);
    worker.kill('SIGSTOP');
    await expect
      .poll(() => sandbox.jit(['claim-next', '--json'], { env: B }).json, { timeout: 10_000, interval: 100 })
      .toMatchObject({ issue: { id }, lease: { epoch: 2 } });
    const before = revisionOf(sandbox, id);
    worker.kill('SIGCONT');
    const codes = WRITES.map((words) => {
      const line = [...words.map((word) => (word === 'ID' ? id : word)), ...options, '--json'];
      const ran = sandbox.jit(line, { env: { JIT_AGENT_ID: 'agent:a', ...env } });
      if (ran.exit === 0) return `${words.join(' ')}: done`;
      const { error } = ran.json as unknown as { error: { code: string } };
      expect(JSON.stringify(ran.json)).toContain('agent:b');
      return error.code;
    });
    return { codes, before, after: revisionOf(sandbox, id) };
  }

  test('is refused all that it tries under its epoch, and is told who has the issue now', async () => {
    const { codes, before, after } = await stopAndWake({}, ['--epoch', '1']);
    expect(new Set(codes)).toEqual(new Set(['STALE_EPOCH']));
    expect(after).toEqual(before);
  });

  test('is refused the same when the environment has the epoch', async () => {
    const sandbox = makeSandbox();
    sandbox.jit(['init']);
    const id = sandbox.jit(['create', 'Work', '--gate', 'unit-tests']).stdout.trim();
    sandbox.jit(['claim', id, '--to', 'agent:a']);
    sandbox.jit(['claim', id, '--to', 'agent:b', '--steal', '--reason', 'it hangs']);
    for (const words of WRITES) {
      const line = [...words.map((word) => (word === 'ID' ? id : word)), '--json'];
      const ran = sandbox.jit(line, { env: { JIT_AGENT_ID: 'agent:a', JIT_EPOCH: `${id.slice(-8)}@1` } });
      expect({ line: words.join(' '), code: (ran.json.error as { code: string } | undefined)?.code }).toEqual(
        {
          line: words.join(' '),
          code: 'STALE_EPOCH',
        },
      );
    }
  });

  test('is refused all that is the holder’s when it says no epoch', async () => {
    const { codes } = await stopAndWake({}, []);
    const open = [
      'comment ID still here: done',
      'gate pass ID unit-tests: done',
      'update ID --priority high: done',
    ];
    expect(
      codes
        .filter((code) => !open.includes(code))
        .every((code) => ['NOT_HOLDER', 'STALE_EPOCH'].includes(code)),
    ).toBe(true);
    expect(codes.filter((code) => open.includes(code))).toHaveLength(3);
  });
});
