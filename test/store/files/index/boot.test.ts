import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatIssue } from '../../../../src/domain/canonical-json.ts';
import { openFilesStore } from '../../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../../src/store/files/initialize.ts';
import { type Disk, systemDisk } from '../../../../src/system/disk.ts';
import { standingClock, temporaryDirectory } from '../../../support/cli.ts';
import { issueWith } from '../../../support/issues.ts';

const ISSUES = 5;

function makeStore() {
  const root = temporaryDirectory();
  const dir = join(root, '.jit');
  initializeFilesStore({ root, dir, gates: {} });
  for (let number = 1; number <= ISSUES; number += 1) {
    const issue = issueWith(number);
    writeFileSync(join(dir, 'issues', `${issue.id}.json`), formatIssue(issue));
  }
  let read = 0;
  let synced = 0;
  const disk: Disk = {
    ...systemDisk,
    open(path, mode) {
      if (path.includes('/issues/')) read += 1;
      return systemDisk.open(path, mode);
    },
    fsync(fd) {
      synced += 1;
      systemDisk.fsync(fd);
    },
  };
  const readAll = async (boot: string | null) => {
    [read, synced] = [0, 0];
    const store = openFilesStore({ root, dir, clock: standingClock(), disk, index: 'always', boot });
    const { total } = await store.read((view) => view.select({ where: { op: 'all' } }));
    return { total, read, synced };
  };
  /** Reads until all files are older than what is known of them. */
  const settle = async (boot: string | null) => {
    while ((await readAll(boot)).read > 0);
  };
  return { readAll, settle };
}

test('after a start of the machine every file is read again: the power may have failed', async () => {
  const { readAll, settle } = makeStore();
  await settle('one');
  expect(await readAll('one')).toEqual({ total: ISSUES, read: 0, synced: 0 });
  expect(await readAll('two')).toMatchObject({ total: ISSUES, read: ISSUES });
  await settle('two');
  expect(await readAll('one')).toMatchObject({ total: ISSUES, read: ISSUES });
});

test('where nobody knows of starts, the index is put on the disk before it counts', async () => {
  const { readAll, settle } = makeStore();
  expect(await readAll(null)).toMatchObject({ total: ISSUES, read: ISSUES, synced: 1 });
  await settle(null);
  expect(await readAll(null)).toEqual({ total: ISSUES, read: 0, synced: 0 });
});
