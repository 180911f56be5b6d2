import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { supervise } from '../../src/main/supervise.ts';
import { temporaryDirectory } from '../support/cli.ts';
import { refusalIn } from '../support/refusal.ts';

/** Starts a script in a directory of its own; `signals` stands for those that this process would get. */
async function start(script: string, sharesTerminal = false) {
  const cwd = temporaryDirectory();
  const signals = new EventEmitter();
  const how = { env: process.env, cwd, quiet: true, sharesTerminal };
  const program = await supervise(['sh', '-c', script], how, signals);
  const exists = async (name: string): Promise<string> => {
    await expect.poll(() => existsSync(join(cwd, name)), { timeout: 10_000, interval: 5 }).toBe(true);
    return readFileSync(join(cwd, name), 'utf8');
  };
  return { program, signals, exists, cwd };
}

const isRunning = (pid: number): boolean => {
  try {
    // A zombie that nobody waits for does nothing any more.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a program that is supervised', () => {
  test.each([
    ['exit 0', { exit: 0, signal: null }],
    ['exit 7', { exit: 7, signal: null }],
    ['kill -9 $$', { exit: 137, signal: 'SIGKILL' }],
  ])('ends by itself: %s', async (script, ending) => {
    const { program } = await start(script);
    expect(await program.ended).toEqual({ ...ending, interruptedBy: null });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('gets %s', async (signal) => {
    const { program, signals, exists } = await start('echo > up; while :; do sleep 0.05; done');
    await exists('up');
    signals.emit(signal, signal);
    expect(await program.ended).toMatchObject({ signal, interruptedBy: signal });
  });

  test('gets no interrupt twice from a terminal that it shares', async () => {
    const script = 'trap "echo x >> int" INT; trap "exit 3" TERM; echo > up; while :; do sleep 0.05; done';
    const { program, signals, exists, cwd } = await start(script, true);
    await exists('up');
    signals.emit('SIGINT', 'SIGINT');
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await program.ended).toEqual({ exit: 3, signal: null, interruptedBy: 'SIGINT' });
    expect(existsSync(join(cwd, 'int'))).toBe(false);
  });

  test('is stopped with all that it has started', async () => {
    const { program, exists } = await start('sleep 300 & echo $! > pid; echo > up; wait');
    await exists('up');
    const pid = Number(await exists('pid'));
    expect(isRunning(pid)).toBe(true);
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(isRunning(pid)).toBe(false);
  });

  test('ends only with the last of them, once it was told to', async () => {
    const stubborn = `sh -c 'trap "" TERM; echo $$ > pid; echo > up; while :; do sleep 0.05; done' & wait`;
    const { program, exists } = await start(stubborn);
    await exists('up');
    const pid = Number(await exists('pid'));
    program.kill('SIGTERM');
    const early = await Promise.race([
      program.ended,
      new Promise((resolve) => setTimeout(resolve, 300, 'not yet')),
    ]);
    expect(early).toBe('not yet');
    program.kill('SIGKILL');
    expect(await program.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(isRunning(pid)).toBe(false);
  });

  test.each([
    ['/no/such/program', 'there is no such program'],
    ['/etc/passwd', 'it may not be executed'],
  ])('cannot be %s', async (command, reason) => {
    const how = { env: process.env, cwd: '/', quiet: true, sharesTerminal: false };
    const error = await refusalIn(supervise([command], how, new EventEmitter()));
    expect(error).toMatchObject({ code: 'FILE_NOT_FOUND', message: `cannot start "${command}": ${reason}` });
  });
});
