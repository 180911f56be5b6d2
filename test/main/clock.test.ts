import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant } from '../../src/main/clock.ts';

test('an instant is written as toISOString writes it', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(formatInstant(date.getTime())).toBe(date.toISOString());
    }),
  );
  for (const text of ['1969-12-31T23:59:59.999Z', '2000-02-29T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])
    expect(formatInstant(Date.parse(text))).toBe(text);
});

test('what is no time is refused, as toISOString does', () => {
  expect(() => formatInstant(Number.NaN)).toThrow(RangeError);
});
