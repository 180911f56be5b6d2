import { expect, test } from 'vitest';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import type { Disk } from '../../../src/system/disk.ts';
import { faultyDisk } from './faulty-disk.ts';
import { DIR, openScene, ROOT } from './scene.ts';
import { SimDisk } from './sim-disk.ts';

const initialize = (disk: Disk) => initializeFilesStore({ root: ROOT, dir: DIR, gates: {}, disk });

function fresh(): SimDisk {
  const disk = new SimDisk();
  disk.makeDirectory(ROOT);
  return disk;
}

test('initializing that was killed at any call is completed by the next', async () => {
  const whole = fresh();
  const counted = faultyDisk(whole, 0, { kind: 'half' });
  const { created } = initialize(counted.disk);
  expect(created.map((name) => name.slice('.jit/'.length)).sort()).toEqual([
    '.gitattributes',
    '.gitignore',
    'config.json',
    'events.jsonl',
    'gates.json',
    'index.json',
    'issues/.gitkeep',
  ]);
  const tracked = (disk: SimDisk): string =>
    created.map((name) => `${name} ${disk.text(`${ROOT}/${name}`)}`).join('\n');
  for (let at = 1; at <= counted.state.calls; at += 1) {
    for (const when of ['before', 'short', 'after'] as const) {
      const disk = fresh();
      const where = `${when} call ${at}`;
      const killed = faultyDisk(disk, at, { kind: 'crash', when });
      expect(() => initialize(killed.disk), where).toThrow();
      initialize(disk);
      expect(tracked(disk), where).toBe(tracked(whole));
      expect(await openScene(disk, 'p').inspect(), where).toEqual([]);
      expect(initialize(disk), where).toEqual({ created: [], alreadyInitialized: true });
    }
  }
});
