import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, type Scratch } from './scratch.ts';

const PRELOAD = fileURLToPath(new URL('preload.cjs', import.meta.url));

/** A shell script that runs beside others. */
export interface Racer {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** One in so many of its processes does not queue at the lock; null: all queue. Commits are safe without; the lock only keeps them from colliding. */
  readonly unlocked: number | null;
}

export interface Race {
  /** Standard output of each racer, in the order given. */
  readonly said: readonly string[];
  /** How many commits found the number that they wanted taken by another: EEXIST at the journal's link. */
  readonly conflicts: number;
}

/**
 * Runs shell scripts at once. The first jit of each starts up, says so, and waits at a barrier that opens when all
 * of them stand there. Throws when a script fails.
 */
export async function race(scratch: Scratch, racers: readonly Racer[]): Promise<Race> {
  const directory = mkdtempSync(join(scratch.beside, 'race-'));
  const gate = join(directory, 'gate');
  const conflicts = join(directory, 'conflicts');
  let ended = 0;
  const running = racers.map(async ({ script, env, unlocked }) => {
    const ran = await scratch.run('sh', ['-e', '-c', script], {
      env: {
        ...env,
        NODE_OPTIONS: `--require=${PRELOAD}`,
        JIT_TEST_GATE: gate,
        JIT_TEST_CONFLICTS: conflicts,
        ...(unlocked === null ? {} : { JIT_TEST_UNLOCKED: String(unlocked) }),
      },
    });
    ended += 1;
    if (ran.exit !== 0) throw new Error(`a racer exited ${describe(ran)}`);
    return ran.stdout;
  });
  const all = Promise.all(running);
  // Whoever ends before the barrier opened has failed.
  while (sizeOf(`${gate}.waiting`) + ended < racers.length) await new Promise((go) => setTimeout(go, 5));
  writeFileSync(gate, '');
  return { said: await all, conflicts: sizeOf(conflicts) };
}

const sizeOf = (path: string): number => (existsSync(path) ? readFileSync(path).length : 0);
