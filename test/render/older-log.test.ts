import { expect, test } from 'vitest';
import type { Problem } from '../../src/domain/problem.ts';
import { sumUpOlderLog } from '../../src/render/older-log.ts';
import { idOf } from '../support/issues.ts';

const problem = (number: number, code: string, fix: string | null = 'write it'): Problem => ({
  severity: 'warning',
  code,
  message: `${code} of ${number}`,
  file: `.jit/issues/${idOf(number)}.json`,
  path: null,
  id: idOf(number),
  fix,
});
const many = (code: string, ...numbers: number[]) => numbers.map((number) => problem(number, code));
const ids = (...numbers: number[]) => numbers.map(idOf);

test('what differs because the log is older is said once, in the place of the first', () => {
  const first = problem(9, 'cycle');
  const all = [first, ...many('edited-outside', 1, 2), ...many('no-events', 3, 4, 5, 6)];
  const shown = sumUpOlderLog(all, ids(1, 2, 3, 4, 5, 6));
  expect(shown).toEqual([
    first,
    {
      severity: 'warning',
      code: 'no-events, edited-outside',
      message: `has no events of 4 issues, and lacks the last change of 2 issues, as where git has put back an older log, or where they were not made by jit: ${ids(1, 2, 3).join(', ')} and 3 others (--json has all)`,
      file: '.jit/events.jsonl',
      path: null,
      id: null,
      fix: expect.stringContaining('git log -- .jit/events.jsonl'),
    },
  ]);
});

test('nothing is said of what is not there', () => {
  const numbers = [1, 2, 3, 4, 5, 6];
  const [changed] = sumUpOlderLog(many('edited-outside', ...numbers), ids(...numbers));
  expect(changed!.message).toMatch(
    /^lacks the last change of 6 issues, as where git has put back an older log: /,
  );
  expect(changed!.code).toBe('edited-outside');
  const [made] = sumUpOlderLog(many('no-events', ...numbers), ids(...numbers));
  expect(made!.message).toMatch(/^has no events of 6 issues, as where/);
  // The log cannot be read wholly: nothing is mended by it.
  const [kept] = sumUpOlderLog(
    numbers.map((number) => problem(number, 'no-events', null)),
    ids(...numbers),
  );
  expect(kept!.fix).toBeNull();
});

test('what has another cause is not hidden among them', () => {
  const numbers = [1, 2, 3, 4, 5, 6];
  const others = [
    problem(1, 'cycle'),
    problem(2, 'lost-comment'),
    problem(3, 'broken-history'),
    problem(7, 'edited-outside'),
  ];
  const shown = sumUpOlderLog([...many('edited-outside', ...numbers), ...others], ids(...numbers));
  expect(shown.slice(1)).toEqual(others);
});

test('a few are named each', () => {
  const few = many('edited-outside', 1, 2, 3, 4, 5);
  expect(sumUpOlderLog(few, ids(1, 2, 3, 4, 5))).toEqual(few);
  const byHand = many('edited-outside', 1, 2, 3, 4, 5, 6);
  expect(sumUpOlderLog(byHand, [])).toEqual(byHand);
});
