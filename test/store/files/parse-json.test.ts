import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEEPEST_NESTING, parseText } from '../../../src/store/files/parse-json.ts';
import { nestingOf, scanJson } from '../../../src/store/files/scan-json.ts';
import { findLoneSurrogate } from '../../../src/store/lone-surrogate.ts';
import { arbitraryMutations, mutate } from '../../support/mutations.ts';

const anyText = fc
  .record({ value: fc.jsonValue({ maxDepth: 4 }), indented: fc.boolean() })
  .map(({ value, indented }) => (indented ? `${JSON.stringify(value, null, 2)}\n` : JSON.stringify(value)));

test('what is called plain has nothing wrong that a scan would find', () => {
  let [plain, other] = [0, 0];
  fc.assert(
    fc.property(anyText, fc.option(arbitraryMutations), (before, mutations) => {
      const bytes = (mutations ?? []).reduce(mutate, Buffer.from(before));
      const text = bytes.toString('utf8');
      const parsed = parseText(text, null);
      if (!parsed.plain) {
        other += 1;
        return;
      }
      plain += 1;
      expect(parsed).toMatchObject({ problems: [], value: JSON.parse(text) });
      // A number that is written as it was read has survived.
      expect(scanJson(text).duplicateKeys).toEqual([]);
      expect(nestingOf(text, DEEPEST_NESTING + 1)).toBeLessThanOrEqual(DEEPEST_NESTING);
      expect(findLoneSurrogate(text)).toBe(false);
      expect(text).not.toMatch(/^\ufeff|\r/);
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(plain, other)).toBeGreaterThan(200);
});

test.each<[string, string, string | null]>([
  ['as deep as may be', '['.repeat(100) + ']'.repeat(100), null],
  ['deeper', '['.repeat(101) + ']'.repeat(101), 'too-deep'],
  ['deep in an object', `{"a":${'{"b":'.repeat(100)}1${'}'.repeat(101)}`, 'too-deep'],
  ['far deeper than any stack', '['.repeat(1_000_000) + ']'.repeat(1_000_000), 'too-deep'],
  ['half of a character', '"\\ud800"', 'lone-surrogate'],
  ['a backslash before what looks like one', '"\\\\ud800"', null],
  ['a key twice', '{"a":1,"a":1}', 'duplicate-key'],
  ['a number that is not kept', '[1e999]', 'inexact-number'],
  ['a mark', '\ufeff[]', 'byte-order-mark'],
  ['carriage returns', '[\r\n]', 'crlf'],
])('%s', (_, text, code) => {
  expect(parseText(text, null).problems.map((problem) => problem.code)).toEqual(code === null ? [] : [code]);
});
