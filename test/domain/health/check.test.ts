import { expect, test } from 'vitest';
import {
  conclude,
  failed,
  fault,
  needsAction,
  note,
  several,
  skipped,
  warn,
} from '../../../src/domain/health/check.ts';

test('a check is as bad as its worst finding, and names the first command of it', () => {
  const status = (...findings: Parameters<typeof conclude>[2]) => conclude('git', 'm', findings).status;
  expect(status()).toBe('ok');
  expect(status(note('a', 'x'))).toBe('ok');
  expect(status(note('a'), warn('b'))).toBe('warning');
  expect(status(warn('b'), fault('c'), note('a'))).toBe('error');
  expect(conclude('git', 'm', [note('a', 'x'), warn('b', 'y'), fault('c'), warn('d', 'z')]).fix).toBe('y');
  expect(conclude('git', 'm', [warn('b', 'y'), fault('c', 'z')]).fix).toBe('z');
  expect(conclude('git', 'm', [note('a', 'x')]).fix, 'what is well needs no command').toBeNull();
});

test('action is needed on an error, and on a warning with a command', () => {
  const needed = (...findings: Parameters<typeof conclude>[2]) => needsAction(conclude('git', 'm', findings));
  expect(needed()).toBe(false);
  expect(needed(note('a', 'x'))).toBe(false);
  expect(needed(warn('a'))).toBe(false);
  expect(needed(warn('a'), note('b', 'x')), 'the command must be of the warning').toBe(false);
  expect(needed(warn('a'), warn('b', 'x'))).toBe(true);
  expect(needed(fault('a'))).toBe(true);
  expect(needsAction(skipped('git', 'why'))).toBe(false);
  expect(needsAction(failed('git', 'why', 'hint'))).toBe(true);
});

test('ten are named, the others counted', () => {
  const named = (count: number) =>
    several(
      Array.from({ length: count }, (_, at) => at),
      (at) => warn(`number ${at}`, 'run this'),
    );
  expect(named(0)).toEqual([]);
  expect(named(10)).toHaveLength(10);
  expect(named(13)).toHaveLength(11);
  expect(named(13).at(-1)).toEqual(warn('and 3 more of this kind'));
});
