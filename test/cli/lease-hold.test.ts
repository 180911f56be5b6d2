import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { declaration } from '../../src/cli/lease/hold.ts';
import { parse } from '../../src/cli/parse.ts';
import { explainMistake } from '../../src/cli/usage.ts';
import { JitError } from '../../src/domain/errors.ts';
import type { Host } from '../../src/main/host.ts';
import type { Store } from '../../src/store/store.ts';
import { type Cli, type Ran, startCli } from '../support/cli.ts';
import { asJson, create, document, expectFailure } from '../support/command-line.ts';
import { GATES } from '../support/issues.ts';
import { bringClaims } from '../support/merged-claims.ts';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Supervision = Parameters<Host['supervise']>[1];
type Ending = Awaited<Awaited<ReturnType<Host['supervise']>>['ended']>;

/** A program that does what the test says. */
function makeProgram() {
  const signals: string[] = [];
  let end = (_ending: Partial<Ending>): void => {};
  let begin = (_started: { words: readonly string[]; how: Supervision }): void => {};
  const started = new Promise<{ words: readonly string[]; how: Supervision }>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<Ending>((resolve) => {
    end = (ending) => resolve({ exit: 0, signal: null, interruptedBy: null, ...ending });
  });
  const supervise: Host['supervise'] = async (words, how) => {
    begin({ words, how });
    return { ended, kill: (signal) => void signals.push(signal) };
  };
  return { supervise, started, signals, end: (ending: Partial<Ending> = {}) => end(ending) };
}

type Program = ReturnType<typeof makeProgram>;

interface Holding {
  readonly cli: Cli;
  readonly id: string;
  readonly program: Program;
  /** What the program was started with. */
  readonly how: Supervision;
  readonly words: readonly string[];
  /** What jit did, once it ended. */
  readonly ran: Promise<Ran>;
}

/** Starts `jit lease hold` on a new issue, until its program runs. */
async function hold(
  options: readonly string[] = [],
  { gates = '', env = {} }: { readonly gates?: string; readonly env?: Record<string, string> } = {},
): Promise<Holding> {
  const program = makeProgram();
  const cli = startCli({ content: { gates: GATES }, env, supervise: program.supervise });
  const id = await create(cli, 'Work', ...(gates === '' ? [] : ['-g', gates]));
  const line = ['lease', 'hold', id, '--to', 'agent:a', ...options, '--', 'make', '--json', 'test'];
  const ran = cli(line);
  const { words, how } = await Promise.race([program.started, ran.then(failEarly)]);
  return { cli, id, program, how, words, ran };
}

const failEarly = ({ stdout, stderr }: Ran): never => {
  throw new Error(`it ended before the program ran: ${stdout}${stderr}`);
};

const issueOf = async (cli: Cli, id: string) => (await document(cli, `show ${id}`)).issue;
const leaseOf = async (cli: Cli, id: string) => (await document(cli, `lease show ${id}`)).lease;

describe('what stands behind --', () => {
  const read = (...words: string[]) => parse(declaration, words);

  test.each([
    [['A', '--', 'make']],
    [['A', '--', 'npm', 'run', 'x', '--', '--json', '--help']],
    [['A', '--', 'grep', '', '-x', ' ']],
    [['A', '--to', 'agent:a', '--', '--odd', '--to', 'b']],
  ])('%j reaches the command untouched', (words) => {
    const parsed = read(...words);
    expect(parsed).toMatchObject({
      verdict: 'right',
      input: { id: 'A', command: words.slice(words.indexOf('--') + 1) },
      globals: { json: false },
    });
  });

  test.each([
    [['A'], 'missing -- COMMAND'],
    [['A', '--'], 'missing -- COMMAND'],
    [['A', 'make', 'test'], 'missing -- COMMAND'],
    [['A', 'make', '--', 'test'], 'unexpected argument "make"'],
    [['--', 'A', 'make'], 'missing ID'],
    [['A', '--', '', 'x'], 'the value of COMMAND is empty'],
    [['A', '--json', 'make'], 'missing -- COMMAND'],
  ])('%j is refused: %s', (words, message) => {
    const parsed = read(...words);
    if (parsed.verdict !== 'wrong') throw new Error(JSON.stringify(parsed));
    const error = explainMistake(declaration, parsed.mistake);
    expect(error.message).toBe(message);
    if (message.startsWith('missing')) expect(error.hint).toBe('jit lease hold ID [options] -- COMMAND...');
  });
});

describe('jit lease hold', () => {
  test('claims for its own process, and tells the command what it works on', async () => {
    const { cli, id, program, how, words, ran } = await hold(['--ttl', '1h'], {
      env: { JIT_EPOCH: '01KDY000000000000000000009@4', KEPT: 'yes' },
    });
    expect(words).toEqual(['make', '--json', 'test']);
    expect(how).toMatchObject({
      cwd: cli.cwd,
      quiet: false,
      sharesTerminal: false,
      env: {
        JIT_ISSUE: id,
        JIT_AGENT_ID: 'agent:a',
        JIT_EPOCH: `${id}@1,01KDY000000000000000000009@4`,
        KEPT: 'yes',
      },
    });
    expect(how.env.JIT_DATA_DIR).toBeUndefined();
    expect(await leaseOf(cli, id)).toMatchObject({
      status: 'held',
      holder: 'agent:a',
      ttl: 3600,
      pid: process.pid,
    });
    program.end();
    expect(await ran).toMatchObject({ exit: 0, stdout: '', stderr: '' });
  });

  test('passes the store on that it was told', async () => {
    const { cli, id } = await hold();
    const program = makeProgram();
    const other = startCli({ store: cli.store, env: {}, supervise: program.supervise });
    await cli(`lease release ${id} --force`);
    const ran = other(['lease', 'hold', id, '--to', 'agent:b', '--dir', other.cwd, '--', 'make']);
    expect((await program.started).how.env.JIT_DATA_DIR).toBe(`${other.cwd}/.jit`);
    program.end();
    await ran;
  });

  test.each([
    ['done when it succeeds', [], '', 'done', 'done'],
    ['gated when gates are pending', [], 'tests', 'gated', 'gated'],
    ['gated on request', ['--on-success', 'gate'], 'tests', 'gated', 'gated'],
    ['given back on request', ['--on-success', 'release'], '', 'ready', 'released'],
  ])('leaves the issue %s', async (_, options, gates, state, outcome) => {
    const { cli, id, program, ran } = await hold([...options, '--comment', 'it works', '--json'], { gates });
    program.end();
    const { exit, json, stderr } = await ran;
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(json).toEqual({
      schema_version: 1,
      kind: 'lease-hold',
      id,
      ref: id.slice(-8),
      epoch: 1,
      outcome,
      issue: expect.objectContaining({ id, state }),
      command: ['make', '--json', 'test'],
      exit: 0,
      signal: null,
      interrupted_by: null,
      became_ready: [],
    });
    expect((await issueOf(cli, id)).comments).toMatchObject([{ body: 'it works', author: 'agent:a' }]);
  });

  test('has the command write to stderr when stdout is for a document', async () => {
    const { how, program, ran } = await hold(['--json']);
    expect(how.quiet).toBe(true);
    program.end();
    await ran;
  });

  test.each([
    [{ exit: 3 }, 3, '`make --json test` ended with exit code 3'],
    [{ exit: 137, signal: 'SIGKILL' }, 137, '`make --json test` was ended by SIGKILL'],
    [
      { exit: 130, signal: 'SIGINT', interruptedBy: 'SIGINT' },
      130,
      '`make --json test` was ended by SIGINT, after SIGINT to jit lease hold',
    ],
    // It ended well, but it was told to end.
    [
      { exit: 0, interruptedBy: 'SIGTERM' },
      130,
      '`make --json test` ended with exit code 0, after SIGTERM to jit lease hold',
    ],
  ])('gives the issue back with a comment when the command ends with %j', async (ending, exit, comment) => {
    const { cli, id, program, ran } = await hold(['--comment', 'it works', '--json']);
    program.end(ending);
    const done = await ran;
    expect(done.exit).toBe(exit);
    expect(done.json).toMatchObject({ outcome: 'released', exit: ending.exit, issue: { state: 'ready' } });
    const issue = await issueOf(cli, id);
    expect(issue).toMatchObject({ state: 'ready', assignee: null });
    expect(issue.comments.map(({ body }: { body: string }) => body)).toEqual([comment]);
    expect((await leaseOf(cli, id)).status).toBe('released');
  });

  test('lets only gates decide when they are to, and gives back what has none', async () => {
    const { cli, id, program, ran } = await hold(['--on-success', 'gate', '--json']);
    program.end();
    const { exit, json } = await ran;
    expect({ exit, error: json }).toMatchObject({
      exit: 4,
      error: { error: { code: 'INVALID_TRANSITION', message: expect.stringContaining('given back') } },
    });
    expect(await issueOf(cli, id)).toMatchObject({
      state: 'ready',
      comments: [{ body: expect.stringContaining('none is pending') }],
    });
  });

  test('gives back what cannot be started, as if nothing had been', async () => {
    const supervise: Host['supervise'] = async () => {
      throw new JitError('FILE_NOT_FOUND', 'cannot start "nonsense": there is no such program');
    };
    const cli = startCli({ env: {}, supervise });
    const id = await create(cli, 'Work');
    const ran = await cli(asJson(['lease', 'hold', id, '--to', 'agent:a', '--', 'nonsense']));
    expect(ran).toMatchObject({ exit: 3, json: { error: { code: 'FILE_NOT_FOUND' } } });
    expect(await issueOf(cli, id)).toMatchObject({ state: 'ready', comments: [] });
  });

  test('says who claims, and claims only what can be claimed', async () => {
    const cli = startCli({ env: {} });
    const id = await create(cli, 'Work');
    const waits = await create(cli, 'Waits', '--needs', id);
    await expectFailure(cli, ['lease', 'hold', id, '--', 'make'], { exit: 2, code: 'IDENTITY_REQUIRED' });
    await expectFailure(cli, ['lease', 'hold', waits, '--to', 'agent:a', '--', 'make'], {
      exit: 4,
      code: 'BLOCKED',
    });
    await cli(`claim ${id} agent:b`);
    await expectFailure(cli, ['lease', 'hold', id, '--to', 'agent:a', '--', 'make'], {
      exit: 6,
      code: 'ALREADY_CLAIMED',
    });
    const odd = startCli({ store: cli.store, env: { JIT_EPOCH: 'nonsense' } });
    await expectFailure(odd, ['lease', 'hold', id, '--to', 'agent:b', '--', 'make'], {
      exit: 2,
      code: 'USAGE',
    });
  });

  test('takes over what the same name has claimed before, but not what another process of it keeps', async () => {
    const program = makeProgram();
    const cli = startCli({ env: {}, supervise: program.supervise });
    const [id, kept] = [await create(cli, 'Work'), await create(cli, 'Kept')];
    await cli(`claim ${id} agent:a`);
    const ran = cli(['lease', 'hold', id, '--to', 'agent:a', '--', 'make']);
    await program.started;
    expect(await leaseOf(cli, id)).toMatchObject({ epoch: 1, pid: process.pid });
    program.end();
    expect((await ran).exit).toBe(0);

    await cli(`claim ${kept} agent:a --tie-pid ${process.ppid}`);
    await expectFailure(cli, ['lease', 'hold', kept, '--to', 'agent:a', '--', 'make'], {
      exit: 6,
      code: 'ALREADY_CLAIMED',
      message: new RegExp(`for process ${process.ppid}, which runs`),
    });
  });

  test('renews at a third of the ttl', async () => {
    const { cli, id, program, ran } = await hold(['--ttl', '15m']);
    for (let renewal = 1; renewal <= 6; renewal += 1) {
      cli.clock.forward(5 * MINUTE);
      await vi.advanceTimersByTimeAsync(5 * MINUTE);
      expect(await leaseOf(cli, id), `renewal ${renewal}`).toMatchObject({ life: 'live', remaining: 900 });
    }
    program.end();
    expect((await ran).exit).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['0', '7d'])('looks every ten minutes with a ttl of %s', async (ttl) => {
    const { cli, id, program, ran } = await hold(['--ttl', ttl]);
    const { renewals } = await leaseOf(cli, id);
    await vi.advanceTimersByTimeAsync(10 * MINUTE - 1);
    expect((await leaseOf(cli, id)).renewals).toBe(renewals);
    await vi.advanceTimersByTimeAsync(1);
    expect((await leaseOf(cli, id)).renewals).toBe(renewals + 1);
    program.end();
    await ran;
  });

  test.each([
    ['stolen', ['claim', 'ID', 'agent:thief', '--steal', '--reason', 'it hangs'], 'agent:thief', 2],
    ['freed by force', ['lease', 'release', 'ID', '--force', '--by', 'human:lead'], null, 1],
  ])('stops the command when the claim is %s', async (_, line, holder, current) => {
    const { cli, id, program, ran } = await hold(['--ttl', '30s', '--json']);
    expect((await cli(line.map((word) => (word === 'ID' ? id : word)))).exit).toBe(0);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(program.signals).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(program.signals).toEqual(['SIGTERM']);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(program.signals).toEqual(['SIGTERM']);
    await vi.advanceTimersByTimeAsync(1);
    expect(program.signals).toEqual(['SIGTERM', 'SIGKILL']);
    const before = await issueOf(cli, id);
    program.end({ exit: 137, signal: 'SIGKILL' });
    const { exit, json } = await ran;
    expect({ exit, json }).toMatchObject({
      exit: 6,
      json: {
        error: {
          code: 'STALE_EPOCH',
          details: { epoch: 1, current, holder, command_exit: 137, command_signal: 'SIGKILL' },
        },
      },
    });
    expect(await issueOf(cli, id)).toEqual(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose claim a merge gives to another clone is told who has it, and its command is stopped', async () => {
    const { cli, id, program, ran } = await hold(['--json', '--ttl', '30s']);
    const byB = { state: 'in_progress', assignee: 'agent:b', claim_epoch: 1 } as const;
    await bringClaims(cli.store as Store, id, byB, [['agent:b', 1]]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(program.signals).toEqual(['SIGTERM']);
    program.end({ exit: 143, signal: 'SIGTERM' });
    expect(await ran).toMatchObject({
      exit: 6,
      json: { error: { code: 'STALE_EPOCH', message: expect.stringContaining('agent:b has it') } },
    });
    expect(await issueOf(cli, id)).toMatchObject({ ...byB, comments: [] });
  });

  test('that loses its claim just before the command ends well changes nothing', async () => {
    const { cli, id, program, ran } = await hold(['--json']);
    await cli(['claim', id, 'agent:thief', '--steal', '--reason', 'it hangs']);
    program.end();
    expect(await ran).toMatchObject({ exit: 6, json: { error: { code: 'STALE_EPOCH' } } });
    expect(await issueOf(cli, id)).toMatchObject({ state: 'in_progress', assignee: 'agent:thief' });
  });

  test.each([
    ['completes it', 'complete ID', 0, 'done', 'done'],
    ['completes it, and fails afterwards', 'complete ID', 4, 'done', 'done'],
    ['gives it back', 'release ID', 0, 'released', 'ready'],
    ['gives it back, and fails', 'release ID', 4, 'released', 'ready'],
  ])('leaves it at that when the command itself %s', async (_, line, exit, outcome, state) => {
    const { cli, id, program, how, ran } = await hold(['--json']);
    const inside = startCli({
      store: cli.store,
      clock: cli.clock,
      env: Object.fromEntries(['JIT_AGENT_ID', 'JIT_EPOCH'].map((name) => [name, how.env[name]!])),
    });
    expect((await inside(line.replace('ID', id))).exit).toBe(0);
    program.end({ exit });
    expect(await ran).toMatchObject({ exit, json: { outcome, issue: { state } } });
    expect((await issueOf(cli, id)).comments).toEqual([]);
  });

  test('goes on for as long as the command does that has completed its issue', async () => {
    const { cli, id, program, ran } = await hold(['--ttl', '30s']);
    await cli(`complete ${id} --by agent:a`);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(program.signals).toEqual([]);
    program.end();
    expect((await ran).exit).toBe(0);
  });

  test('tries again when a renewal fails for another reason, and tells it once', async () => {
    const { cli, id, program, ran } = await hold(['--ttl', '4m', '--json']);
    const { renew } = cli.leases!;
    const broken = vi
      .spyOn(cli.leases!, 'renew')
      .mockRejectedValue(new JitError('DISK_FULL', 'no space left'));
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(broken.mock.calls.length).toBeGreaterThan(2);
    broken.mockImplementation(renew);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(program.signals).toEqual([]);
    program.end();
    const { exit, json } = await ran;
    expect({ exit, json }).toMatchObject({ exit: 0, json: { outcome: 'done', id } });
    expect(json.warnings).toMatchObject([{ code: 'lease-not-renewed', id }]);
  });

  test('says at a terminal what became of it, on stderr', async () => {
    const program = makeProgram();
    const terminal = { stderr: true, stdout: true, interactive: true };
    const cli = startCli({ env: {}, terminal, supervise: program.supervise });
    const id = (await cli('create Work')).stdout.trim();
    const ran = cli(['lease', 'hold', id, '--', 'make']);
    expect((await program.started).how.sharesTerminal).toBe(true);
    program.end();
    expect(await ran).toMatchObject({ stdout: '', stderr: `done: ${id.slice(-8)} Work\n` });
  });
});
