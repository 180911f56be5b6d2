import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { diffImages, equal, isHashed, Rebuilding } from '../../src/domain/event.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { arbitraryIssue, arbitraryTombstone } from '../support/arbitrary-issue.ts';
import { idOf, issueWith } from '../support/issues.ts';

// Much work on little time: a busy machine may take its own.
vi.setConfig({ testTimeout: 120_000 });

const anyImage = fc.oneof({ weight: 5, arbitrary: arbitraryIssue }, arbitraryTombstone);
const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const apply = (before: object | null, ...all: readonly ReturnType<typeof diffImages>[]) => {
  const rebuilding = new Rebuilding(before as Readonly<Record<string, unknown>> | null, idOf(0));
  for (const changes of all) rebuilding.apply(through(changes) as ReturnType<typeof diffImages>);
  return rebuilding;
};

describe('an event holds exactly what changed', () => {
  test('its changes, applied to the image before, give the image after', () => {
    fc.assert(
      fc.property(fc.option(anyImage), anyImage, (before, after) => {
        const { image, unknown } = apply(before, diffImages(before, after));
        expect(equal(image, after)).toBe(true);
        expect(unknown).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('many in a row come to the last image, over deletions and returns', () => {
    fc.assert(
      fc.property(fc.array(anyImage, { minLength: 1, maxLength: 6 }), (images) => {
        const changes = images.map((image, at) => diffImages(images[at - 1] ?? null, image));
        expect(equal(apply(null, ...changes).image, images.at(-1))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('of a text whose hash was told, and then the text, nothing is unknown', () => {
    const hash = { $sha256: 'x', $length: 9 };
    const [hashed, told] = [{ description: [null, hash] }, { description: [hash, 'd'] }];
    expect(apply(null, hashed as never).unknown).toEqual(['description']);
    expect(apply(null, hashed as never, told as never).unknown).toEqual([]);
    expect(apply(null, hashed as never, { title: [null, 't'] }).unknown).toEqual(['description']);
  });

  test('an image differs from itself in nothing, and a changed one in something', () => {
    fc.assert(
      fc.property(anyImage, anyImage, (a, b) => {
        expect(diffImages(a, structuredClone(a))).toEqual({});
        expect(Object.keys(diffImages(a, b)).length === 0).toBe(equal(a, b));
      }),
    );
  });

  test('an image is never changed by applying events to it', () => {
    fc.assert(
      fc.property(anyImage, anyImage, (a, b) => {
        const copy = structuredClone(a);
        apply(a, diffImages(a, b));
        expect(a).toEqual(copy);
      }),
    );
  });

  test('names elements of sets and maps and comments by their own, so that it stays small', () => {
    const comment = { id: idOf(3), author: 'agent:a', at: '2026-01-01T00:00:00.000Z', body: 'hi' };
    const before = issueWith(0, { labels: ['a', 'b'], context: { x: '1' } });
    const after = { ...before, labels: ['b', 'c.d'], context: { x: '2' }, comments: [comment] };
    expect(diffImages(before, after)).toEqual({
      'labels.a': [true, false],
      'labels.c.d': [false, true],
      'context.x': ['1', '2'],
      [`comments.${idOf(3)}`]: [null, comment],
    });
  });

  test('of a creation holds every field that has a value, empty ones too', () => {
    const changes = diffImages(null, issueWith(0));
    expect(changes.labels).toEqual([null, []]);
    expect(changes).not.toHaveProperty('assignee');
  });

  test('tells an unknown field from an element of the same path', () => {
    const before = issueWith(0, { labels: ['x'] });
    const after = { ...before, 'labels.x': 7 } as Issue;
    expect(diffImages(before, after)).toEqual({ '.labels.x': [null, 7] });
    expect(apply(before, diffImages(before, after)).image).toEqual(after);
  });
});

describe('texts that are too long for the log', () => {
  const hash = { $sha256: 'ab'.repeat(32), $length: 70_000 };

  test('stand as their hash, and are named', () => {
    const { image, unknown } = apply(issueWith(0), { description: ['', hash] });
    expect([image.description, unknown]).toEqual([hash, ['description']]);
  });

  test('a long comment stays known by its id when another is added', () => {
    const first = apply(issueWith(0), { [`comments.${idOf(1)}`]: [null, hash] }).image;
    const second = { id: idOf(2), author: 'agent:a', at: '2026-01-01T00:00:00.000Z', body: 'hi' };
    const { image } = apply(first, { [`comments.${idOf(2)}`]: [null, second] });
    expect(image.comments).toEqual([{ id: idOf(1), ...hash }, second]);
  });

  test('a set or map that is only known as a hash stays unknown when an element of it changes', () => {
    const { image } = apply({ ...issueWith(0), labels: hash }, { 'labels.x': [false, true] });
    expect(isHashed(image.labels)).toBe(true);
    expect(image.labels).not.toEqual(hash);
  });

  test('what a user writes under such keys is not taken for a hash', () => {
    expect(isHashed({ $sha256: 'ab'.repeat(32) })).toBe(false);
    expect(isHashed({ $sha256: 'ab'.repeat(32), $length: '3' })).toBe(false);
    expect(isHashed(null)).toBe(false);
  });
});

describe('equal', () => {
  test('agrees with JSON in sorted order, and keys may be called anything', () => {
    const sorted = (value: unknown): string =>
      JSON.stringify(value, (_, part) =>
        part !== null && typeof part === 'object' && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
          : part,
      );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        expect(equal(a, through(a))).toBe(true);
        expect(equal(a, b)).toBe(sorted(a) === sorted(b));
      }),
    );
    expect(equal(JSON.parse('{"__proto__":{}}'), {})).toBe(false);
    expect(equal({ toString: 1 }, { valueOf: 1 })).toBe(false);
    expect(equal([], {})).toBe(false);
  });
});
