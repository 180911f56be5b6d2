import { isTombstone } from '../../../src/domain/canonical-json.ts';
import type { Clock } from '../../../src/domain/clock.ts';
import { diffImages } from '../../../src/domain/event.ts';
import { type Event, type Issue, newIssue, type Tombstone } from '../../../src/domain/issue.ts';
import { differences, replay } from '../../../src/domain/replay.ts';
import { type FilesStoreOptions, openFilesStore } from '../../../src/store/files/files-store.ts';
import { initializeFilesStore } from '../../../src/store/files/initialize.ts';
import type { EventDraft, Plan, Store, View } from '../../../src/store/store.ts';
import type { Disk } from '../../../src/system/disk.ts';
import type { Owner } from '../../../src/system/process-owner.ts';
import { testedIndex } from '../../support/index-env.ts';
import { liveIds } from '../../support/live-ids.ts';
import { SimDisk } from './sim-disk.ts';

// What the fault proofs have in common: one small store, the changes that are tried on it, and what must hold after
// each.

export const ROOT = '/store';
export const DIR = '/store/.jit';
const NOW = '2026-01-02T03:04:05.678Z';
export const clock: Clock = { now: () => NOW, ago: () => NOW };

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A valid id made from a few letters. */
export const idOf = (name: string): string =>
  `01${[...name.toUpperCase()]
    .map((c) => (ALPHABET.includes(c) ? c : 'Z'))
    .join('')
    .padEnd(24, '0')
    .slice(0, 24)}`;

export const A = idOf('AAAA');
export const B = idOf('BBBB');
export const C = idOf('CCCC');
export const GONE = idOf('GGGG');
export const OTHER = idOf('XXXX');

export const dead = new Set<string>();

/** A process by name: the one whose number is in `dead` no longer runs. */
export const ownerNamed = (name: string): Owner => ({
  token: name,
  liveness: (token) => (token === name ? 'alive' : dead.has(token) ? 'dead' : 'alive'),
});

export type Decide = (view: View) => Promise<Plan<string>>;

/** A change as operations make them: after-images, and an event for each that says what changed. */
export async function changing(
  view: View,
  tag: string,
  images: readonly (Issue | Tombstone)[],
  more: Partial<Plan<string>> = {},
): Promise<Plan<string>> {
  const events: EventDraft[] = [];
  for (const image of images) {
    const before = (await view.get(image.id)) ?? null;
    const event = isTombstone(image) ? 'issue.deleted' : before === null ? 'issue.created' : 'issue.updated';
    const eid = idOf(`E${tag}${events.length}`);
    events.push({ ts: NOW, event, id: image.id, eid, by: 'agent:a', changes: diffImages(before, image) });
  }
  return { issues: images, events, result: tag, ...more };
}

const made = (id: string, title: string): Issue => newIssue({ id, title, created_by: 'agent:a', now: NOW });

const get = async (view: View, id: string): Promise<Issue> => {
  const issue = await view.get(id);
  if (issue === undefined) throw new Error(`${id} is not there`);
  return issue;
};

/** The changes that are tried, one of each shape that a commit can have. */
export const CHANGES: Readonly<Record<string, Decide>> = {
  create: async (view) => changing(view, 'CREATE', [made(C, 'new')]),
  update: async (view) =>
    changing(view, 'VPDATE', [{ ...(await get(view, A)), title: 'updated', labels: ['x', 'a'] }]),
  several: async (view) =>
    changing(view, 'SEVERA', [
      { ...(await get(view, A)), state: 'done', completed_at: NOW, resolution: 'completed' },
      { ...(await get(view, B)), state: 'in_progress', assignee: 'agent:b' },
      made(C, 'third'),
    ]),
  gates: async (view) => ({
    issues: [],
    gates: {
      ...(await view.gates()),
      lint: { key: 'lint', title: 'Lint', description: 'd'.repeat(100), auto: true },
    },
    config: { tombstone_days: 7 },
    events: [
      {
        ts: NOW,
        event: 'gate.defined',
        id: null,
        eid: idOf('EGATE'),
        by: 'human:h',
        gate: 'lint',
        changes: {},
      },
    ],
    result: 'GATES',
  }),
  delete: async (view) =>
    changing(view, 'DELETE', [
      { id: B, deleted_by: 'agent:a', deleted_at: NOW, title: (await get(view, B)).title },
    ]),
  purge: async () => ({ issues: [], purge: [GONE], events: [], result: 'PVRGE' }),
};

export const touch: Decide = async (view) => {
  const old = await view.get(OTHER);
  return changing(view, `T${(old?.title.length ?? 0) % 10}`, [
    old === undefined ? made(OTHER, 't') : { ...old, title: `${old.title}t` },
  ]);
};

export function openScene(disk: Disk, process: string, options: Partial<FilesStoreOptions> = {}): Store {
  let names = 0;
  return openFilesStore({
    root: ROOT,
    dir: DIR,
    clock,
    disk,
    owner: ownerNamed(process),
    newId: () => `${process}N${(names++).toString(36)}`,
    waiting: { elapsed: () => 0, pause: async () => {}, random: () => 0.5 },
    index: testedIndex(),
    ...options,
  });
}

/** A store with two issues, a tombstone and a gate, all of it on the disk. `warm`: somebody has written before. */
export async function makeScene(options: Partial<FilesStoreOptions> = {}): Promise<SimDisk> {
  const disk = new SimDisk();
  disk.makeDirectory(ROOT);
  const gates = { review: { key: 'review', title: 'Review', description: '', auto: false } };
  initializeFilesStore({ root: ROOT, dir: DIR, gates, disk });
  const store = openScene(disk, 'setup', options);
  await store.transact(async (view) => changing(view, 'SETVPA', [made(A, 'first'), made(B, 'second')]));
  await store.transact(async (view) => changing(view, 'SETVPG', [made(GONE, 'old')]));
  await store.transact(async (view) =>
    changing(view, 'SETVPD', [{ id: GONE, deleted_by: 'agent:a', deleted_at: NOW, title: 'old' }]),
  );
  // Where an index is kept, there is one of the store as it was before the faults.
  await stateOf(store);
  disk.syncAll();
  return disk;
}

const inCache = (path: string): boolean =>
  `${path}/`.startsWith(`${DIR}/local/cache/`) || path === `${DIR}/local`;

/** What somebody who only reads leaves as it is: all there is, and where an index is kept, all but the cache. */
export const readOnly = (disk: SimDisk): string =>
  testedIndex() === 'always' ? disk.image('', inCache) : disk.image();

/** All that a store says, as one text. */
export async function stateOf(store: Store): Promise<string> {
  return store.read(async (view) => {
    const issues = [];
    for (const id of await liveIds(view)) issues.push(await view.get(id));
    const events: Event[] = [];
    for await (const event of view.events({})) events.push(event);
    const state = {
      issues,
      tombstones: await view.tombstones(),
      gates: await view.gates(),
      config: await view.config(),
      events,
      problems: view.problems(),
    };
    return JSON.stringify(state);
  });
}

/** What contradicts in a store: between its issues and its log, or inside either. Empty when all is well. */
export async function contradictions(store: Store): Promise<readonly string[]> {
  const found: string[] = [];
  await store.read(async (view) => {
    const events: Event[] = [];
    for await (const event of view.events({})) events.push(event);
    const replayed = replay(events);
    const stored = [...(await view.tombstones())] as (Issue | Tombstone)[];
    for (const id of await liveIds(view)) stored.push((await view.get(id))!);
    for (const image of stored) {
      const log = replayed.get(image.id);
      if (log === undefined) found.push(`${image.id} is not in the log`);
      else {
        if (log.broken.length > 0) found.push(`${image.id} has a broken chain`);
        const fields = differences(image, log, (text) => text);
        if (fields.length > 0) found.push(`${image.id} differs from the log in ${fields.join(', ')}`);
      }
    }
    for (const id of replayed.keys()) {
      if (id !== GONE && !stored.some((image) => image.id === id)) found.push(`${id} is only in the log`);
    }
  });
  for (const problem of await store.inspect())
    found.push(`${problem.code}: ${problem.file} ${problem.message}`);
  return found;
}
