import { expect, test } from 'vitest';
import { isTombstone } from '../../../../src/domain/canonical-json.ts';
import type { Issue } from '../../../../src/domain/issue.ts';
import { Board } from '../../../../src/store/files/index/board.ts';
import { headOf, NEVER } from '../../../../src/store/files/index/change.ts';
import { lookFirst } from '../../../../src/store/files/index/first-look.ts';
import type { IndexGround } from '../../../../src/store/files/index/kept.ts';
import { dependenciesOf, EMPTY, withHeads } from '../../../../src/store/files/index/table.ts';
import { weave } from '../../../../src/store/files/index/weave.ts';
import { layoutOf } from '../../../../src/store/files/layout.ts';
import { readIssueFile } from '../../../../src/store/files/read-issues.ts';
import type { Disk } from '../../../../src/system/disk.ts';
import { standingClock } from '../../../support/cli.ts';
import { idOf } from '../../../support/issues.ts';
import { passOn } from '../../faults/faulty-disk.ts';
import { DIR } from '../../faults/scene.ts';
import type { SimDisk } from '../../faults/sim-disk.ts';
import { INDEX, makeIndexScene, openWith, pathOf, textOf } from './scene.ts';

const groundOf = (disk: Disk, least = 0): IndexGround => ({
  disk,
  layout: layoutOf(DIR.slice(0, DIR.lastIndexOf('/')), DIR),
  newName: () => 'name',
  clock: standingClock(),
  boot: null,
  least,
});

/** Files of every kind: as jit writes them, otherwise, with long and wide texts, none at all. */
async function makeManyKinds(): Promise<SimDisk> {
  const disk = await makeIndexScene();
  const long = 'x'.repeat(200_000);
  disk.replace(pathOf(8), textOf(8, { description: long, dependencies: [idOf(7), idOf(8), idOf(9)] }));
  disk.replace(pathOf(10), textOf(10, { title: '😀 — é', labels: ['ä', '😀'], milestone: 'ß' }));
  disk.replace(pathOf(11), JSON.stringify(JSON.parse(textOf(11, { labels: ['b', 'a'] }))));
  disk.replace(pathOf(12), textOf(12, { links: [{ type: 'relates', target: idOf(7) }] }));
  disk.replace(pathOf(13), textOf(14));
  disk.replace(pathOf(15), textOf(15, { labels: Array.from({ length: 5_000 }, (_, n) => `l${1e6 + n}`) }));
  const failed = { status: 'failed', updated_by: 'agent:a', updated_at: '2026-01-01T00:00:00.000Z' } as const;
  disk.replace(pathOf(16), textOf(16, { gates_required: ['tests'], gates_status: { tests: failed } }));
  disk.syncAll();
  return disk;
}

test('the first look makes the table that is woven of the same files read one by one', async () => {
  const disk = await makeManyKinds();
  const ground = groundOf(disk);
  const { kept, heads, unreadable } = lookFirst(ground)!;
  const names = disk.names(ground.layout.issues).filter((name) => name.endsWith('.json'));
  const files = names.map((name) => readIssueFile(disk, ground.layout, name.slice(0, -5)));
  const changes = files.flatMap(({ id, stored }) => {
    if (stored === undefined) return [];
    const stamp = disk.stamp(`${DIR}/issues/${id}.json`)!;
    // Of a long file it is not known whether it is still being written.
    return [[id, { stamp: stamp.size > 4096 ? NEVER : stamp, head: headOf(stored) }] as const];
  });
  const woven = weave(EMPTY, new Map(changes));
  const { table } = kept;
  expect(table.size).toBe(changes.length);
  expect(unreadable.map(({ id }) => id)).toEqual([idOf(7), idOf(13)]);
  expect(kept.unreadable).toEqual([idOf(7), idOf(13)]);
  for (const column of ['ids', 'states', 'priorities', 'flags', 'stamps', 'offsets'] as const)
    expect([...table[column]], column).toEqual([...woven[column]]);
  const board = new Board(table, heads.read);
  for (const [row, id] of board.ids().entries()) {
    expect(dependenciesOf(table, row)).toEqual(dependenciesOf(woven, row));
    const { stored } = files.find((file) => file.id === id)!;
    if (isTombstone(stored!)) continue;
    expect(JSON.stringify(board.head(row))).toBe(JSON.stringify(headOf(stored as Issue)));
  }
  // Where it could not be written it is kept in memory.
  const inMemory = new Board(withHeads(table, heads.read), () => undefined);
  const query = { where: { op: 'all' }, sort: ['id'] } as const;
  expect(inMemory.select(query, ground.clock.now())).toEqual(board.select(query, ground.clock.now()));
});

test('too few files, and a file system whose time is not known, are left to be read one by one', async () => {
  const disk = await makeIndexScene();
  expect(lookFirst(groundOf(disk, 100))).toBeNull();
  const timeless: Disk = {
    ...passOn(disk),
    open: (path, mode) => {
      if (path.endsWith('/cache/clock')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      return disk.open(path, mode);
    },
  };
  expect(lookFirst(groundOf(timeless))).toBeNull();
});

test('a file that grows or goes while it is read is read with care', async () => {
  const disk = await makeIndexScene();
  let opened = 0;
  const hurried: Disk = {
    ...passOn(disk),
    stampOpen: (fd) => {
      const stamp = disk.stampOpen(fd);
      opened += 1;
      return opened === 2 ? { ...stamp, size: stamp.size + 1 } : stamp;
    },
    close: (fd) => {
      disk.close(fd);
      // The next is gone before it is opened.
      if (opened === 3) disk.unlink(pathOf(1));
      if (opened === 3) opened += 1;
    },
  };
  const before = new Board(lookFirst(groundOf(disk))!.kept.table, () => undefined).ids();
  const { kept, unreadable } = lookFirst(groundOf(hurried))!;
  const gone = before.filter((id) => disk.stat(`${DIR}/issues/${id}.json`) === undefined);
  expect(gone).toHaveLength(1);
  expect(new Board(kept.table, () => undefined).ids()).toEqual(before.filter((id) => !gone.includes(id)));
  expect(unreadable.map(({ id }) => id)).toEqual([idOf(7)]);
});

test('an index that cannot be written is kept in memory by a process that lives on', async () => {
  const disk = await makeIndexScene();
  const reads: string[] = [];
  const full: Disk = {
    ...passOn(disk),
    open: (path, mode) => {
      if (path.includes('/cache/prepared-')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      if (path.startsWith(`${DIR}/issues/`)) reads.push(path);
      return disk.open(path, mode);
    },
  };
  const store = openWith(full, 'always');
  const ask = () => store.read(async (view) => (await view.select({ where: { op: 'all' } })).rows.length);
  const found = await ask();
  expect(found).toBeGreaterThan(5);
  const first = reads.length;
  expect(await ask()).toBe(found);
  // Only what is no issue is read anew.
  expect(reads.length - first).toBeLessThan(3);
  expect(disk.stat(INDEX)).toBeUndefined();
});
