import { type ChildProcess, spawn } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Ending, Supervised } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import type { Supervision } from './host.ts';

/** What ends a process that does not expect it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Once a program was told to end, whatever it has started is waited for so long; milliseconds. */
const PATIENCE = 6000;
const LOOK_AGAIN = 50;

/**
 * Starts a program and passes on the signals that would end us: it is the program that they are meant for. They stay caught
 * afterwards, so that what is left to do is done. Away from a terminal the program gets a process group of its own, so that a
 * signal reaches all that it has started. Throws FILE_NOT_FOUND where it cannot be started. `signals`: where ours come in.
 */
export function supervise(
  words: readonly string[],
  how: Supervision,
  signals: EventEmitter = process,
): Promise<Supervised> {
  const [command, ...args] = words as readonly [string, ...string[]];
  const grouped = !how.sharesTerminal;
  let interruptedBy: string | null = null;
  let send = (_signal: NodeJS.Signals): void => {};
  for (const signal of SIGNALS) {
    signals.on(signal, () => {
      interruptedBy ??= signal;
      // A terminal has sent it to the program already, and twice often means "at once".
      if (signal !== 'SIGINT' || !how.sharesTerminal) send(signal);
    });
  }
  const child = spawn(command, args, {
    cwd: how.cwd,
    env: how.env,
    stdio: ['inherit', how.quiet ? 2 : 'inherit', 'inherit'],
    detached: grouped,
  });
  let told = false;
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', async (code, signal) => {
      if (grouped && told) await untilGone(child);
      const exit = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({ exit, signal, interruptedBy });
    });
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(cannotStart(command, cause)));
    child.once('spawn', () => {
      send = (signal) => {
        told = true;
        if (!grouped) child.kill(signal);
        else signalGroup(child, signal);
      };
      // What came before there was somebody to pass it on to.
      if (interruptedBy !== null) send('SIGTERM');
      resolve({ ended, kill: send });
    });
  });
}

/** Returns whether anything is left of the group. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid!, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function untilGone(child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < PATIENCE && isAnyLeft(child); waited += LOOK_AGAIN) {
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_AGAIN);
    });
  }
}

/** Where nobody collects the dead, as in many containers, they stay in their group, and are told apart only by their state. */
function isAnyLeft(child: ChildProcess): boolean {
  if (!signalGroup(child, 0)) return false;
  const members = listGroup(child.pid!);
  return members === null || members.some((state) => state !== 'Z' && state !== 'X');
}

/** The states of the processes of a group; null where the system does not say. */
function listGroup(group: number): readonly string[] | null {
  const states: string[] = [];
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const [state, , own] = fieldsOf(name);
      if (Number(own) === group) states.push(state ?? '');
    }
  } catch {
    return null;
  }
  return states;
}

/** State, parent, group and what follows, from proc(5); the name before them, in parentheses, may hold anything. */
function fieldsOf(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

const cannotStart = (command: string, cause: NodeJS.ErrnoException): JitError => {
  const reason = REASONS[cause.code ?? ''] ?? cause.message;
  return new JitError('FILE_NOT_FOUND', `cannot start ${JSON.stringify(command)}: ${reason}`, {
    details: { command, cause: cause.code ?? null },
    hint: 'behind -- stands a program with its words; for more than one: -- sh -c "make && make test"',
    cause,
  });
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it may not be executed',
};
