import { expect } from 'vitest';
import type { FilesStoreOptions } from '../../../src/store/files/files-store.ts';
import type { Disk } from '../../../src/system/disk.ts';
import { type Fault, faultyDisk } from './faulty-disk.ts';
import { contradictions, type Decide, dead, openScene, readOnly, stateOf, touch } from './scene.ts';
import type { SimDisk } from './sim-disk.ts';

type Options = Partial<FilesStoreOptions>;

/** The calls that write, by which a change is made on a disk without faults, in their order. */
export async function callsOf(disk: Disk, change: Decide, options: Options = {}, process = 'whole') {
  const { disk: counted, state } = faultyDisk(disk, 0, { kind: 'half' });
  await openScene(counted, process, options).transact(change);
  return state.names;
}

/** The number of the call that commits: the first link is the lock's, the second the commit. */
export const commitIn = (calls: readonly string[]): number =>
  calls.indexOf('link', calls.indexOf('link') + 1) + 1;

/** A change without faults: what the store says before and after, and the calls. */
export async function rehearse(scene: SimDisk, change: Decide, options: Options = {}) {
  const before = await stateOf(openScene(scene.clone(), 'look'));
  const done = scene.clone();
  const calls = await callsOf(done, change, options);
  return { before, after: await stateOf(openScene(done, 'look')), calls };
}

interface Kill extends Options {
  /** The number of the call. */
  readonly at: number;
  readonly when: Extract<Fault, { kind: 'crash' }>['when'];
  /** The name of the process; others know it as dead from then on. */
  readonly process?: string;
}

/** Kills a process that makes a change. Returns whether the change was acknowledged. */
export async function kill(
  disk: SimDisk,
  change: Decide,
  { at, when, process = 'killed', ...options }: Kill,
): Promise<boolean> {
  dead.delete(process);
  const acknowledged = await openScene(faultyDisk(disk, at, { kind: 'crash', when }).disk, process, options)
    .transact(change)
    .then(
      () => true,
      () => false,
    );
  dead.add(process);
  return acknowledged;
}

/** What a reader sees, who must not write. */
export async function readOnlyState(disk: SimDisk, where: string, options: Options = {}): Promise<string> {
  const image = readOnly(disk);
  const read = await stateOf(openScene(disk, 'reader', options));
  expect(readOnly(disk), `${where}: a reader wrote`).toBe(image);
  return read;
}

/** The next writer leaves a store as if nothing had gone wrong. `change`: null where it must not have been made. */
export async function expectNextWriter(
  disk: SimDisk,
  where: string,
  { scene, change, ...options }: Options & { readonly scene: SimDisk; readonly change: Decide | null },
): Promise<void> {
  const next = openScene(disk, 'next', options);
  await next.transact(touch);
  const expected = scene.clone();
  if (change !== null) await openScene(expected, 'x').transact(change);
  await openScene(expected, 'y').transact(touch);
  expect(await stateOf(next), where).toBe(await stateOf(openScene(expected, 'z')));
  expect(await contradictions(next), where).toEqual([]);
}
