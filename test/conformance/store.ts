import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import { diffImages } from '../../src/domain/event.ts';
import type { Event, GateRegistry, Issue, Tombstone } from '../../src/domain/issue.ts';
import { replay } from '../../src/domain/replay.ts';
import type { EventDraft, EventRange, History, Plan, Store, View } from '../../src/store/store.ts';
import { arbitraryIssue } from '../support/arbitrary-issue.ts';
import { briefsIn, headsIn } from '../support/heads.ts';
import { GATES, idOf, issueWith, NOW } from '../support/issues.ts';
import { liveIds } from '../support/live-ids.ts';

/** What an adapter is tried with: an empty store with these gates, of which nobody else knows. */
export type OpenStore = (clock: Clock, gates: GateRegistry) => Store;

const clock: Clock = { now: () => NOW, ago: () => NOW };

let eids = 0;
const newEid = (): string => idOf(1_000_000 + eids++);

/** A plan that writes these images, with an event for each. */
async function write(view: View, ...images: readonly (Issue | Tombstone)[]): Promise<Plan<undefined>> {
  const events: EventDraft[] = [];
  for (const image of images) {
    const before = (await view.get(image.id)) ?? null;
    events.push({
      ts: NOW,
      event: before === null ? 'issue.created' : 'issue.updated',
      id: image.id,
      eid: newEid(),
      by: 'agent:a',
      changes: diffImages(before, image),
    });
  }
  return { issues: images, events, result: undefined };
}

const put = (store: Store, ...images: readonly (Issue | Tombstone)[]): Promise<undefined> =>
  store.transact((view) => write(view, ...images));

const getFrom = (store: Store, id: string): Promise<Issue | undefined> => store.read((view) => view.get(id));

const eventsOf = (store: Store, range: EventRange = {}): Promise<readonly Event[]> =>
  store.read(async (view) => {
    const events: Event[] = [];
    for await (const event of view.events(range)) events.push(event);
    return events;
  });

const tombstone = (number: number): Tombstone => ({
  id: idOf(number),
  deleted_by: 'human:h',
  deleted_at: NOW,
  title: 'gone',
});

async function historiesIn(view: View): Promise<readonly History[]> {
  const histories: History[] = [];
  for await (const history of view.histories()) histories.push(history);
  return histories;
}

async function imagesIn(view: View): Promise<readonly (Issue | Tombstone)[]> {
  const images: (Issue | Tombstone)[] = [];
  for await (const image of view.images()) images.push(image);
  return images;
}

/** Ids with how many events there are of each, as `records` says it. */
async function recordsIn(view: View): Promise<readonly (readonly [string | null, number])[]> {
  const found: (readonly [string | null, number])[] = [];
  for await (const records of view.records())
    for (const record of records) {
      if ('told' in record) found.push([record.told.id, record.events]);
      else {
        found.push([record.id, record.events.length]);
        if (record.id !== null && record.image === undefined) expect(record.events).not.toEqual([]);
      }
    }
  return found;
}

/** What `records` is to say, from images and histories. */
async function countedIn(view: View): Promise<readonly (readonly [string | null, number])[]> {
  const counts = new Map<string | null, number>();
  for (const { id } of await imagesIn(view)) counts.set(id, 0);
  for (const { id, events } of await historiesIn(view)) counts.set(id, events.length);
  return [...counts].sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1));
}

/** All that a store says, to be compared. */
export async function contentOf(store: Store): Promise<unknown> {
  const events = await eventsOf(store);
  return store.read(async (view) => {
    const ids = await liveIds(view);
    const dependents = await Promise.all(ids.map((id) => view.dependents(id)));
    return {
      issues: await Promise.all(ids.map((id) => view.get(id))),
      selection: headsIn(await view.select({ where: { op: 'all' }, sort: ['-priority', 'title'] })),
      list: briefsIn(await view.list({ where: { op: 'all' }, limit: 5 })),
      dependents,
      dangling: (await view.graph()).dangling,
      tombstones: await view.tombstones(),
      images: await imagesIn(view),
      histories: await historiesIn(view),
      gates: await view.gates(),
      config: await view.config(),
      events,
      problems: view.problems(),
    };
  });
}

/** What every store must do. `name`: the adapter. `queues`: whether it lets one turn follow the other. */
export function describeStore(name: string, open: OpenStore, queues = true): void {
  const empty = (): Store => open(clock, GATES);

  describe(`${name} reads and writes`, () => {
    test('an empty store has its gates and nothing else', async () => {
      expect(await contentOf(empty())).toEqual({
        issues: [],
        selection: { rows: [], total: 0 },
        list: { rows: [], total: 0 },
        dependents: [],
        dangling: [],
        tombstones: [],
        images: [],
        histories: [],
        gates: GATES,
        config: {},
        events: [],
        problems: [],
      });
    });

    test('what was written is read, whole and in ULID order', async () => {
      const store = empty();
      const rich = issueWith(2, {
        labels: ['b', 'a'],
        context: { z: '1', a: '2' },
        dependencies: [idOf(9), idOf(1)],
        comments: [{ id: idOf(50), author: 'agent:a', at: NOW, body: 'b' }],
      });
      await put(store, rich, issueWith(1));
      expect(await store.read((view) => liveIds(view))).toEqual([idOf(1), idOf(2)]);
      expect(await getFrom(store, idOf(2))).toEqual({
        ...rich,
        labels: ['a', 'b'],
        dependencies: [idOf(1), idOf(9)],
      });
      expect(await getFrom(store, idOf(3))).toBeUndefined();
    });

    test('keys that this jit does not know are kept', async () => {
      const store = empty();
      const newer = { ...issueWith(1), later: { deep: [1, { x: null }] }, __later: 'x' } as Issue;
      await put(store, newer);
      await store.transact(async (view) => write(view, { ...(await view.get(idOf(1)))!, title: 'changed' }));
      expect(await getFrom(store, idOf(1))).toEqual({ ...newer, title: 'changed' });
    });

    test('gates and configuration are replaced as a whole', async () => {
      const store = empty();
      const gates = { only: { key: 'only', title: 'Only', description: '', auto: true } };
      await store.transact(async () => ({
        issues: [],
        events: [],
        gates,
        config: { tombstone_days: 3 },
        result: 0,
      }));
      expect(await store.read((view) => view.gates())).toEqual(gates);
      expect(await store.read((view) => view.config())).toEqual({ tombstone_days: 3 });
    });

    test('a tombstone takes the place of an issue until it is purged', async () => {
      const store = empty();
      await put(store, issueWith(1), issueWith(2));
      await put(store, tombstone(1));
      expect(await store.read((view) => liveIds(view))).toEqual([idOf(2)]);
      expect(await store.read((view) => view.ids())).toEqual([idOf(1), idOf(2)]);
      expect(await getFrom(store, idOf(1))).toBeUndefined();
      expect(await store.read((view) => view.tombstones())).toEqual([tombstone(1)]);
      await store.transact(async () => ({ issues: [], purge: [idOf(1)], events: [], result: 0 }));
      expect(await store.read((view) => view.tombstones())).toEqual([]);
    });

    test('the images are all that is stored, whole and in ULID order', async () => {
      const store = empty();
      const rich = issueWith(3, { description: 'd', context: { a: '1' }, labels: ['b', 'a'] });
      await put(store, rich, issueWith(1), issueWith(2));
      await put(store, tombstone(2));
      expect(await store.read(imagesIn)).toEqual([
        issueWith(1),
        tombstone(2),
        { ...rich, labels: ['a', 'b'] },
      ]);
      // The same after everything was asked for in another way.
      const asked = await store.read(async (view) => {
        await view.graph();
        return imagesIn(view);
      });
      expect(asked).toEqual(await store.read(imagesIn));
    });

    test('a purge removes tombstones only', async () => {
      const store = empty();
      await put(store, issueWith(1));
      await store.transact(async () => ({ issues: [], purge: [idOf(1), idOf(7)], events: [], result: 0 }));
      expect(await getFrom(store, idOf(1))).toEqual(issueWith(1));
    });

    test('state and blockers of a selection are derived', async () => {
      const store = empty();
      await put(
        store,
        issueWith(1, { priority: 'low' }),
        issueWith(2, { dependencies: [idOf(1)], state: 'ready', priority: 'critical' }),
        issueWith(3, { dependencies: [idOf(8)], priority: 'high' }),
        issueWith(4, { hold: { reason: 'h', until: '2026-01-02T03:04:04.000Z' }, state: 'backlog' }),
      );
      const { rows, total } = await store.read((view) => view.select({ where: { op: 'all' }, limit: 3 }));
      expect(rows.map(({ issue, state, blockedBy }) => [issue.id, state, blockedBy])).toEqual([
        [idOf(2), 'backlog', [idOf(1)]],
        [idOf(3), 'backlog', [idOf(8)]],
        [idOf(4), 'ready', []],
      ]);
      expect(total).toBe(4);
      const list = await store.read((view) => view.list({ where: { op: 'all' }, limit: 3 }));
      expect(briefsIn(list)).toEqual(briefsIn({ rows, total }));
      const blocked = await store.read((view) => view.select({ where: { op: 'is', what: 'blocked' } }));
      expect(blocked.total).toBe(2);
      expect(await store.read((view) => view.dependents(idOf(1)))).toEqual([idOf(2)]);
      expect(await store.read((view) => view.dependents(idOf(8)))).toEqual([idOf(3)]);
      expect((await store.read((view) => view.graph())).dangling).toEqual([{ from: idOf(3), to: idOf(8) }]);
    });
  });

  describe(`${name} commits as one or not at all`, () => {
    test('what decide throws passes through, and nothing is changed', async () => {
      const store = empty();
      await put(store, issueWith(1));
      const before = await contentOf(store);
      const thrown = new Error('no');
      await expect(store.transact(() => Promise.reject(thrown))).rejects.toBe(thrown);
      expect(await contentOf(store)).toEqual(before);
    });

    test('a plan with one bad part changes nothing', async () => {
      const store = empty();
      const before = await contentOf(store);
      const bad = { ...issueWith(2), priority: 'urgent' } as unknown as Issue;
      await expect(put(store, issueWith(1), bad)).rejects.toMatchObject({ code: 'INVALID' });
      expect(await contentOf(store)).toEqual(before);
    });

    test.each([
      ['an id that is a path', { ...issueWith(1), id: '../../etc/passwd' }],
      ['an id in lower case', { ...issueWith(1), id: idOf(1).toLowerCase() }],
      ['half a character', issueWith(1, { description: '\ud800' })],
      ['a label with a newline', issueWith(1, { labels: ['a\nb'] })],
    ])('%s is INVALID', async (_, issue) => {
      const store = empty();
      const plan = { issues: [issue], events: [], result: 0 };
      await expect(store.transact(async () => plan)).rejects.toMatchObject({ code: 'INVALID' });
      expect(await store.read((view) => liveIds(view))).toEqual([]);
    });

    test('two images of one issue are INVALID', async () => {
      const plan = { issues: [issueWith(1), issueWith(1, { title: 'x' })], events: [], result: 0 };
      await expect(empty().transact(async () => plan)).rejects.toMatchObject({ code: 'INVALID' });
    });

    const long = 'x'.repeat(256 * 1024);
    const comment = (number: number) => ({ id: idOf(number), author: 'agent:a', at: NOW, body: long });
    test.each<[string, Partial<Issue>]>([
      ['title', { title: 'x'.repeat(201) }],
      ['description', { description: `${long}x` }],
      ['comment', { comments: [{ ...comment(9), body: `${long}x` }] }],
      ['dependencies', { dependencies: Array.from({ length: 1001 }, (_, i) => idOf(i + 10)) }],
      ['file', { comments: [1, 2, 3, 4].map(comment) }],
    ])('a %s over its limit is LIMIT_EXCEEDED', async (field, fields) => {
      const store = empty();
      const plan = { issues: [issueWith(1, fields)], events: [], result: 0 };
      await expect(store.transact(async () => plan)).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
        details: { field },
      });
      expect(await store.read((view) => liveIds(view))).toEqual([]);
    });

    test('a title of 200 characters outside the basic plane, and a description at its limit, are kept', async () => {
      const store = empty();
      await put(store, issueWith(1, { title: '𝄞'.repeat(200), description: long }));
      expect((await getFrom(store, idOf(1)))?.description).toBe(long);
    });

    test('a view stays what it was while somebody else commits', async () => {
      const store = empty();
      await put(store, issueWith(1, { title: 'before' }));
      const titles = await store.read(async (view) => {
        const first = (await view.get(idOf(1)))!.title;
        if (first === 'before') await put(store, issueWith(1, { title: 'after' }), issueWith(2));
        return [first, (await view.get(idOf(1)))!.title, (await liveIds(view)).length];
      });
      // Either picture is right; a mixture of both is not.
      expect([
        ['before', 'before', 1],
        ['after', 'after', 2],
      ]).toContainEqual(titles);
    });

    test('decide runs again when another commit came first', async () => {
      const store = empty();
      await put(store, issueWith(1, { labels: [] }));
      const add = (label: string): Promise<undefined> =>
        store.transact(async (view) => {
          const issue = (await view.get(idOf(1)))!;
          await new Promise((go) => setImmediate(go));
          return write(view, { ...issue, labels: [...issue.labels, label] });
        });
      const labels = Array.from({ length: 12 }, (_, i) => `l${String(i).padStart(2, '0')}`);
      await Promise.all(labels.map(add));
      expect((await getFrom(store, idOf(1)))?.labels).toEqual(labels);
      expect(await eventsOf(store)).toHaveLength(13);
    });

    test('what is done in a turn is done, and its result, or what it throws, passes through', async () => {
      const store = empty();
      const label = (store: Store, label: string) =>
        store.transact(async (view) => {
          const before = (await view.get(idOf(1))) ?? issueWith(1, { labels: [] });
          return write(view, { ...before, labels: [...before.labels, label] });
        });
      const said = await store.inTurn(async (mine) => {
        await label(mine, 'a');
        expect((await getFrom(mine, idOf(1)))?.labels).toEqual(['a']);
        await mine.inTurn((nested) => label(nested, 'b'));
        await expect(mine.transact(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
        return (await getFrom(mine, idOf(1)))?.labels;
      });
      expect(said).toEqual(['a', 'b']);
      await expect(store.inTurn(async () => Promise.reject(new Error('over')))).rejects.toThrow('over');
      await label(store, 'c');
      expect((await getFrom(store, idOf(1)))?.labels).toEqual(['a', 'b', 'c']);
    });

    test.runIf(queues)('what was read in a turn still holds when it is changed there', async () => {
      const store = empty();
      await put(store, issueWith(1, { labels: [] }));
      const add = (label: string): Promise<undefined> =>
        store.inTurn(async (mine) => {
          const { labels, ...issue } = (await getFrom(mine, idOf(1)))!;
          await new Promise((go) => setImmediate(go));
          return put(mine, { ...issue, labels: [...labels, label] } as Issue);
        });
      const labels = Array.from({ length: 12 }, (_, i) => `l${String(i).padStart(2, '0')}`);
      await Promise.all(labels.map(add));
      expect((await getFrom(store, idOf(1)))?.labels?.toSorted()).toEqual(labels);
    });

    test('what a caller does to its plan afterwards changes nothing', async () => {
      const store = empty();
      const issue = { ...issueWith(1), labels: ['a'] };
      await put(store, issue);
      issue.labels.push('b');
      expect((await getFrom(store, idOf(1)))?.labels).toEqual(['a']);
    });
  });

  describe(`${name} keeps the log`, () => {
    test('prev leads to the previous event of the same issue, also within one plan', async () => {
      const store = empty();
      await put(store, issueWith(1), issueWith(2));
      await store.transact(async (view) => {
        const once = await write(view, { ...issueWith(1), title: 'two' });
        const again = { ...once.events[0]!, eid: newEid(), event: 'issue.claimed', changes: {} };
        const gate: EventDraft = { ...again, event: 'gate.defined', id: null, eid: newEid(), gate: 'tests' };
        return { ...once, events: [...once.events, gate, again] };
      });
      const [a, b, c, gate, d] = await eventsOf(store);
      expect([a?.prev, b?.prev, c?.prev, gate?.prev, d?.prev]).toEqual([null, null, a?.eid, null, c?.eid]);
    });

    test('a range is by time, by issue, and the last of what matches', async () => {
      const store = empty();
      const at = (second: number): string => `2026-01-02T03:04:0${second}.000Z`;
      for (const [i, number] of [1, 2, 1, 2, 1].entries()) {
        await store.transact(async (view) => {
          const plan = await write(view, issueWith(number, { title: `t${i}` }));
          return { ...plan, events: plan.events.map((event) => ({ ...event, ts: at(i) })) };
        });
      }
      const seconds = async (range: EventRange) =>
        (await eventsOf(store, range)).map(({ ts }) => Number(ts[18]));
      expect(await seconds({})).toEqual([0, 1, 2, 3, 4]);
      expect(await seconds({ id: idOf(1) })).toEqual([0, 2, 4]);
      expect(await seconds({ since: at(1), until: at(3) })).toEqual([1, 2, 3]);
      expect(await seconds({ last: 2 })).toEqual([3, 4]);
      expect(await seconds({ last: 0 })).toEqual([]);
      expect(await seconds({ id: idOf(2), last: 1 })).toEqual([3]);
    });

    test('records are images and histories side by side, those of no issue first', async () => {
      const store = empty();
      await put(store, issueWith(3), issueWith(1), issueWith(2, { labels: ['a'] }));
      await put(store, { ...issueWith(1), title: 'two' }, tombstone(2));
      await store.transact(async (view) => {
        const { events, ...plan } = await write(view, issueWith(4));
        const gate = {
          ...events[0]!,
          eid: newEid(),
          event: 'gate.defined',
          id: null,
          gate: 'tests',
        } as const;
        return { ...plan, events: [...events, gate] };
      });
      const found = await store.read(async (view) => {
        const records = await recordsIn(view);
        expect(records).toEqual(await countedIn(view));
        return records;
      });
      expect(found).toEqual([
        [null, 1],
        [idOf(1), 2],
        [idOf(2), 2],
        [idOf(3), 1],
        [idOf(4), 1],
      ]);
    });

    test('histories are all events, issue by issue, those of no issue first', async () => {
      const store = empty();
      await put(store, issueWith(2), issueWith(1));
      const define = {
        ts: NOW,
        event: 'gate.defined',
        id: null,
        eid: newEid(),
        by: 'agent:a',
        gate: 'g',
        changes: {},
      };
      await store.transact(async () => ({ issues: [], events: [define as EventDraft], result: 0 }));
      await put(store, issueWith(2, { title: 'changed' }), issueWith(3));
      const events = await eventsOf(store);
      const of = (id: string | null): History => ({ id, events: events.filter((event) => event.id === id) });
      const found = await store.read(historiesIn);
      expect(found).toEqual([of(null), of(idOf(1)), of(idOf(2)), of(idOf(3))]);
      expect(found.map(({ events }) => events.length)).toEqual([1, 1, 2, 1]);
    });

    test('an inspection lets look at the view that it is about', async () => {
      const store = empty();
      await put(store, issueWith(2), issueWith(1));
      const seen: unknown[] = [];
      const problems = await store.inspect(async (view) => {
        seen.push(await imagesIn(view), await historiesIn(view));
      });
      expect(problems).toEqual([]);
      expect(seen).toEqual([await store.read(imagesIn), await store.read(historiesIn)]);
    });

    test('a text over the line limit stands in the log as its hash', async () => {
      const store = empty();
      const description = 'ä'.repeat(60_000);
      await put(store, issueWith(1, { description, context: { small: 's' } }));
      const [event] = await eventsOf(store);
      expect(event?.changes.description).toEqual([
        null,
        {
          $sha256: process
            .getBuiltinModule('node:crypto')
            .createHash('sha256')
            .update(description)
            .digest('hex'),
          $length: 120_000,
        },
      ]);
      expect(event?.changes.title).toEqual([null, 'issue 1']);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(64 * 1024);
      expect((await getFrom(store, idOf(1)))?.description).toBe(description);
    });

    test('the log alone rebuilds the store, whatever was written', async () => {
      const change = fc.record({ number: fc.nat({ max: 5 }), issue: arbitraryIssue, gone: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
          const store = empty();
          for (const { number, issue, gone } of changes) {
            const image = gone ? tombstone(number) : { ...issue, id: idOf(number) };
            await put(store, image).catch(refusedByTheRules);
          }
          const replayed = replay(await eventsOf(store));
          const stored = await store.read(async (view) => {
            const issues = await Promise.all((await liveIds(view)).map((id) => view.get(id)));
            return [...issues, ...(await view.tombstones())] as (Issue | Tombstone)[];
          });
          expect(stored.map(({ id }) => id).sort()).toEqual([...replayed.keys()].sort());
          for (const { broken } of replayed.values()) expect(broken).toEqual([]);
        }),
        { numRuns: 30, seed: 11 },
      );
    });
  });

  describe(`${name} has nothing to complain of`, () => {
    test('what it wrote is in canonical form', async () => {
      const store = empty();
      await put(store, issueWith(1, { labels: ['z', 'a'] }), issueWith(2));
      await put(store, tombstone(2));
      expect(await store.inspect()).toEqual([]);
      expect(await store.repair(true)).toEqual([]);
    });

    test('a watcher hears of a commit, until it is stopped', async () => {
      const store = empty();
      let heard = (): void => {};
      const once = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const stop = await store.watch(() => heard());
      await put(store, issueWith(1));
      await once;
      await stop();
    });
  });
}

// Arbitrary issues hold more than the schema lets in; what is refused is refused by every adapter alike.
function refusedByTheRules(error: unknown): undefined {
  if ((error as { code?: string }).code !== 'INVALID') throw error;
  return undefined;
}

/** Runs the same plans on two stores and compares them after each. */
export function describeSameness(name: string, openOne: OpenStore, openOther: OpenStore): void {
  test(`${name} tell the same after the same plans`, async () => {
    const step = fc.record({
      number: fc.nat({ max: 6 }),
      issue: arbitraryIssue,
      what: fc.constantFrom('issue', 'issue', 'issue', 'tombstone', 'purge', 'config', 'bad'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const stores = [openOne(clock, GATES), openOther(clock, GATES)];
        for (const { number, issue, what } of steps) {
          const eid = newEid();
          const outcomes = await Promise.all(
            stores.map((store) =>
              store
                .transact(async (view): Promise<Plan<string>> => {
                  const id = idOf(number);
                  if (what === 'purge') return { issues: [], purge: [id], events: [], result: 'purged' };
                  if (what === 'config')
                    return { issues: [], config: { tombstone_days: number }, events: [], result: 'c' };
                  const image =
                    what === 'tombstone'
                      ? tombstone(number)
                      : { ...issue, id, ...(what === 'bad' && { labels: [''] }) };
                  const before = (await view.get(id)) ?? null;
                  const changes = diffImages(before, image);
                  const event = { ts: NOW, event: 'issue.updated', id, eid, by: 'agent:a', changes };
                  return { issues: [image], events: [event], result: JSON.stringify(before) };
                })
                .catch((error: unknown) => {
                  const { code, message } = error as { code?: string; message: string };
                  return `${code} ${message}`;
                }),
            ),
          );
          expect(outcomes[1]).toEqual(outcomes[0]);
        }
        expect(await contentOf(stores[1]!)).toEqual(await contentOf(stores[0]!));
      }),
      { numRuns: 60, seed: 5 },
    );
  });
}
