import { readFileSync } from 'node:fs';
import { measure } from './processes.mjs';
import { summarizePairs } from './statistics.mjs';

/** What everything is compared with: Node, which starts and does nothing. */
export const BASE = [process.execPath, '-e', '0'];

/** A row is measured so often at least, however long it takes. */
const FEWEST = 3;

/**
 * Measures rows in turn, each time next to `node -e 0` (or what the row says), and in turn before and after it. `rounds`: how often; `seconds`: a row that
 * has taken so long is left out of further rounds. Returns what became of each, by id: figures, or why it failed.
 */
export async function runRows(rows, scene, { rounds, seconds, out, isOver, ...options }) {
  const states = rows.map((row) => ({ row, pairs: [], spent: 0, failure: null }));
  const within = { ...options, cwd: scene.dir };
  // The first run of each fills caches and does not count.
  for (const state of states) {
    if (!isOver()) await attempt(state, () => runOnce(state.row, scene, out, within));
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const state of states) {
      const enough = state.pairs.length >= FEWEST && state.spent > seconds * 1e6;
      if (state.failure !== null || enough || isOver()) continue;
      await attempt(state, async () =>
        state.pairs.push(await measurePair(state.row, scene, round, out, within)),
      );
      state.spent += state.pairs.at(-1)?.own.wall ?? 0;
    }
  }
  return Object.fromEntries(states.map(({ row, pairs, failure }) => [row.id, resultOf(pairs, failure)]));
}

async function attempt(state, act) {
  try {
    await act();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    state.failure = error.message;
  }
}

async function measurePair(row, scene, round, out, options) {
  const beside = row.beside?.(scene) ?? BASE;
  if (round % 2 === 0) {
    const base = await measure(beside, out, options);
    return { base, own: await runOnce(row, scene, out, options) };
  }
  const own = await runOnce(row, scene, out, options);
  return { own, base: await measure(beside, out, options) };
}

async function runOnce(row, scene, out, options) {
  await row.prepare?.(scene);
  const sample = await measure(row.words(scene), out, options);
  await row.undo?.(scene, readFileSync(out, 'utf8'));
  return sample;
}

function resultOf(pairs, failure) {
  if (failure !== null) return { failure };
  return pairs.length === 0 ? { failure: 'no time was left for it' } : summarizePairs(pairs);
}
