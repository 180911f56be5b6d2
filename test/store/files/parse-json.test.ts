import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEEPEST_NESTING, parseText } from '../../../src/store/files/parse-json.ts';
import { nestingOf, scanJson } from '../../../src/store/files/scan-json.ts';
import { findLoneSurrogate } from '../../../src/store/lone-surrogate.ts';
import { arbitraryMutations, mutate } from '../../support/mutations.ts';

const written = (value: unknown, indented: boolean): string =>
  indented ? `${JSON.stringify(value, null, 2)}\n` : JSON.stringify(value);

const anyText = fc
  .record({ value: fc.jsonValue({ maxDepth: 4 }), indented: fc.boolean() })
  .map(({ value, indented }) => written(value, indented));

test('what is said of a text is what a scan of it finds', () => {
  let [right, wrong] = [0, 0];
  fc.assert(
    fc.property(anyText, fc.option(arbitraryMutations), (before, mutations) => {
      const text = (mutations ?? []).reduce(mutate, Buffer.from(before)).toString('utf8');
      const { value, problems, indented } = parseText(text, null);
      if (indented) expect(written(value, true)).toBe(text);
      if (problems.length > 0) {
        wrong += 1;
        return;
      }
      right += 1;
      expect(value).toEqual(JSON.parse(text));
      const { duplicateKeys, inexactNumbers } = scanJson(text);
      expect(duplicateKeys).toEqual([]);
      // A number that is written as it was read has survived.
      if (![true, false].some((form) => written(value, form) === text)) expect(inexactNumbers).toEqual([]);
      expect(nestingOf(text, DEEPEST_NESTING + 1)).toBeLessThanOrEqual(DEEPEST_NESTING);
      expect(findLoneSurrogate(JSON.stringify(value))).toBe(false);
      expect(text).not.toMatch(/^\ufeff|\r\n/);
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(right, wrong)).toBeGreaterThan(100);
});

const anyKey = fc.constantFrom('a', 'b', '__proto__', '":', 'a\\', '" :', '', ':');
const space = fc.constantFrom('', '', '', ' ', '\t', '\n', '\r', '  ');

test('a key that an object has twice is found, however it is written', () => {
  let [once, twice] = [0, 0];
  const member = fc.record({
    key: anyKey,
    before: space,
    after: space,
    value: fc.oneof(anyKey, fc.integer()),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 4 }), fc.boolean(), (members, nested) => {
      const object = `{${members
        .map(
          ({ key, before, after, value }) =>
            `${JSON.stringify(key)}${before}:${after}${JSON.stringify(value)}`,
        )
        .join(',')}}`;
      const text = nested ? `{"x":[1,${object}]}` : object;
      const repeated = new Set(members.map(({ key }) => key)).size < members.length;
      const codes = parseText(text, null).problems.map(({ code }) => code);
      expect(codes.includes('duplicate-key')).toBe(repeated);
      if (repeated) twice += 1;
      else once += 1;
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(once, twice)).toBeGreaterThan(100);
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
  ['a whole number that is too large', '{"a":9007199254740993}', 'inexact-number'],
  ['one that is large and kept', '{"a":9007199254740992}', null],
  ['a fraction', '{"a":0.1}', null],
  ['a key twice, apart from its colon', '{"a" :1,"a":1}', 'duplicate-key'],
])('%s', (_, text, code) => {
  expect(parseText(text, null).problems.map((problem) => problem.code)).toEqual(code === null ? [] : [code]);
});
