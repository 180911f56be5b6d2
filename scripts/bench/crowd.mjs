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
 * Returns null where the store has too few issues that are ready. `rate`: claims a second as a share of starts a second.
 * `waits`: the longest claim of a crowd by its median.
 */
export async function runCrowds(scene, { rounds, isOver, ...options }) {
  const within = { ...options, cwd: scene.dir };
  const most = Math.min(rounds, Math.floor((scene.roles.ready * 0.8) / (WORKERS * TIMES)));
  const pairs = [];
  for (let round = 0; round < most && !(pairs.length > 0 && isOver()); round += 1) {
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
    claimed: pairs.length * WORKERS * TIMES,
    rate: summarize(pairs.map(({ claims, starts }) => claims.rate / starts.rate)),
    perSecond: summarize(pairs.map(({ claims }) => claims.rate)).median,
    waits: summarize(pairs.map(({ claims }) => claims.waits.worst / claims.waits.median)),
    idleWaits: summarize(pairs.map(({ starts }) => starts.waits.worst / starts.waits.median)),
  };
}

async function crowd(words, options) {
  const text = await mustRun(['bash', SCRIPT, String(WORKERS), String(TIMES), ...words], options);
  return readCrowd(text);
}

/** What a crowd's lines, `exit begin end`, come to: how many a second, and how long one took (milliseconds). Throws when one failed. */
export function readCrowd(text) {
  const runs = text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const failed = runs.filter(([exit]) => exit !== 0);
  if (failed.length > 0)
    throw new Error(`${failed.length} of ${runs.length} failed, one with exit ${failed[0][0]}`);
  const begun = Math.min(...runs.map(([, begin]) => begin));
  const ended = Math.max(...runs.map(([, , end]) => end));
  return {
    rate: (runs.length * 1e6) / (ended - begun),
    waits: summarize(runs.map(([, begin, end]) => (end - begin) / 1000)),
  };
}
