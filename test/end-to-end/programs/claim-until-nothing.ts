import { run } from '../../../src/main/run.ts';
import { writeAll } from '../../../src/main/write-all.ts';
import { realHost } from './real-host.ts';

// One process that runs `jit claim-next --json` again and again until nothing is ready: in each of the directories that JIT_TEST_PLACES
// names, in which all processes start together. What it is told goes to stdout. It is jit's own code from the command
// line on; only the start of a Node process per command is left out.

const NOTHING = 5;
// A process is served by its age: one that goes on for long overtakes younger ones again and again.
const TRY_AGAIN = 'LOCK_TIMEOUT';

// test/support/preload.cjs listens: it holds the process at the start of a round, and pauses some operations.
const tell = (event: string, round?: number): boolean => process.emit(event as never, round as never);

async function claimUntilNothing(): Promise<number> {
  let refusal = '';
  const host = realHost(
    (text) => writeAll(1, text),
    (text) => {
      refusal = text;
    },
  );
  for (;;) {
    tell('jit-operation');
    const exit = await run(['claim-next', '--json'], host, async () => host);
    if (exit === 0 || refusal.includes(TRY_AGAIN)) {
      refusal = '';
      continue;
    }
    if (exit === NOTHING) return 0;
    writeAll(2, refusal);
    return exit;
  }
}

async function claimEverywhere(): Promise<number> {
  const places = JSON.parse(process.env.JIT_TEST_PLACES!) as string[];
  for (const [i, place] of places.entries()) {
    process.chdir(place);
    tell('jit-round', i + 1);
    const exit = await claimUntilNothing();
    if (exit !== 0) return exit;
  }
  return 0;
}

claimEverywhere().then((exit) => process.exit(exit));
