import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'vitest';
import { openFilesStore } from '../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../src/store/files/initialize.ts';
import { arbitraryCommands, type Command } from '../support/commands-model.ts';
import { GATES } from '../support/issues.ts';
import { compareStores } from '../support/run-commands.ts';
import { standingClock, startSession } from '../support/session.ts';

// `npm run prove` asks for more.
const RUNS = Number(process.env.JIT_PROVE_RUNS ?? 10);

test(
  'the files store and the memory store come to the same, whatever is done',
  async () => {
    await fc.assert(fc.asyncProperty(arbitraryCommands(50), compareInNewDirectory), { numRuns: RUNS });
  },
  30_000 + RUNS * 5_000,
);

async function compareInNewDirectory(commands: readonly Command[]): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'jit-agreement-'));
  try {
    const dir = join(root, '.jit');
    initializeFilesStore({ root, dir, gates: GATES });
    const clock = standingClock();
    const store = openFilesStore({ root, dir, clock, durability: 'fast' });
    await compareStores(
      startSession({ content: { gates: GATES } }),
      startSession({ store, clock }),
      commands,
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
