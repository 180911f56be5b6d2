import { describe, expect, test } from 'vitest';
import { checkIdArgument, findIds, isUlid } from '../../src/domain/ids.ts';
import { refusalOf } from '../support/refusal.ts';

const A = '01KDYAAAAAAAAAAAAAAAAAWXYZ';
const B = '01KDYBBBBBBBBBBBBBBBBB7XYZ';
const C = '01KDYBBBBBBBBBBBBBBBBB01KD';
const ids = [A, B, C];

describe('an argument means', () => {
  test.each<[string, string, readonly string[]]>([
    ['a full id', A, [A]],
    ['a full id in lower case', A.toLowerCase(), [A]],
    ['a suffix of four', 'WXYZ', [A]],
    ['a suffix in any case', '7xyZ', [B]],
    ['a prefix', '01kdya', [A]],
    ['a prefix of several: ambiguous', '01KDYB', [B, C]],
    ['a prefix of all and a suffix of one: each once', '01KD', [A, B, C]],
    ['the start of a ref, the last eight characters', 'bbbb7', [B]],
    ['what is in the middle only: nothing', 'AAAAAAAAA', []],
    ['three characters: too short', 'XYZ', []],
    ['a full id that is not there: nothing', '01KDYCCCCCCCCCCCCCCCCCCCCC', []],
    ['longer than an id: nothing', `${A}A`, []],
    ['nothing: nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(findIds(ids, text)).toEqual(expected);
  });
});

test.each(['', ' ', 'abc', '../etc', 'a b c d', 'a/b/', '01KDY\n', 'ab-cd', 'äöüß'])(
  '%j cannot be an id',
  (text) => {
    expect(refusalOf(() => checkIdArgument(text))).toMatchObject({ code: 'USAGE', exit: 2 });
  },
);

test.each([A, A.toLowerCase(), 'wxyz'])('%s may be one', (text) => {
  expect(() => checkIdArgument(text)).not.toThrow();
});

test('a full id is 26 characters of Crockford’s alphabet in upper case, and fits 128 bits', () => {
  expect(isUlid(A)).toBe(true);
  for (const text of [
    A.toLowerCase(),
    `${A}\n`,
    A.slice(1),
    `8${A.slice(1)}`,
    A.replace('W', 'U'),
    A.replace('W', 'I'),
  ])
    expect(isUlid(text)).toBe(false);
});
