import { describe, expect, test } from 'vitest';
import {
  hasConflictMarkers,
  splitConflict,
  withoutMarkers,
} from '../../../src/domain/merge/conflict-markers.ts';

const conflict = (ours: string, theirs: string, base?: string, size = 7): string =>
  [
    `${'<'.repeat(size)} HEAD\n${ours}`,
    ...(base === undefined ? [] : [`${'|'.repeat(size)} base\n${base}`]),
    `${'='.repeat(size)}\n${theirs}`,
    `${'>'.repeat(size)} side\n`,
  ].join('');

describe('splitConflict', () => {
  test('takes the sides apart, and what is between conflicts belongs to all', () => {
    const text = `a\n${conflict('1\n', '2\n')}b\n${conflict('', '3\n')}c\n`;
    expect(splitConflict(text)).toEqual({
      base: 'a\nb\nc\n',
      ours: 'a\n1\nb\nc\n',
      theirs: 'a\n2\nb\n3\nc\n',
      whole: false,
    });
  });

  test('diff3 gives the base; it is whole only where every conflict does', () => {
    const told = `a\n${conflict('1\n', '2\n', '0\n')}b\n`;
    expect(splitConflict(told)).toMatchObject({ base: 'a\n0\nb\n', whole: true });
    expect(splitConflict(told + conflict('x\n', 'y\n'))).toMatchObject({ whole: false });
  });

  test('a base that was merged itself has longer marks, which are text', () => {
    const inner = conflict('p\n', 'q\n', undefined, 9);
    expect(splitConflict(conflict('1\n', '2\n', inner))).toEqual({
      base: inner,
      ours: '1\n',
      theirs: '2\n',
      whole: true,
    });
  });

  test('lines that end with CRLF, a last line without an end, marks without a label', () => {
    expect(splitConflict('<<<<<<<\r\n1\r\n=======\r\n2\r\n>>>>>>>\r\nz')).toEqual({
      base: 'z',
      ours: '1\r\nz',
      theirs: '2\r\nz',
      whole: false,
    });
  });

  test.each([
    ['nothing', ''],
    ['no marks', '{\n  "a": "<<<<<<< x"\n}\n'],
    ['no end', '<<<<<<< a\n1\n=======\n2\n'],
    ['no middle', '<<<<<<< a\n1\n>>>>>>> b\n'],
    ['twice the middle', '<<<<<<< a\n1\n=======\n2\n=======\n3\n>>>>>>> b\n'],
    ['one inside the other', `<<<<<<< a\n${conflict('1\n', '2\n')}=======\n3\n>>>>>>> b\n`],
    ['the end alone', '1\n>>>>>>> b\n'],
    ['an end after the end', `${conflict('1\n', '2\n')}>>>>>>> b\n`],
    ['six characters', '<<<<<< a\n1\n======\n2\n>>>>>> b\n'],
  ])('%s: null', (_, text) => {
    expect(splitConflict(text)).toBeNull();
  });
});

test('a line of JSON that holds marks is no mark', () => {
  expect(hasConflictMarkers('{"a":"x"}\n  "b": "<<<<<<< HEAD"\n')).toBe(false);
  expect(hasConflictMarkers(`{"a":"x"}\n${conflict('1\n', '2\n')}`)).toBe(true);
});

test('lines that are no marks', () => {
  expect(withoutMarkers(`a\n\n${conflict('1\n', '2\r\n', '0\n')}{"<<<<<<<": 1}\n`)).toEqual([
    'a',
    '1',
    '0',
    '2',
    '{"<<<<<<<": 1}',
  ]);
});
