import { fileURLToPath } from 'node:url';
import { mustRun } from './processes.mjs';
import { BASE } from './run-rows.mjs';
import { PROGRAM } from './scene.mjs';
import { summarize } from './statistics.mjs';

const SCRIPT = fileURLToPath(new URL('crowd.bash', import.meta.url));
const WORKERS = 16;
const TIMES = 4;
const CLAIM = [process.execPath, PROGRAM, 'issue', 'claim-next', '--by', 'agent:crowd-%'];

/**
 * Sixteen workers that claim, each claim a process of its own, against sixteen that start Node and nothing else, in turn.
 * Returns null where the store has too few issues that are ready, `{failure}` where none could claim. `rate`: claims a second as a share of starts a second.
 * `waits`: the longest claim of a crowd by its median.
 */
export async function runCrowds(scene, options) {
  try {
    return await measureCrowds(scene, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    return { failure: error.message };
  }
}

async function measureCrowds(scene, { rounds, isOver, ...options }) {
  const within = { ...options, cwd: scene.dir };
  const most = Math.min(rounds, Math.floor((scene.roles.ready * 0.8) / (WORKERS * TIMES)));
  const pairs = [];
  const begun = performance.now();
  const isEnough = () => isOver() || performance.now() - begun > options.seconds * 2000;
  for (let round = 0; round < most && !(pairs.length > 0 && isEnough()); round += 1) {
    const starts = await crowd(BASE, within);
    const claims = await crowd(
      CLAIM.map((word) => word.replace('crowd-%', `crowd-${round}-%`)),
      within,
    );
    pairs.push({ starts, claims });
  }
  if (pairs.length === 0) return null;
  return {
    rounds: pairs.length,
    workers: WORKERS,
    claimed: pairs.reduce((sum, { claims }) => sum + claims.waits.n, 0),
    failed: pairs.reduce((sum, { claims }) => sum + claims.failed, 0),
    rate: summarize(pairs.map(({ claims, starts }) => claims.rate / starts.rate)),
    perSecond: summarize(pairs.map(({ claims }) => claims.rate)).median,
    waits: summarize(pairs.map(({ claims }) => claims.waits.worst / claims.waits.median)),
    idleWaits: summarize(pairs.map(({ starts }) => starts.waits.worst / starts.waits.median)),
  };
}

async function crowd(words, { seconds, ...options }) {
  const text = await mustRun(
    ['bash', SCRIPT, String(WORKERS), String(TIMES), String(seconds), ...words],
    options,
  );
  return readCrowd(text);
}

/**
 * What a crowd's lines, `exit begin end`, come to: how many a second, how long one took (milliseconds), and how many failed, which do not
 * count. Throws when all did.
 */
export function readCrowd(text) {
  const runs = text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const good = runs.filter(([exit]) => exit === 0);
  if (good.length === 0) throw new Error(`all ${runs.length} of a crowd failed, one with exit ${runs[0][0]}`);
  const begun = Math.min(...runs.map(([, begin]) => begin));
  const ended = Math.max(...runs.map(([, , end]) => end));
  return {
    rate: (good.length * 1e6) / (ended - begun),
    waits: summarize(good.map(([, begin, end]) => (end - begin) / 1000)),
    failed: runs.length - good.length,
  };
}
