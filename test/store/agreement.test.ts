import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'vitest';
import { type IndexUse, openFilesStore } from '../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../src/store/files/initialize.ts';
import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import { arbitraryCommands, type Command } from '../support/commands-model.ts';
import { GATES } from '../support/issues.ts';
import { report } from '../support/report.ts';
import { compareStores } from '../support/run-commands.ts';
import { standingClock, startSession } from '../support/session.ts';
import { size } from '../support/size.ts';

const RUNS = size(10, 300);
const COMMANDS = 50;
const SEED = 20_260_104;

test.each(['never', 'always'] as const)(
  'the files store and the memory store come to the same, whatever is done; index: %s',
  async (index) => {
    const compare = (commands: readonly Command[]): Promise<void> => compareInNewDirectory(commands, index);
    await fc.assert(fc.asyncProperty(arbitraryCommands(COMMANDS), compare), { numRuns: RUNS, seed: SEED });
    // After each run the replay of the events has rebuilt every issue.
    report(`files store${index === 'always' ? ' with an index' : ''} against memory store`, {
      runs: RUNS,
      'commands at most': COMMANDS,
      seed: SEED,
    });
  },
  30_000 + RUNS * 5_000,
);

async function compareInNewDirectory(commands: readonly Command[], index: IndexUse): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'jit-agreement-'));
  try {
    const dir = join(root, '.jit');
    initializeFilesStore({ root, dir, gates: GATES });
    const clock = standingClock();
    const store = openFilesStore({ root, dir, clock, durability: 'fast', index });
    const memory = standingClock();
    await compareStores(
      startSession({
        store: createMemoryStore({ clock: memory, initial: { gates: GATES } }),
        clock: memory,
      }),
      startSession({ store, clock }),
      commands,
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
