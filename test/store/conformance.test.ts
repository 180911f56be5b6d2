import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type IndexUse, openFilesStore } from '../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../src/store/files/initialize.ts';
import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import { describeSameness, describeStore, type OpenStore } from '../conformance/store.ts';
import { testedIndex } from '../support/index-env.ts';

const scratch = mkdtempSync(join(tmpdir(), 'jit-store-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const openMemory: OpenStore = (clock, gates) => createMemoryStore({ clock, initial: { gates } });

const filesWith =
  (options: { readonly lock?: boolean; readonly pruneAt?: number; readonly index?: IndexUse }): OpenStore =>
  (clock, gates) => {
    const root = mkdtempSync(join(scratch, 's-'));
    const dir = join(root, '.jit');
    initializeFilesStore({ root, dir, gates });
    return openFilesStore({ root, dir, clock, ...options });
  };

describeStore('the memory store', openMemory);
describeStore('the files store', filesWith({ index: 'never' }));
describeStore(
  'the files store without a lock, pruning at each commit',
  filesWith({ lock: false, pruneAt: 1, index: testedIndex() }),
  false,
);
describeStore('the files store with an index', filesWith({ index: 'always' }));
describeSameness(
  'the memory store and the files store',
  openMemory,
  filesWith({ pruneAt: 3, index: 'never' }),
);
describeSameness(
  'the memory store and the files store with an index',
  openMemory,
  filesWith({ index: 'always' }),
);
