import { expect, test } from 'vitest';
import { missingEvents } from '../../../src/domain/merge/log-lines.ts';

const event = (eid: string, id: string | null = 'I'): string => `${JSON.stringify({ eid, id })}\n`;

test.each([
  ['nothing added', event('a'), event('a'), event('a') + event('b'), []],
  ['all there', event('a'), event('a') + event('b'), event('a') + event('c') + event('b'), []],
  ['one missing', event('a'), event('a') + event('b'), event('a') + event('c'), ['b']],
  ['taken away by the branch', event('a') + event('b'), event('a'), event('a'), []],
  [
    'of the base, and taken away since',
    event('a') + event('b'),
    event('a') + event('b') + event('c'),
    event('a'),
    ['c'],
  ],
  ['no base', '', event('x'), event('y'), ['x']],
  ['no log now', event('a'), event('a') + event('b'), '', ['b']],
  ['twice', '', event('x') + event('x'), '', ['x']],
  ['no event', '', `not json\n3\nnull\n${event('x')}`, '', ['x']],
  ['the last line without an end', event('a'), event('a') + event('b').trimEnd(), event('a'), ['b']],
])('%s', (_, base, branch, now, missing) => {
  expect(missingEvents(base, branch, now).map(({ eid }) => eid)).toEqual(missing);
});

test('names the issue, or none', () => {
  expect(missingEvents('', event('x', null) + event('y', 'J'), '')).toEqual([
    { eid: 'x', id: null },
    { eid: 'y', id: 'J' },
  ]);
});
