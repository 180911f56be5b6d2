import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Ending, Supervised } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import type { Supervision } from './host.ts';

/** What ends a process that does not expect it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a program and passes on the signals that would end us: it is the program that they are meant for. They stay caught
 * afterwards, so that what is left to do is done. Throws FILE_NOT_FOUND where it cannot be started.
 */
export function supervise(words: readonly string[], how: Supervision): Promise<Supervised> {
  const [command, ...args] = words as readonly [string, ...string[]];
  let interruptedBy: string | null = null;
  let pass = (_signal: NodeJS.Signals): void => {};
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      interruptedBy ??= signal;
      // The terminal has sent it to the program already, and twice often means "at once".
      if (signal !== 'SIGINT' || !how.sharesTerminal) pass(signal);
    });
  }
  const child = spawn(command, args, {
    cwd: how.cwd,
    env: how.env,
    stdio: ['inherit', how.quiet ? 2 : 'inherit', 'inherit'],
  });
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      const exit = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({ exit, signal, interruptedBy });
    });
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(cannotStart(command, cause)));
    child.once('spawn', () => {
      pass = (signal) => child.kill(signal);
      // What came before there was somebody to pass it on to.
      if (interruptedBy !== null) child.kill('SIGTERM');
      resolve({ ended, kill: (signal) => child.kill(signal) });
    });
  });
}

const cannotStart = (command: string, cause: NodeJS.ErrnoException): JitError =>
  new JitError(
    'FILE_NOT_FOUND',
    `cannot start ${JSON.stringify(command)}: ${REASONS[cause.code ?? ''] ?? cause.message}`,
    {
      details: { command, cause: cause.code ?? null },
      hint: 'behind -- stands a program with its words; for more than one: -- sh -c "make && make test"',
      cause,
    },
  );

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it may not be executed',
};
