import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Clock } from '../../../src/domain/clock.ts';
import type { Issue } from '../../../src/domain/issue.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import type { Store } from '../../../src/store/store.ts';
import { testedIndex } from '../../support/index-env.ts';
import { GATES, idOf, issueWith, NOW } from '../../support/issues.ts';
import { changing } from '../faults/scene.ts';

const scratch = mkdtempSync(join(tmpdir(), 'jit-turn-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const clock: Clock = { now: () => NOW, ago: () => NOW };
const A = idOf(1);
const B = idOf(2);

async function scene() {
  const root = mkdtempSync(join(scratch, 's-'));
  const dir = join(root, '.jit');
  initializeFilesStore({ root, dir, gates: GATES });
  const store = openFilesStore({ root, dir, clock, index: testedIndex() });
  let tag = 0;
  const put = (store: Store, ...issues: readonly Issue[]) =>
    store.transact((view) => changing(view, `T${tag++}`, issues));
  await put(store, issueWith(1, { title: 'one' }), issueWith(2, { title: 'two' }));
  return {
    store,
    /** Of somebody who does not queue. */
    racer: openFilesStore({ root, dir, clock, index: testedIndex(), lock: false }),
    put,
    fileOf: (id: string) => join(dir, 'issues', `${id}.json`),
    title: (store: Store, id: string) => store.read(async (view) => (await view.get(id))?.title),
  };
}

test('who does not queue is not overlooked by a turn that has read before', async () => {
  const { store, racer, put, title } = await scene();
  const seen: (string | undefined)[] = [];
  await store.inTurn(async (mine) => {
    expect(await title(mine, A)).toBe('one');
    await put(racer, issueWith(1, { title: 'raced' }));
    expect(await title(mine, A)).toBe('raced');
    await mine.transact(async (view) => {
      seen.push((await view.get(A))?.title);
      if (seen.length === 1) await put(racer, issueWith(1, { title: 'raced again' }));
      return changing(view, 'MINE', [issueWith(2, { title: `after ${(await view.get(A))?.title}` })]);
    });
  });
  expect(seen).toEqual(['raced', 'raced again']);
  expect(await title(store, B)).toBe('after raced again');
});

test('a file that was edited by hand in the middle of a turn is decided on anew', async () => {
  const { store, fileOf, title } = await scene();
  await store.inTurn(async (mine) => {
    expect(await title(mine, A)).toBe('one');
    const text = readFileSync(fileOf(A), 'utf8');
    writeFileSync(fileOf(A), text.replace('"one"', '"by hand"'));
    await mine.transact(async (view) => {
      const issue = (await view.get(A))!;
      return changing(view, 'MINE', [{ ...issue, labels: [issue.title === 'one' ? 'old' : 'new'] }]);
    });
  });
  expect(await store.read((view) => view.get(A))).toMatchObject({ title: 'by hand', labels: ['new'] });
});

test('a turn commits as often as it likes, and each commit is read by the next step', async () => {
  const { store, put, title } = await scene();
  await store.inTurn(async (mine) => {
    for (const title of ['x', 'y', 'z']) await put(mine, issueWith(1, { title }));
    expect(await title(mine, A)).toBe('z');
  });
  expect(await title(store, A)).toBe('z');
});

test('in the middle of a turn the store itself shows what the turn has, and afterwards what is there', async () => {
  const { store, racer, put, fileOf, title } = await scene();
  await store.inTurn(async (mine) => {
    expect(await title(mine, A)).toBe('one');
    writeFileSync(fileOf(A), readFileSync(fileOf(A), 'utf8').replace('"one"', '"by hand"'));
    expect(await title(store, A)).toBe('one');
    await put(mine, issueWith(2, { title: 'mine' }));
    expect([await title(store, A), await title(store, B)]).toEqual(['by hand', 'mine']);
    await put(racer, issueWith(2, { title: 'raced' }));
    expect(await title(store, B)).toBe('raced');
  });
  writeFileSync(fileOf(A), readFileSync(fileOf(A), 'utf8').replace('"by hand"', '"later"'));
  expect(await title(store, A)).toBe('later');
});

test('others wait for the end of a turn', async () => {
  const { store, put, title } = await scene();
  let waiting: Promise<unknown> | undefined;
  await store.inTurn(async (mine) => {
    waiting = put(store, issueWith(1, { title: 'later' }));
    await put(mine, issueWith(2, { title: 'first' }));
    expect(await title(mine, A)).toBe('one');
  });
  await waiting;
  expect(await title(store, A)).toBe('later');
});
