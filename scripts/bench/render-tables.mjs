import { deadLockDelay, judgeTargets } from './judge.mjs';
import { count, ratio, spread, table } from './numbers.mjs';
import { peerRowsOf } from './peers.mjs';
import { COMPARED, LIMIT_IDS } from './rows.mjs';

/** The targets, and what was reached of each. */
export function renderTargets(scenes) {
  const judged = judgeTargets(scenes);
  const sizes = judged[0].cells.map(({ size }) => count(size));
  const rows = judged.map(({ label, cells }) => [
    label,
    ...cells.map(({ most, median, reached }) => {
      if (reached === null) return `– / ${ratio(most)}`;
      return reached ? `${ratio(median)} / ${ratio(most)}` : `**${ratio(median)}** / ${ratio(most)}`;
    }),
  ]);
  return table(['command', ...sizes], rows);
}

/** Ratios of wall time with their spread. `which`: only limits, or only commands. */
export const renderRatios = (scenes, which, measure = 'wall') =>
  renderRows(scenes, which, (result) => (result[measure].n === 0 ? '–' : spread(result[measure])));

export const renderMilliseconds = (scenes, which) =>
  renderRows(scenes, which, (result) => `${ratio(result.milliseconds)} (Node: ${ratio(result.base)})`);

function renderRows(scenes, which, show) {
  const shown = COMPARED.filter(({ id }) => LIMIT_IDS.includes(id) === (which === 'limits'));
  const known = shown.filter(({ id }) => scenes.some(({ rows }) => rows[id] !== undefined));
  return table(
    [which === 'limits' ? 'limit' : 'command', ...scenes.map(({ size }) => count(size))],
    known.map(({ id, label }) => [label, ...scenes.map(({ rows }) => cellOf(rows[id], show))]),
  );
}

function cellOf(result, show) {
  if (result === undefined) return '–';
  return result.failure === undefined ? show(result) : 'failed';
}

/** Sixteen workers at once. */
export function renderCrowds(scenes) {
  const rows = scenes.flatMap(({ size, crowd }) =>
    crowd?.claimed > 0
      ? [
          [
            count(size),
            count(crowd.claimed),
            ratio(crowd.perSecond),
            spread(crowd.rate),
            `${spread(crowd.waits)}, worst ${ratio(crowd.waits.worst)}`,
            spread(crowd.idleWaits),
          ],
        ]
      : [],
  );
  const head = [
    'issues',
    'claims',
    'claims a second',
    'rate ÷ rate of Node',
    'longest ÷ median',
    'the same of Node',
  ];
  return rows.length === 0 ? 'Not measured.' : table(head, rows);
}

/** Peak memory of a process. */
export function renderMemory(scenes) {
  const rows = scenes.flatMap(({ size, memory }) => {
    if (memory === null) return [];
    const { base, ...commands } = memory;
    return Object.entries(commands).map(([id, megabytes]) => [
      `\`${id}\``,
      count(size),
      megabytes.toFixed(0),
      (megabytes - base).toFixed(0),
    ]);
  });
  return rows.length === 0
    ? 'Not measured.'
    : table(['command', 'issues', 'MB', 'MB above `node -e 0`'], rows);
}

/** What the rules take by themselves. */
export function renderInProcess(scenes) {
  const rows = scenes.flatMap(({ size, inProcess }) =>
    inProcess
      ? [[count(size), ...[inProcess.build, inProcess.cycle, inProcess.ready].map((ms) => `${ratio(ms)} ms`)]]
      : [],
  );
  const head = ['issues', 'build the graph', 'cycle check over all of it', 'which are ready'];
  return rows.length === 0 ? 'Not measured.' : table(head, rows);
}

/** How much later a command comes that finds a lock of a dead owner. */
export function renderDeadLock(scenes) {
  const told = scenes.flatMap((scene) => {
    const delay = deadLockDelay(scene);
    return delay === null ? [] : [`${delay.toFixed(0)} ms at ${count(scene.size)}`];
  });
  if (told.length === 0) return 'Behind a lock whose owner was killed: not measured.';
  return `Behind a lock whose owner was killed \`issue create\` takes longer than without by ${told.join(', ')} (medians of pairs).`;
}

/** Other trackers beside jit, in the same run. */
export function renderPeers(scenes) {
  const asked = scenes.filter(({ peers }) => peers !== null);
  if (asked.length === 0) return 'Not run: `npm run bench -- --peers` does.';
  const rows = peerRowsOf(asked).map(({ peer, command, results }) => [
    peer,
    command,
    ...results.map((result) => cellOf(result, ({ wall }) => spread(wall))),
  ]);
  return table(['tracker', 'command', ...asked.map(({ size }) => count(size))], rows);
}
