import { JitError } from '../domain/errors.ts';
import { environmentForGit } from './environment.ts';

/** How git ended, and what it said. */
export interface GitRun {
  /** null when a signal ended it, for example because its time was up. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was stopped because its time was up. What it was doing may have happened all the same. */
  readonly timedOut: boolean;
}

export interface GitOptions {
  /** What git reads; nothing by default. */
  readonly input?: string;
  /** Milliseconds; 30,000 by default. */
  readonly timeout?: number;
  /** The environment to start from; the one of this process by default. */
  readonly env?: Environment;
  /** Variables that tell git where to work, for one run: everything of the kind that was inherited is gone. */
  readonly place?: Readonly<Record<`GIT_${string}`, string>>;
  /** Takes what git prints as it comes, in bytes and without a limit; `stdout` is empty then. */
  readonly onOutput?: (bytes: Uint8Array) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_TIMEOUT = 30_000;

/** Characters of output; enough for the list of a hundred thousand references. */
const MOST_OUTPUT = { stdout: 16 * 1024 * 1024, stderr: 1024 * 1024 };

/** How long git may take to stop by itself, and how long its children may keep its output open after it ended. Milliseconds. */
const GRACE = 1_000;

/**
 * Runs git in a directory, waits for its end, and never for a person: it cannot ask for a password.
 * Throws GIT when git cannot be started or says too much; that it failed is for the caller to judge.
 */
export async function runGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitRun> {
  const { input = '', timeout = DEFAULT_TIMEOUT, env = process.env, place = {}, onOutput } = options;
  // Not imported at the top: most commands never start git.
  const { execa } = await import('execa');
  const running = execa('git', [...args], {
    cwd: directory,
    // It asks nothing, and speaks English.
    env: { ...environmentForGit(env), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...place },
    extendEnv: false,
    input,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MOST_OUTPUT,
    buffer: { stdout: onOutput === undefined },
    // A group of its own, so that the programs that git starts (ssh, remote helpers) are stopped with it; and without a terminal,
    // on which they would ask.
    detached: true,
  });
  if (onOutput !== undefined) running.stdout.on('data', onOutput);
  let timedOut = false;
  const timers = [
    setTimeout(() => {
      timedOut = true;
      stopGroup(running.pid, 'SIGTERM');
      timers.push(setTimeout(() => stopGroup(running.pid, 'SIGKILL'), GRACE));
    }, timeout),
  ];
  running.once('exit', () => {
    if (timedOut) stopGroup(running.pid, 'SIGKILL');
    // What git left in the background (a shared connection of ssh) has inherited its output, and may keep it open for hours.
    timers.push(
      setTimeout(() => {
        running.stdout.destroy();
        running.stderr.destroy();
      }, GRACE),
    );
  });
  const ended = await running.finally(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  if (ended.exitCode === undefined && ended.signal === undefined) throw cannotRun(directory, ended.cause);
  if (ended.isMaxBuffer) throw cannotRun(directory, new Error('its output has no end'));
  return { status: ended.exitCode ?? null, stdout: ended.stdout ?? '', stderr: ended.stderr, timedOut };
}

function stopGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

function cannotRun(directory: string, cause: unknown): JitError {
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  const why = code === 'ENOENT' ? 'it, or the directory to run it in, is not there' : (code ?? message);
  return new JitError('GIT', `cannot run git: ${why ?? 'unknown'}`, {
    details: { directory },
    hint: 'is git installed, and on the PATH?',
    cause,
  });
}
