import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scratch } from './scratch.ts';

const SOURCE = fileURLToPath(new URL('stop-shim.c', import.meta.url));

/** A system call that changes something below the repository. */
export interface Call {
  readonly name: string;
  /** What it changes, without all that differs from run to run: `.jit/local/journal/`. */
  readonly place: string;
  /** Which of the calls with this name and this place, from 1. */
  readonly nth: number;
  readonly path: string;
}

/** One moment at which a process is stopped. `half`: when a write has written half of its bytes. */
export interface Point extends Call {
  readonly when: 'before' | 'half' | 'after';
}

/** The repository in which calls count. */
type Where = Pick<Scratch, 'root'>;

/** Stops the real binary around its system calls, through LD_PRELOAD. */
export interface StopShim {
  /** What the environment needs so that the calls are counted and named in `log`. */
  counting(scratch: Where, log: string): Record<string, string>;
  /** What the environment needs so that the process gets the signal at this point. */
  stopping(scratch: Where, point: Point, signal: 'SIGKILL' | 'SIGSTOP'): Record<string, string>;
  remove(): void;
}

/** Compiles the shim; null where there is no C compiler, or no system that knows LD_PRELOAD. */
export function compileStopShim(): StopShim | null {
  if (process.platform !== 'linux') return null;
  const directory = mkdtempSync(join(tmpdir(), 'jit-shim-'));
  const library = join(directory, 'stop-shim.so');
  try {
    execFileSync('cc', ['-Wall', '-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const around = (scratch: Where) => ({ LD_PRELOAD: library, JIT_SHIM_DIR: scratch.root });
  return {
    counting: (scratch, log) => ({ ...around(scratch), JIT_SHIM_LOG: log }),
    stopping: (scratch, { name, place, nth, when }, signal) => ({
      ...around(scratch),
      JIT_SHIM_CALL: name,
      JIT_SHIM_PLACE: place,
      JIT_SHIM_AT: String(nth),
      JIT_SHIM_WHEN: when,
      JIT_SHIM_SIGNAL: String(constants.signals[signal]),
    }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The calls that a counting run has named. */
export function readCalls(log: string): readonly Call[] {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  const counts = new Map<string, number>();
  return lines.map((line) => {
    const [, name, place, path] = /^(\S+) (\S*) (.*)$/.exec(line) as unknown as [
      string,
      string,
      string,
      string,
    ];
    const nth = (counts.get(`${name} ${place}`) ?? 0) + 1;
    counts.set(`${name} ${place}`, nth);
    return { name, place, nth, path };
  });
}

// How often the index asks it depends on how fast it ticks: such a call may not come again. test/store/files/index stops at these.
const CLOCK = '.jit/local/cache/clock';

/** Every moment at which a process can be stopped around these calls. */
export const pointsOf = (calls: readonly Call[]): readonly Point[] =>
  calls.flatMap((call) => {
    if (call.place === CLOCK) return [];
    const moments: Point['when'][] =
      call.name === 'write' ? ['before', 'half', 'after'] : ['before', 'after'];
    return moments.map((when) => ({ ...call, when }));
  });

/** Whether it is around the commit: the link of an entry of the journal. */
export const isCommit = ({ name, place }: Call): boolean =>
  name === 'link' && place === '.jit/local/journal/';

/** Where a point is, without anything that differs from run to run. */
export const nameOfPoint = ({ when, nth, name, place }: Point): string =>
  `${when} ${name} ${nth} of ${place}`;

/** The name of a test that needs the shim, with the reason when it cannot run. */
export const withShim = (name: string, shim: StopShim | null): string =>
  shim === null ? `${name} (skipped: there is no cc to compile the shim)` : name;
