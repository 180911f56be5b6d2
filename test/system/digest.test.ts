import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/system/digest.ts';

const reference = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

test('any text has the digest that Node.js gives it, lone surrogates and all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(reference(text));
    }),
  );
  expect(sha256('\ud800')).toBe(reference('\ud800'));
});

test.each([0, 1, 27, 28, 31, 32, 55, 56, 63, 64, 65, 119, 120, 128, 32 * 1024 - 1, 32 * 1024, 200_000])(
  'a text of %i characters',
  (length) => {
    expect(sha256('é'.repeat(length))).toBe(reference('é'.repeat(length)));
  },
);
