import { expect, test } from 'vitest';
import { randomBytes } from '../../src/system/random.ts';

test('as many bytes as asked for, and never the same', () => {
  const drawn = Array.from({ length: 100 }, () => Buffer.from(randomBytes(16)).toString('hex'));
  expect(drawn.every((name) => name.length === 32)).toBe(true);
  expect(new Set(drawn).size).toBe(100);
});

test('every value of a byte comes up', () => {
  expect(new Set(randomBytes(10_000)).size).toBe(256);
});
