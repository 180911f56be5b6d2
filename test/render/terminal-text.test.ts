import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeLine, safeText, truncate, width } from '../../src/render/terminal-text.ts';

/** Any string of UTF-16 units, lone surrogates included, rich in what is dangerous. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\x1b[31m',
        '\x1b]0;x\x07',
        '\u009b2J',
        '\u202e',
        '\u200b',
        '\u2066',
        '\ufeff',
        '\ud800',
      ),
      fc.constantFrom(
        '\n',
        '\r',
        '\t',
        '\0',
        '\x7f',
        '\u2028',
        '\u00ad',
        '\u{e0041}',
        '\u3164',
        'é',
        '漢字',
        '👩‍💻',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

// Written apart from the code it judges: by code point, not by property.
function isDangerous(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xe0000 && code <= 0xe0fff) ||
    [0xad, 0x61c, 0x180e, 0x3164, 0xfeff, 0xfff9, 0xfffa, 0xfffb].includes(code)
  );
}

// A joiner between the two emoji of the generator is what makes them one.
const dangersIn = (text: string): readonly string[] =>
  [...text.replaceAll('👩‍💻', '')].filter((character) => isDangerous(character.codePointAt(0)!));

describe('safeLine', () => {
  it.each([
    ['plain title', 'plain title'],
    ['a\nb\tc\r', 'a\\nb\\tc\\r'],
    ['\x1b[2J\x1b]0;title\x07', '\\x1b[2J\\x1b]0;title\\x07'],
    ['\u009b31m', '\\x9b31m'],
    ['pay \u202eelif', 'pay \\u{202e}elif'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['half \ud83d', 'half \\u{d83d}'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['Grüße, 漢字, ❤️, 👩‍💻, C:\\path', 'Grüße, 漢字, ❤️, 👩‍💻, C:\\path'],
    ['joined\u200dwords 👩\u200dx', 'joined\\u{200d}words 👩\\u{200d}x'],
  ])('%j', (text, expected) => {
    expect(safeLine(text)).toBe(expected);
  });

  it('lets nothing dangerous through, and changes nothing twice', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = safeLine(text);
        expect(dangersIn(line)).toEqual([]);
        expect(safeLine(line)).toBe(line);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('safeText', () => {
  it('keeps lines, and nothing else of what is dangerous', () => {
    expect(safeText('a\r\nb\n\tc\rd\x1b')).toBe('a\nb\n    c\\rd\\x1b');
    fc.assert(
      fc.property(hostile, (text) => {
        expect(dangersIn(safeText(text)).filter((character) => character !== '\n')).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('width', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['👍🏽', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['→ ok', 4],
    ['│├─', 3],
  ])('%j takes %i', (text, columns) => {
    expect(width(text)).toBe(columns);
  });
});

describe('truncate', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['ab cdef', 4, 'ab…'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['ae\u0301i\u0301o', 3, 'ae\u0301…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%j to %i', (text, columns, expected) => {
    expect(truncate(text, columns)).toBe(expected);
  });

  it('never takes more than it may', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 30 }), (text, columns) => {
        const line = safeLine(text);
        const cut = truncate(line, columns);
        expect(width(cut)).toBeLessThanOrEqual(columns);
        if (width(line) <= columns) expect(cut).toBe(line);
      }),
    );
  });
});
