import { formatIssue, formatTombstone } from '../../../../src/domain/canonical-json.ts';
import type { Issue } from '../../../../src/domain/issue.ts';
import type { FilesStoreOptions, IndexUse } from '../../../../src/store/files/files-store.ts';
import type { Store } from '../../../../src/store/store.ts';
import type { Disk } from '../../../../src/system/disk.ts';
import { BEFORE, idOf, issueWith } from '../../../support/issues.ts';
import { passOn } from '../../faults/faulty-disk.ts';
import { DIR, makeScene, openScene } from '../../faults/scene.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';

// A small store in memory with everything that an index tells apart.

export const CACHE = `${DIR}/local/cache`;
export const INDEX = `${CACHE}/issues.index`;

export const pathOf = (number: number): string => `${DIR}/issues/${idOf(number)}.json`;

export const textOf = (number: number, fields: Partial<Issue> = {}): string =>
  formatIssue(issueWith(number, fields));

export const openWith = (
  disk: Disk,
  index: IndexUse,
  process = 'reader',
  options: Partial<FilesStoreOptions> = {},
): Store => openScene(disk, process, { index, ...options });

/** Issues that are done, free, blocked, held, and depend on what is not there; a tombstone, and a file that is broken. */
export async function makeIndexScene(): Promise<SimDisk> {
  const disk = await makeScene({ index: 'never' });
  const put = (number: number, fields: Partial<Issue>) =>
    disk.replace(pathOf(number), textOf(number, fields));
  put(1, { state: 'done', completed_at: BEFORE, resolution: 'completed' });
  put(2, { state: 'ready', dependencies: [idOf(1)], labels: ['é', '😀'] });
  put(3, { state: 'backlog', dependencies: [idOf(2), idOf(9)], priority: 'high' });
  put(4, { state: 'in_progress', assignee: 'agent:a', claim_epoch: 2, gates_required: ['review'] });
  put(5, { state: 'backlog', hold: { reason: 'later', until: '2027-01-01T00:00:00.000Z' } });
  disk.replace(
    pathOf(6),
    formatTombstone({ id: idOf(6), deleted_by: 'agent:a', deleted_at: BEFORE, title: 'gone' }),
  );
  disk.replace(pathOf(7), '{');
  disk.syncAll();
  return disk;
}

/** Paths of the cache. */
export const cachePaths = (disk: Disk): readonly string[] =>
  disk.list(CACHE).map(({ name }) => `${CACHE}/${name}`);

export function readText(disk: Disk, path: string): Buffer {
  const bytes = Buffer.alloc(disk.stat(path)!.size);
  const fd = disk.open(path, 'read');
  disk.read(fd, bytes, 0);
  disk.close(fd);
  return bytes;
}

/** Writes into a file that is there, or makes it. */
export function overwrite(disk: Disk, path: string, bytes: Uint8Array): void {
  const fd = disk.open(path, 'modify');
  disk.write(fd, bytes, 0);
  disk.close(fd);
}

/** All that git tracks, byte for byte. */
export const trackedIn = (disk: SimDisk): string =>
  disk
    .image(DIR)
    .split(/\n(?=\/store)/)
    .filter((line) => !line.startsWith(`${DIR}/local/`))
    .join('\n');

/** A disk that counts how often the file of an issue is opened. */
export function countingReads(inner: Disk): { readonly disk: Disk; readonly count: () => number } {
  let count = 0;
  const disk: Disk = {
    ...passOn(inner),
    open: (path, mode) => {
      if (mode === 'read' && path.startsWith(`${DIR}/issues/`)) count += 1;
      return inner.open(path, mode);
    },
  };
  return { disk, count: () => count };
}
