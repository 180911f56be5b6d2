import { expect, test } from 'vitest';
import { loadBench } from '../../support/bench.ts';

const { quantile, summarize, summarizePairs } = await loadBench('statistics');
const { readCrowd } = await loadBench('crowd');

test('quantiles lie between the values around them', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
  expect(quantile([7], 0.75)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

test('a summary does not depend on the order, and leaves the values alone', () => {
  const values = [10, 1, 100, 2, 3];
  expect(summarize(values)).toEqual({ n: 5, q1: 2, median: 3, q3: 10, worst: 100 });
  expect(values).toEqual([10, 1, 100, 2, 3]);
});

test('ratios are taken within a pair, so a machine that slows down does not show', () => {
  const pairs = [1, 5, 20].map((slow) => ({
    base: { wall: 20_000 * slow, cpu: 20 },
    own: { wall: 30_000 * slow, cpu: 50 },
  }));
  expect(summarizePairs(pairs)).toMatchObject({
    wall: { n: 3, q1: 1.5, median: 1.5, q3: 1.5 },
    cpu: { median: 2.5 },
    milliseconds: 150,
    later: { median: 50 },
    base: 100,
  });
});

test('processor time too short to be told is left out', () => {
  const own = { wall: 2, cpu: 3 };
  expect(summarizePairs([{ base: { wall: 1, cpu: 0 }, own }]).cpu.n).toBe(0);
});

test('a crowd is as fast as from its first begin to its last end', () => {
  const { rate, waits } = readCrowd(
    '0 1000000 1010000\n0 1000000 1020000\n0 1010000 1100000\n0 1020000 1030000\n',
  );
  expect(rate).toBeCloseTo(40);
  expect(waits).toMatchObject({ n: 4, median: 15, worst: 90 });
  expect(readCrowd('0 0 1000\n7 500 2000\n')).toMatchObject({
    rate: 500,
    failed: 1,
    waits: { n: 1, worst: 1 },
  });
  expect(() => readCrowd('5 1 2\n5 1 2\n')).toThrow('all 2 of a crowd failed, one with exit 5');
});
