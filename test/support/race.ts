import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, type Scratch } from './scratch.ts';

const PRELOAD = fileURLToPath(new URL('preload.cjs', import.meta.url));

/** A shell script that runs beside others. */
export interface Racer {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** One in so many of all processes, from the first on, does not queue at the lock; null: all queue. Commits are safe without; the lock only keeps them from colliding. */
  readonly unlocked: number | null;
  /** Whether all of them work on one store and queue, so that no two of them stand before the same lease. */
  readonly takeTurns?: boolean;
  /** The share of its operations in which the process is stopped for 50 to 500 ms (SIGSTOP), wherever it is; default 0. */
  readonly pauses?: number;
}

export interface Race {
  /** Standard output of each racer, in the order given. */
  readonly said: readonly string[];
  /** How many commits found the number that they wanted taken by another: EEXIST at the journal's link. */
  readonly conflicts: number;
  /** How many grants found the number that they wanted taken by another: EEXIST at the link of a lease. */
  readonly leaseConflicts: number;
  /** How many asked for a lease that looked free, and that somebody else had. */
  readonly lost: number;
  /** How often a process was stopped. */
  readonly paused: number;
}

/**
 * Runs shell scripts at once. The first jit of each starts up, says so, and waits at a barrier that opens when all
 * of them stand there; so does a program that works in rounds before each of them. Throws when a script fails.
 */
export async function race(scratch: Scratch, racers: readonly Racer[], rounds = 1): Promise<Race> {
  const directory = mkdtempSync(join(scratch.beside, 'race-'));
  const gate = join(directory, 'gate');
  const counts = join(directory, 'counts');
  let ended = 0;
  const running = racers.map(async ({ script, env, unlocked, takeTurns = false, pauses = 0 }) => {
    const ran = await scratch.run('sh', ['-e', '-c', script], {
      env: {
        ...env,
        NODE_OPTIONS: `--require=${PRELOAD}`,
        JIT_TEST_GATE: gate,
        JIT_TEST_COUNTS: counts,
        JIT_TEST_PAUSES: String(pauses),
        JIT_TEST_TURNS: takeTurns ? 'all' : 'some',
        ...(unlocked === null ? {} : { JIT_TEST_UNLOCKED: String(unlocked) }),
      },
    });
    ended += 1;
    if (ran.exit !== 0) throw new Error(`a racer exited ${describe(ran)}`);
    return ran.stdout;
  });
  const stopWaking = wakeThePaused(`${gate}.pauses`);
  try {
    const all = Promise.all(running);
    for (let round = 1; round <= rounds; round += 1) {
      const waiting = `${gate}-${round}.waiting`;
      // Whoever ends before a barrier opened has failed.
      while (read(waiting).length + ended < racers.length) await new Promise((go) => setTimeout(go, 5));
      writeFileSync(`${gate}-${round}`, '');
    }
    const said = await all;
    const letters = read(counts);
    const count = (letter: string): number => letters.split(letter).length - 1;
    return {
      said,
      conflicts: count('j'),
      leaseConflicts: count('l'),
      lost: count('r'),
      paused: count('p'),
    };
  } finally {
    await Promise.allSettled(running);
    stopWaking();
  }
}

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Wakes processes that stop themselves, when the time is over that they wrote into a file; returns what ends it. */
function wakeThePaused(file: string): () => void {
  const until = new Map<number, number>();
  let seen = 0;
  const look = (): void => {
    const text = read(file);
    const whole = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(seen, whole).split('\n').filter(Boolean)) {
      const [pid, what] = line.split(' ') as [string, string];
      if (what === 'awake') until.delete(Number(pid));
      else until.set(Number(pid), performance.now() + Number(what));
    }
    seen = whole;
    for (const [pid, time] of until) {
      // Again and again: it may have been told before it had stopped.
      if (performance.now() >= time && !tellToGoOn(pid)) until.delete(pid);
    }
  };
  const timer = setInterval(look, 10);
  return () => clearInterval(timer);
}

function tellToGoOn(pid: number): boolean {
  try {
    process.kill(pid, 'SIGCONT');
    return true;
  } catch {
    return false;
  }
}
