import { expect, test } from 'vitest';
import { loadBench } from '../../support/bench.ts';

const { judgeTargets, listShortfalls } = await loadBench('judge');
const { ratio, spread, table } = await loadBench('numbers');
const { readOptions } = await loadBench('options');
const { renderPage } = await loadBench('render-page');
const { renderPlot } = await loadBench('render-plot');
const { renderTargets } = await loadBench('render-tables');

const figures = (median: number) => {
  const summary = { n: 5, q1: median - 0.1, median, q3: median + 0.1, worst: median + 1 };
  return { wall: summary, cpu: summary, milliseconds: median * 20, base: 20, later: summary };
};
const sceneOf = (size: number, rows: object, more: object = {}) => ({
  ...{ size, rows, crowd: null, memory: null, inProcess: null, peers: null },
  ...more,
});

test('figures have three digits that count', () => {
  expect([1.084, 12.34, 130.4, Number.NaN].map(ratio)).toEqual(['1.08', '12.3', '130', '–']);
  expect(spread({ q1: 1, median: 1.5, q3: 2 })).toBe('1.50 (1.00–2.00)');
});

test('a cell of a table may hold a bar', () => {
  expect(table(['a', 'b'], [['x|y', 1]])).toBe('| a | b |\n|---|---|\n| x\\|y | 1 |');
});

test('a target is reached, missed, or not measured', () => {
  const scenes = [sceneOf(100, { version: figures(1.08), ready: figures(1.5) })];
  const judged = judgeTargets(scenes);
  const at = (label: string) => judged.find((target: { label: string }) => target.label.startsWith(label));
  expect(at('`version`').cells.map(({ reached }: { reached: unknown }) => reached)).toEqual([
    ...[true, null, null, null],
  ]);
  expect(at('`query ready --json`, default').cells[0].reached).toBe(false);
  const text = renderTargets(scenes);
  expect(text).toContain('| `version` | 1.08 / 1.08 | – / 1.08 |');
  expect(text).toContain('| `query ready --json`, default | **1.50** / 1.10 |');
  expect(text).toContain('| `query ready --json`, fast mode | – / 1.10 |');
});

test('what fell short is said, and nothing else', () => {
  const crowd = { claimed: 60, failed: 4, rate: { median: 0.5 }, waits: { worst: 25 } };
  const scenes = [
    sceneOf(100, { version: figures(1), show: { failure: 'exit 3: gone' } }),
    sceneOf(100_000, { version: figures(1.4) }, { crowd, memory: { base: 40, ready: 100 } }),
  ];
  expect(listShortfalls(scenes)).toEqual([
    '`version`: 1.40 for 1.30 at 100,000',
    'sixteen that claim, at 100,000: 4 claims failed',
    'sixteen that claim, at 100,000: 0.50 of the rate, for 0.7',
    'sixteen that claim, at 100,000: a wait of 25.0 medians, for 20',
    'memory of `query ready` at 100,000: 60 MB above Node, for 45',
    'show at 100 could not be measured: exit 3: gone',
  ]);
  expect(listShortfalls([sceneOf(100, { version: figures(1) })])).toEqual([]);
});

test('a slow successor of a dead owner, slow rules and faster peers are said, too', () => {
  const rows = { ready: figures(3), create: figures(1), 'dead-lock': figures(60) };
  const peers = { 'seeds 0.5': { ready: figures(2.5), create: figures(1.5) } };
  const inProcess = { build: 500, cycle: 120, ready: 30 };
  const expected = [
    'a lock whose owner was killed, at 1,000: 60 ms later, for 50',
    'seeds 0.5 is faster at `ready` at 1,000: 2.50, jit 3.00',
  ];
  const missed: string[] = listShortfalls([sceneOf(1000, rows, { peers, inProcess })]);
  expect(missed.filter((text) => !text.startsWith('`query ready'))).toEqual(expected);
  expect(listShortfalls([sceneOf(100, {}, { peers, inProcess })])).toEqual([]);
  expect(listShortfalls([sceneOf(100_000, {}, { inProcess })])).toEqual([
    'in process, the cycle check at 100,000: 120 ms, for 100',
  ]);
});

test('the page says what was not measured, and where the peers are', () => {
  const machine = {
    system: 'Linux 6',
    node: '20.0.0',
    processors: 2,
    fileSystem: 'ext4',
    load: '9.0',
    busy: true,
  };
  const settings = { rounds: 3, seconds: 5, date: '2026-01-01' };
  const peers = { 'seeds 0.5': { ready: figures(4), create: { failure: 'exit 1' } } };
  const scenes = [
    sceneOf(100, { ready: figures(1) }),
    sceneOf(1000, { ready: figures(1.1), stat: figures(1.3) }, { peers }),
  ];
  const page: string = renderPage({ machine, settings, scenes });
  expect(page).toContain('- not measured: stores of 10,000 and 100,000 issues');
  expect(page).toContain('The machine was busy (load 9.0)');
  expect(page).toContain('| seeds 0.5 | ready | 4.00 (3.90–4.10) |');
  expect(page).toContain('| seeds 0.5 | create | failed |');
  expect(page).toContain('| jit | ready | 1.10 (1.00–1.20) |');
  expect(page).toContain('| readdir, stat of every file | – | 1.30 (1.20–1.40) |');
  expect(page).not.toMatch(/undefined|NaN|\[object/);
});

test('the plot has a line a command, on logarithmic axes', () => {
  const svg: string = renderPlot([
    [
      'a<b',
      [
        [100, 1],
        [10_000, 10],
      ],
    ],
    [
      'flat',
      [
        [100, 2],
        [1000, 2],
        [10_000, 2],
      ],
    ],
    ['not measured', []],
  ]);
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg).toContain('points="60,430 600,30"');
  expect(svg).toContain('a&lt;b');
  expect(svg).not.toMatch(/NaN|Infinity|not measured/);
});

test('one point is a plot, too', () => {
  expect(renderPlot([['a', [[100, 1]]]])).not.toMatch(/NaN|Infinity/);
});

test('the command line says what is measured, and refuses what is not there', () => {
  expect(readOptions(['--sizes', '100,1000', '--commands', 'ready,show'])).toMatchObject({
    sizes: [100, 1000],
    commands: ['ready', 'show'],
    quick: false,
  });
  expect(readOptions(['--quick']).deadline).toBeLessThan(60_000);
  expect(() => readOptions(['--commands', 'fly'])).toThrow('fly is none of');
  expect(() => readOptions(['--sizes', '1e'])).toThrow('1e is not a whole number');
  expect(() => readOptions(['--slow'])).toThrow('--slow');
});
