import { expect, test } from 'vitest';
import { partedAt } from '../../src/git/parents.ts';

/**
 *   a - b - c - e      d follows b, e follows c and d
 *        \  d  /
 */
const history = new Map<string, readonly string[]>([
  ['e', ['c', 'd']],
  ['d', ['b']],
  ['c', ['b']],
  ['b', ['a']],
  ['a', []],
]);

test.each([
  ['c', 'd', ['b']],
  ['d', 'c', ['b']],
  ['e', 'd', ['d']],
  ['d', 'e', ['b', 'd']],
  ['a', 'a', ['a']],
])('%s and %s', (one, other, parted) => {
  expect([...partedAt(history, one, other)!].sort()).toEqual(parted);
});

test('criss-cross: both', () => {
  const crossed = new Map([
    ['x', ['p', 'q']],
    ['y', ['q', 'p']],
    ['p', ['r']],
    ['q', ['r']],
    ['r', []],
  ]);
  expect([...partedAt(crossed, 'x', 'y')!].sort()).toEqual(['p', 'q']);
});

test('further back than was read: null', () => {
  const cut = new Map([
    ['m', ['x', 'y']],
    ['x', ['beyond']],
    ['y', ['far']],
  ]);
  expect(partedAt(cut, 'x', 'y')).toBeNull();
  expect(partedAt(cut, 'x', 'unknown')).toBeNull();
});

test('no common commit', () => {
  expect(
    partedAt(
      new Map([
        ['x', []],
        ['y', []],
      ]),
      'x',
      'y',
    ),
  ).toEqual([]);
});
