import { listShortfalls } from './judge.mjs';
import { count } from './numbers.mjs';
import {
  renderCrowds,
  renderDeadLock,
  renderInProcess,
  renderMemory,
  renderMilliseconds,
  renderPeers,
  renderRatios,
  renderTargets,
} from './render-tables.mjs';
import { TARGET_SIZES } from './targets.mjs';

/** The text of docs/benchmarks.md. */
export function renderPage({ machine, settings, scenes }) {
  const short = listShortfalls(scenes);
  const left = TARGET_SIZES.filter((size) => !scenes.some((scene) => scene.size === size));
  return `${[
    '# Benchmarks',
    'Written by `npm run bench`. Do not edit.',
    describeRun(machine, settings, scenes),
    '![Cost against size](benchmarks.svg)',
    '## Targets',
    'Each cell: reached / target, both as ratios to `node -e 0`. Bold: not reached. Fast mode: `index.trust` is `directory`.',
    renderTargets(scenes),
    '## What fell short',
    [
      ...(short.length === 0 ? ['Nothing of what was measured.'] : short.map((text) => `- ${text}`)),
      ...(left.length === 0 ? [] : [`- not measured: stores of ${left.map(count).join(' and ')} issues`]),
    ].join('\n'),
    '## Commands: wall time',
    'Median ratio, with quartiles.',
    renderRatios(scenes, 'commands'),
    '## Commands: processor time',
    'The same runs, user and system time of the process. On a busy machine this says more.',
    renderRatios(scenes, 'commands', 'cpu'),
    '## Commands: milliseconds',
    'Medians of wall time, with that of `node -e 0` next to it. They only compare within a cell.',
    renderMilliseconds(scenes, 'commands'),
    '## Raw limits',
    'Node programs of a few lines that do nothing else, as ratios to `node -e 0`: wall time, then processor time.',
    renderRatios(scenes, 'limits'),
    renderRatios(scenes, 'limits', 'cpu'),
    '## Sixteen that claim',
    'Sixteen workers at once, each claim a process of its own, against sixteen that start `node -e 0` as often.',
    renderCrowds(scenes),
    renderDeadLock(scenes),
    '## Memory',
    'Peak of the whole process, median of three runs.',
    renderMemory(scenes),
    '## In process',
    'The rules alone, on issues with three dependencies each: processor time, median of seven runs.',
    renderInProcess(scenes),
    '## Peers',
    'Ratios to `node -e 0` in the same run. The same titles and descriptions, in the format of each.',
    renderPeers(scenes),
  ].join('\n\n')}\n`;
}

function describeRun(machine, { rounds, seconds, date }, scenes) {
  return [
    `Run on ${date}: ${machine.system}, Node ${machine.node}, ${machine.processors} processors, ${machine.fileSystem}.`,
    `Sizes ${scenes.map(({ size }) => count(size)).join(', ')}; ${rounds} rounds each, fewer of what took longer than ${seconds} seconds.`,
    ...(machine.busy
      ? [`The machine was busy (load ${machine.load}): read the quartiles, and the processor time.`]
      : []),
    '',
    'How: each command is a process of its own and runs next to `node -e 0`, in turn before and after it; what counts is the ratio within',
    'a pair. Output goes to a file. `NODE_EXTRA_CA_CERTS` is unset, since it adds 30 ms to every start of Node. Files are in the cache of the',
    'system. The stores are generated from a seed: 60% done, up to three dependencies each, gates, labels, comments, and the log of it all.',
    'Nothing is deleted between the measurements of writes, which would make them slower.',
  ].join('\n');
}
