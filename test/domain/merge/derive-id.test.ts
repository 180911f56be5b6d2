import fc from 'fast-check';
import { decodeTime } from 'ulid';
import { expect, test } from 'vitest';
import { isUlid } from '../../../src/domain/ids.ts';
import { deriveId, millisecondsOf } from '../../../src/domain/merge/derive-id.ts';
import { digest } from './history.ts';

test('the time of an id is the time it was made of', () => {
  const moment = fc.date({
    min: new Date('1970-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moment, fc.string(), (date, text) => {
      expect(millisecondsOf(date.toISOString())).toBe(date.getTime());
      const id = deriveId(date.toISOString(), digest(text));
      expect([isUlid(id), decodeTime(id)]).toEqual([true, date.getTime()]);
    }),
  );
});

test('a time may lack its milliseconds, and be from before 1970', () => {
  expect(millisecondsOf('2026-01-02T03:04:05Z')).toBe(Date.parse('2026-01-02T03:04:05Z'));
  expect(millisecondsOf('1969-12-31T23:59:59.000Z')).toBe(-1000);
  expect(deriveId('1969-12-31T23:59:59.000Z', digest(''))).toMatch(/^0{10}/);
});

test('the rest of an id are 80 bits of the digest', () => {
  expect(deriveId('1970-01-01T00:00:00.000Z', 'f'.repeat(64)).slice(10)).toBe('Z'.repeat(16));
  expect(deriveId('1970-01-01T00:00:00.000Z', `${'0'.repeat(19)}1${'f'.repeat(44)}`).slice(10)).toBe(
    `${'0'.repeat(15)}1`,
  );
});
