import { isPlain } from './json-text.ts';

// Text that somebody stored is shown to people on a terminal. Whatever a terminal would obey (escape
// sequences), or a reader would not see (bidi overrides, zero-width characters), is spelled out.

// Control characters (C0, DEL, C1), lone surrogates, line and paragraph separators, interlinear
// annotations, and everything that Unicode calls ignorable by default, which holds the bidi controls,
// the zero-width characters and the tags. Variation selectors 15 and 16 only choose how an emoji looks, and
// a joiner between two emoji makes one of them, as in a woman at a computer.
const findUnsafe = () =>
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufff9-\ufffb]|(?![\ufe0e\ufe0f]|(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d\p{Extended_Pictographic})\p{Default_Ignorable_Code_Point}/gu;

/**
 * A text as one line that is safe to print: what a terminal would obey, or a reader would not see, is
 * spelled out, for example a newline as `\n`, ESC as `\x1b`, a bidi override as `\u{202e}`.
 */
export const safeLine = (text: string): string =>
  isVisible(text) ? text : text.replace(findUnsafe(), spellOut);

// Classes of Unicode take half a millisecond to look up: most texts need none.
const isVisible = (text: string): boolean => !/[^\x20-\x7e]/.test(text);

/**
 * A text of several lines that is safe to print: as `safeLine`, but `\n` stays, `\r\n` counts as one, and
 * a tab becomes four spaces.
 */
export const safeText = (text: string): string =>
  isPlain(text)
    ? text
    : text.replaceAll('\r\n', '\n').replace(findUnsafe(), (found) => {
        if (found === '\n') return found;
        return found === '\t' ? '    ' : spellOut(found);
      });

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function spellOut(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: tells plain ASCII from all else
const ASCII = /^[\x00-\x7f]*$/;
const findEmoji = () => /\p{Emoji_Presentation}|\ufe0f/u;
// Marks that sit on the character before, joiners, and the vowels and finals of a Hangul syllable.
const findZero = () => /[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u1160-\u11ff]/u;
// East Asian Width W and F, by block (Unicode UAX #11).
const findWide = () =>
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;

// Made when it is first needed: that alone takes ten milliseconds, half of a whole command.
let segmenter: Intl.Segmenter | undefined;
function splitGraphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/**
 * How many columns a safe line takes: Chinese, Japanese and Korean characters and emoji take two, marks
 * none. An approximation, since terminals differ.
 */
export function width(line: string): number {
  if (ASCII.test(line)) return line.length;
  let columns = 0;
  for (const { segment } of splitGraphemes(line)) columns += graphemeWidth(segment);
  return columns;
}

function graphemeWidth(grapheme: string): number {
  if (findEmoji().test(grapheme)) return 2;
  let columns = 0;
  for (const character of grapheme) {
    columns += findZero().test(character) ? 0 : findWide().test(character) ? 2 : 1;
  }
  return columns;
}

/** A safe line cut to at most `columns` columns; `…` stands for what was cut. No character is cut in half. */
export function truncate(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  if (columns < 1) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of splitGraphemes(line)) {
    used += graphemeWidth(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
