import { afterEach, expect, test, vi } from 'vitest';
import { startCounting } from '../../src/main/counting.ts';
import { startCli } from '../support/cli.ts';

const CLEAR = '\r\x1b[2K';

/** What is written by somebody who is done with one of `total` issues every `step` milliseconds. */
function count(total: number, step: number, { stderr = true, quiet = false, columns = 80 } = {}) {
  const written: string[] = [];
  let now = 1000;
  const terminal = { stdout: false, stderr, interactive: false, columns };
  const counting = startCounting(
    { terminal, err: (text) => written.push(text), beforeKill: () => () => {} },
    { what: 'validate', quiet },
    () => now,
  );
  for (let done = 1; done <= total; done += 1) {
    now += step;
    counting.tell(done, total);
  }
  counting.end();
  return written;
}

test('after half a second it is shown, at most four times a second, and cleared at the end', () => {
  expect(count(1500, 1)).toEqual([
    `${CLEAR}validate: 500 of 1,500 issues`,
    `${CLEAR}validate: 750 of 1,500 issues`,
    `${CLEAR}validate: 1,000 of 1,500 issues`,
    `${CLEAR}validate: 1,250 of 1,500 issues`,
    `${CLEAR}validate: 1,500 of 1,500 issues`,
    CLEAR,
  ]);
});

test('of what is quick nothing is shown, and nothing cleared', () => {
  expect(count(499, 1)).toEqual([]);
});

test('thousands are grouped, and a narrow terminal is not overrun', () => {
  expect(count(2, 1_000, { columns: 11 })).toEqual([`${CLEAR}validate: `, `${CLEAR}validate: `, CLEAR]);
  expect(count(1_234_567, 0.0005)[0]).toMatch(/validate: [\d]{1,3},\d{3},\d{3} of 1,234,567 issues$/);
});

test('not where stderr is no terminal, nor where it is to be quiet', () => {
  expect(count(1500, 1, { stderr: false })).toEqual([]);
  expect(count(1500, 1, { quiet: true })).toEqual([]);
});

afterEach(() => vi.restoreAllMocks());

test('validate and export count on a terminal, but not with --json, and says nothing of it elsewhere', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 1000;
    return now;
  });
  const cli = startCli({ terminal: { stderr: true } });
  await cli('create One --priority high');
  await cli('create Two --priority high');
  const { stderr } = await cli('validate');
  expect(stderr).toContain(`${CLEAR}validate: 2 of 2 issues`);
  expect(stderr.endsWith(CLEAR)).toBe(true);
  const exported = await cli('export --format csv');
  expect(exported.stderr).toBe(`${CLEAR}export: 1 of 2 issues${CLEAR}export: 2 of 2 issues${CLEAR}`);
  expect(exported.stdout).not.toContain('\u001b');
  expect((await cli('validate --json')).stderr).toBe('');
  expect((await startCli({ store: cli.store })('validate')).stderr).toBe('');
});

test('a signal takes it away, and is not lost where all are done at once', async () => {
  const written: string[] = [];
  let heard: (() => void) | null = null;
  let now = 0;
  const counting = startCounting(
    {
      terminal: { stdout: false, stderr: true, interactive: false, columns: 80 },
      err: (text) => written.push(text),
      beforeKill: (act) => {
        heard = act;
        return () => {
          heard = null;
        };
      },
    },
    { what: 'validate', quiet: false },
    () => now,
  );
  const heardIn = async (pause: Promise<void> | undefined): Promise<boolean> => {
    const listens = heard !== null;
    await pause;
    return listens;
  };
  expect(counting.tell(1, 5)).toBeUndefined();
  expect(heard).toBeNull();
  now = 1_000;
  expect(await heardIn(counting.tell(2, 5))).toBe(true);
  expect(counting.tell(3, 5)).toBeUndefined();
  heard!();
  expect(written).toEqual([`${CLEAR}validate: 2 of 5 issues`, CLEAR]);
  expect(heard).toBeNull();
  now = 2_000;
  await counting.tell(4, 5);
  // Not due, but the last pause before the listening ends.
  expect(await heardIn(counting.tell(5, 5))).toBe(true);
  expect(heard).toBeNull();
  expect(written.slice(2)).toEqual([`${CLEAR}validate: 4 of 5 issues`, CLEAR]);
});
