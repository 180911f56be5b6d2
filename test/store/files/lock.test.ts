import { expect, test } from 'vitest';
import type { Liveness } from '../../../src/domain/lease.ts';
import { layoutOf } from '../../../src/store/files/layout.ts';
import { takeLock } from '../../../src/store/files/lock.ts';
import { type Owner, processOwner } from '../../../src/system/process-owner.ts';
import { dead, ownerNamed } from '../faults/scene.ts';
import { SimDisk } from '../faults/sim-disk.ts';

const layout = layoutOf('/store', '/store/.jit');
const patience = { stall: 50, total: 400 };

function scene() {
  dead.clear();
  const disk = new SimDisk();
  for (const path of ['/store', layout.dir, layout.local, layout.staged]) disk.makeDirectory(path);
  let now = 0;
  const meanwhile: (() => void)[] = [];
  const waiting = {
    elapsed: () => now,
    pause: async () => {
      now += 10;
      meanwhile.shift()?.();
    },
    random: () => 0,
  };
  const take = (name: string) => takeLock(disk, layout, ownerNamed(name), `n${now}`, patience, waiting);
  return { disk, take, meanwhile, waiting, elapsed: () => now };
}

/** Dead the first time, alive ever after. */
function once(first: () => Liveness): () => Liveness {
  let asked = false;
  return () => {
    if (asked) return 'alive';
    asked = true;
    return first();
  };
}

test('the lock says whose it is from the first moment, and leaves nothing behind', async () => {
  const { disk, take } = scene();
  const held = await take('a');
  expect(disk.text(layout.lock)).toMatch(/^a\./);
  held.release();
  expect(disk.list(layout.local).map(({ name }) => name)).toEqual(['staged']);
  expect(disk.list(layout.staged)).toEqual([]);
});

test('a waiting writer gets it when it is released', async () => {
  const { disk, take, meanwhile, elapsed } = scene();
  const held = await take('a');
  meanwhile.push(
    () => {},
    () => held.release(),
  );
  await take('b');
  expect(disk.text(layout.lock)).toMatch(/^b\./);
  expect(elapsed()).toBe(20);
});

test.each(['a dead owner', 'a lock that a power cut left empty', 'one left half written'])(
  '%s is replaced at once',
  async (what) => {
    const { disk, take, elapsed } = scene();
    await take('a');
    if (what === 'a dead owner') dead.add('a');
    else disk.replace(layout.lock, what.includes('empty') ? '' : 'a\0\0');
    const held = await take('b');
    expect(elapsed()).toBe(0);
    held.release();
    expect(disk.list(layout.staged)).toEqual([]);
  },
);

test('a dead owner is replaced soon, too, where its place in the queue is still there', async () => {
  const { disk, waiting } = scene();
  await takeLock(disk, layout, ownerNamed('a_1_boot'), 'n', patience, waiting);
  disk.close(disk.open(`${layout.staged}/a_1_boot.n.lock`, 'create'));
  dead.add('a_1_boot');
  await takeLock(disk, layout, ownerNamed('b_2_boot'), 'n', patience, waiting);
  expect(disk.text(layout.lock)).toMatch(/^b_2_boot\./);
  expect(waiting.elapsed()).toBe(10);
});

test('a holder that ends right after it has released it costs the next holder nothing', async () => {
  const { disk, take, meanwhile, waiting } = scene();
  const held = await take('a');
  const moved: string[] = [];
  const rename = disk.rename.bind(disk);
  disk.rename = (from, to) => {
    moved.push(from);
    rename(from, to);
  };
  const b: Owner = {
    token: 'b',
    liveness: () => {
      // Between the look at the lock and the look at its owner.
      held.release();
      disk.replace(layout.lock, 'c.next');
      return 'dead';
    },
  };
  meanwhile.push(() => disk.unlink(layout.lock));
  await takeLock(disk, layout, { ...b, liveness: once(() => b.liveness('a')) }, 'n', patience, waiting);
  expect(moved).toEqual([]);
  expect(disk.text(layout.lock)).toBe('b.n');
});

test('it is taken from an owner that is stopped, who does not release it for the new one', async () => {
  const { disk, take, elapsed } = scene();
  const stopped = await take('a');
  await take('b');
  expect(elapsed()).toBeGreaterThan(patience.stall);
  stopped.release();
  expect(disk.text(layout.lock)).toMatch(/^b\./);
});

test('who moves up in a long queue waits as long as that takes', async () => {
  const { disk, meanwhile, waiting, elapsed } = scene();
  const earlier = [1, 2, 3].map((start) => `${layout.staged}/waits_${start}_boot.n.lock`);
  for (const path of [layout.lock, ...earlier]) disk.replace(path, 'holder_1_boot.n');
  const turn = 30;
  for (const path of [...earlier, layout.lock]) {
    for (let i = 1; i < turn; i += 1) meanwhile.push(() => disk.replace(layout.lock, `next_1_boot.${i}`));
    meanwhile.push(() => disk.unlink(path));
  }
  await takeLock(disk, layout, ownerNamed('late_9_boot'), 'n', patience, waiting);
  expect(elapsed()).toBe(4 * turn * 10);
  expect(elapsed()).toBeGreaterThan(2 * patience.total);
});

test('when others keep coming first, waiting ends with LOCK_TIMEOUT', async () => {
  const { disk, take, meanwhile, elapsed } = scene();
  await take('a');
  let turn = 0;
  for (let i = 0; i < 100; i += 1) meanwhile.push(() => disk.replace(layout.lock, `other.${turn++}`));
  await expect(take('b')).rejects.toMatchObject({
    code: 'LOCK_TIMEOUT',
    details: { file: '.jit/local/lock' },
  });
  expect(elapsed()).toBeGreaterThan(patience.total);
  expect(disk.list(layout.staged)).toEqual([]);
});

test('a process knows itself, and that a process is gone or is another by the same number', () => {
  const owner = processOwner();
  const [pid, start, boot, space] = owner.token.split('_') as [string, string, string, string];
  expect(owner.liveness(owner.token)).toBe('alive');
  expect(owner.liveness(`${pid}_${Number(start) + 1}_${boot}_${space}`)).toBe('dead');
  expect(owner.liveness(`4194305_${start}_${boot}_${space}`)).toBe('dead');
  expect(owner.liveness(`${pid}_${start}_0${boot.slice(1)}f_${space}`)).toBe('unknown');
  expect(owner.liveness(`${pid}_${start}_${boot}_1`)).toBe('unknown');
  expect(owner.liveness('nonsense')).toBe('unknown');
  expect(processOwner().token).toBe(owner.token);
});
