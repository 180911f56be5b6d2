import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { diffImages } from '../../src/domain/event.ts';
import { orderEvents } from '../../src/domain/event-order.ts';
import type { Event, Issue } from '../../src/domain/issue.ts';
import { differences, replay } from '../../src/domain/replay.ts';
import { arbitraryIssue } from '../support/arbitrary-issue.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { idOf, issueWith, NOW } from '../support/issues.ts';

// Much work on little time: a busy machine may take its own.
vi.setConfig({ testTimeout: 120_000 });

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const eidOf = (number: number): string => idOf(1_000_000 + number);

const eventOf = (number: number, prev: number | null, changes: Event['changes'], id = idOf(0)): Event => ({
  ts: NOW,
  event: 'issue.updated',
  id,
  eid: eidOf(number),
  prev: prev === null ? null : eidOf(prev),
  by: 'agent:a',
  changes,
});

/** The events of an issue that had these images, one after another. */
const chainOf = (images: readonly Issue[]): Event[] =>
  images.map((image, i) =>
    eventOf(i, i === 0 ? null : i - 1, diffImages(i === 0 ? null : images[i - 1]!, image)),
  );

/** Whether what comes before an event leads back to it. */
function isInRing(event: Event, lines: readonly Event[]): boolean {
  const byEid = new Map(lines.map((line) => [line.eid, line]));
  const before = (one: Event | undefined): Event | undefined => byEid.get(one?.prev ?? '');
  let at = before(event);
  for (let steps = 0; steps < lines.length && at !== undefined && at !== event; steps += 1) at = before(at);
  return at === event;
}

const anyImages = fc.array(arbitraryIssue, { minLength: 1, maxLength: 6 });

describe('replay', () => {
  test('rebuilds the last image of any chain, whatever the order of the lines', () => {
    fc.assert(
      fc.property(
        anyImages.chain((images) =>
          fc.tuple(fc.constant(images), fc.shuffledSubarray(chainOf(images), { minLength: images.length })),
        ),
        ([images, lines]) => {
          const replayed = replay(JSON.parse(JSON.stringify(lines)) as Event[]).get(idOf(0))!;
          expect(replayed.broken).toEqual([]);
          expect(differences(images.at(-1)!, replayed, digest)).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('sees when any image but the last is put in its place', () => {
    fc.assert(
      fc.property(anyImages, arbitraryIssue, (images, other) => {
        const replayed = replay(chainOf(images)).get(idOf(0))!;
        const expected = Object.keys(diffImages(images.at(-1)!, other)).length > 0;
        expect(differences(other, replayed, digest).length > 0).toBe(expected);
      }),
    );
  });

  test('takes the first of events with the same eid', () => {
    const [first, second] = chainOf([issueWith(0), issueWith(0, { title: 'new' })]);
    const again = { ...second!, changes: { title: ['issue 0', 'never'] as const } };
    expect(replay([first!, second!, again, first!]).get(idOf(0))).toMatchObject({
      image: { title: 'new' },
      broken: [],
    });
  });

  test('keeps issues apart, and leaves out what concerns no issue', () => {
    const other = { ...eventOf(9, null, diffImages(null, issueWith(1))), id: idOf(1) };
    const store = { ...eventOf(8, null, {}), id: null, event: 'gate.defined' };
    const replayed = replay([...chainOf([issueWith(0)]), store, other]);
    expect([...replayed.keys()]).toEqual([idOf(0), idOf(1)]);
  });

  test('a fork is what a merge leaves: the lines decide, and nothing is broken', () => {
    const [base] = chainOf([issueWith(0)]);
    const left = eventOf(1, 0, { title: ['issue 0', 'left'] });
    const more = eventOf(2, 1, { title: ['left', 'more'] });
    const right = eventOf(3, 0, { title: ['issue 0', 'right'] });
    const titleOf = (...lines: readonly Event[]) => {
      const { image, broken } = replay(lines).get(idOf(0))!;
      return [(image as Issue).title, broken.length];
    };
    expect(titleOf(base!, left, more, right)).toEqual(['right', 0]);
    expect(titleOf(base!, right, left, more)).toEqual(['more', 0]);
    // Never before its `prev`; as soon as that is placed.
    expect(titleOf(base!, more, right, left)).toEqual(['more', 0]);
    expect(titleOf(more, right, left, base!)).toEqual(['more', 0]);
  });

  test('takes the first of events with the same eid also off the chain', () => {
    const [base] = chainOf([issueWith(0)]);
    const left = eventOf(1, 0, { title: ['issue 0', 'left'] });
    const right = eventOf(2, 0, { priority: ['normal', 'high'] });
    const again = { ...right, changes: { priority: ['normal', 'low'] as const } };
    const { image, events } = replay([base!, left, right, again]).get(idOf(0))!;
    expect([(image as Issue).priority, events.length]).toEqual(['high', 3]);
  });

  test('at a gap goes on with the lines, and names what comes after it', () => {
    const chain = chainOf([issueWith(0), issueWith(0, { title: 'b' }), issueWith(0, { title: 'c' })]);
    const { image, broken } = replay([chain[0]!, chain[2]!]).get(idOf(0))!;
    expect(image).toMatchObject({ title: 'c' });
    expect(broken).toEqual([chain[2]]);
  });

  test('a second beginning is a gap', () => {
    const [base] = chainOf([issueWith(0)]);
    const again = eventOf(1, null, { title: [null, 'again'] });
    expect(replay([base!, again]).get(idOf(0))!.broken).toEqual([again]);
  });

  test('a gap is forgiven once an event says how the issue is', () => {
    const chain = chainOf([issueWith(0), issueWith(0, { title: 'b' }), issueWith(0, { title: 'c' })]);
    const told = { ...eventOf(9, 2, {}), event: 'issue.reconciled' };
    const brokenIn = (...lines: readonly Event[]) => replay(lines).get(idOf(0))!.broken.length;
    expect(brokenIn(chain[0]!, chain[2]!, told)).toBe(0);
    // It can only be the last where the one before it is in the log.
    expect(brokenIn(chain[0]!, { ...told, prev: null }, chain[2]!)).toBe(1);
    expect(brokenIn(chain[0]!, chain[2]!, told, eventOf(10, 8, {}))).toBe(1);
  });

  test('ends also when events name each other as the one before: nothing is missing but a beginning', () => {
    const [base] = chainOf([issueWith(0)]);
    const ring = [eventOf(1, 2, { title: [null, 'a'] }), eventOf(2, 1, { title: ['a', 'b'] })];
    expect(replay(ring).get(idOf(0))).toMatchObject({ image: { title: 'b' }, broken: [ring[0]] });
    expect(replay([eventOf(1, 1, {})]).get(idOf(0))!.broken).toHaveLength(1);
    const tail = eventOf(4, 2, { title: ['b', 'c'] });
    const many = [tail, base!, ...ring, eventOf(5, 5, {})];
    expect(replay(many).get(idOf(0))).toMatchObject({
      events: [base, ring[0], ring[1], tail, many[4]],
      image: { title: 'c' },
      broken: [],
    });
  });

  test('orders any lines so that each event comes once, and none before the one it names', () => {
    const anyLines = fc.array(fc.tuple(fc.nat({ max: 12 }), fc.option(fc.nat({ max: 14 }))), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(anyLines, (pairs) => {
        const lines = [...new Map(pairs).entries()].map(([eid, prev]) => eventOf(eid, prev, {}));
        const { ordered, gaps } = orderEvents(lines);
        expect(new Set(ordered)).toEqual(new Set(lines));
        expect(ordered).toHaveLength(lines.length);
        const places = new Map(ordered.map(({ eid }, place) => [eid, place]));
        for (const [place, event] of ordered.entries()) {
          if (gaps.includes(event)) continue;
          if (event.prev === null) expect(place).toBe(0);
          else if (!isInRing(event, lines)) expect(places.get(event.prev)).toBeLessThan(place);
        }
        // Without any `prev` among them the lines stand as they are.
        if (gaps.length === lines.length) expect(ordered).toEqual(lines);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a chain of 100,000 events is nothing special', () => {
    const events = Array.from({ length: 100_000 }, (_, i) =>
      eventOf(i, i === 0 ? null : i - 1, { title: [null, `${i}`] }),
    );
    let title: unknown;
    const spent = cpuTimeOf(() => {
      title = (replay(events).get(idOf(0))!.image as Issue).title;
    });
    expect(title).toBe('99999');
    expect(spent).toBeLessThan(10_000);
  });
});

describe('texts that the log holds as a hash', () => {
  const long = 'x'.repeat(70_000);
  const hashOf = (text: string) => ({ $sha256: digest(text), $length: text.length });
  const created = eventOf(0, null, diffImages(null, issueWith(0)));

  test('are verified, not restored', () => {
    const replayed = replay([created, eventOf(1, 0, { description: ['', hashOf(long)] })]).get(idOf(0))!;
    expect(replayed.unknown).toEqual(['description']);
    expect(differences(issueWith(0, { description: long }), replayed, digest)).toEqual([]);
    expect(differences(issueWith(0, { description: 'y' }), replayed, digest)).toEqual(['description']);
  });

  test('are known again once they are replaced', () => {
    const events = [
      created,
      eventOf(1, 0, { description: ['', hashOf(long)] }),
      eventOf(2, 1, { description: [hashOf(long), 'short'] }),
    ];
    expect(replay(events).get(idOf(0))).toMatchObject({ unknown: [], image: { description: 'short' } });
  });

  test('inside comments and context too', () => {
    const comment = { id: idOf(5), author: 'agent:a', at: NOW, body: long };
    const later = { ...comment, id: idOf(6), body: 'short' };
    const replayed = replay([
      created,
      eventOf(1, 0, { [`comments.${idOf(5)}`]: [null, hashOf(JSON.stringify(comment))] }),
      eventOf(2, 1, { 'context.log': [null, hashOf(long)] }),
      eventOf(3, 2, { [`comments.${idOf(6)}`]: [null, later] }),
    ]).get(idOf(0))!;
    const issue = issueWith(0, { comments: [comment, later], context: { log: long } });
    expect(differences(issue, replayed, digest)).toEqual([]);
    expect(differences({ ...issue, comments: [later] }, replayed, digest)).toEqual(['comments']);
    expect(differences({ ...issue, context: { log: 'y' } }, replayed, digest)).toEqual(['context']);
  });

  test('a map known only as a hash, and changed in part since, cannot be verified and is not called edited', () => {
    const context = { big: long };
    const replayed = replay([
      eventOf(0, null, { ...created.changes, context: [null, hashOf(JSON.stringify(context))] }),
      eventOf(1, 0, { 'context.more': [null, 'x'] }),
    ]).get(idOf(0))!;
    expect(differences(issueWith(0, { context: { ...context, more: 'x' } }), replayed, digest)).toEqual([]);
  });
});
