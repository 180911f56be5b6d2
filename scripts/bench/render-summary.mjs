import { count, ratio, spread } from './numbers.mjs';
import { COMPARED, LIMIT_IDS, PHASES } from './rows.mjs';

const WIDTH = 31;
const ROWS = Object.values(PHASES).flat();

/** What is printed after each size: a line a row. */
export function renderSummary({ size, rows, crowd, memory, peers }) {
  const lines = ROWS.filter(({ id }) => rows[id] !== undefined).map(({ id, beside }) =>
    beside === undefined || rows[id].failure !== undefined
      ? describe(id, rows[id])
      : `  ${id.padEnd(WIDTH)} ${spread(rows[id].later)} ms later`,
  );
  const claims = crowd === null ? [] : [`  ${'claims'.padEnd(WIDTH)} ${describeCrowd(crowd)}`];
  const megabytes = Object.entries(memory ?? {}).map(([id, peak]) => `${id} ${peak.toFixed(0)} MB`);
  const peak = megabytes.length === 0 ? [] : [`  ${'memory'.padEnd(WIDTH)} ${megabytes.join(', ')}`];
  const others = Object.entries(peers ?? {}).flatMap(([peer, results]) =>
    Object.entries(results).map(([id, result]) => describe(`${peer} ${id}`, result)),
  );
  const head = `${count(size)} issues: ratios to node -e 0, medians (quartiles)`;
  return [head, ...lines, ...claims, ...peak, ...others].join('\n');
}

function describe(id, result) {
  if (result.failure !== undefined) return `  ${id.padEnd(WIDTH)} not measured: ${result.failure}`;
  const { wall, cpu, milliseconds } = result;
  const time = `${ratio(milliseconds)} ms`.padStart(10);
  return `  ${id.padEnd(WIDTH)} ${spread(wall).padEnd(20)} cpu ${spread(cpu).padEnd(20)} ${time}  n=${wall.n}`;
}

function describeCrowd({ failure, rate, waits, failed }) {
  if (failure !== undefined) return `not measured: ${failure}`;
  const share = `${spread(rate)} of the rate at which Node starts; worst wait ${ratio(waits.worst)} medians`;
  return failed === 0 ? share : `${share}; ${failed} failed`;
}

/** For the plot: cost against size, the commands without the limits. */
export const linesOf = (scenes) =>
  COMPARED.filter(({ id }) => !LIMIT_IDS.includes(id)).map(({ id }) => [
    id,
    scenes.flatMap(({ size, rows }) => (rows[id]?.wall === undefined ? [] : [[size, rows[id].wall.median]])),
  ]);
