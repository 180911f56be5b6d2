import { join } from 'node:path';
import { runCrowds } from './crowd.mjs';
import { measureInProcess } from './in-process.mjs';
import { peakMemory } from './memory.mjs';
import { measurePeers } from './peers.mjs';
import { CROWD, chooseFastMode, MEMORY_IDS, PHASES } from './rows.mjs';
import { BASE, runRows } from './run-rows.mjs';
import { openScene } from './scene.mjs';

/**
 * Measures everything that was asked for at one size. `rows`: figures by id. `crowd`, `memory`, `inProcess`, `peers`: null where not measured.
 * Afterwards the store is as it was generated.
 */
export async function measureScene(size, dir, peers, options) {
  const { env, cwd, signal, isOver, commands, quick } = options;
  const scene = await openScene(dir, size, { env, cwd, signal });
  const out = join(dir, 'output');
  // A crowd takes longer than a quick run has.
  const wanted = (id) => (commands === null ? !(quick && id === CROWD) : commands.includes(id));
  const found = { size, rows: {}, crowd: null, memory: null, inProcess: null, peers: null };
  for (const rows of Object.values(PHASES)) {
    const chosen = rows.filter(({ id }) => wanted(id));
    if (chosen.length === 0) continue;
    // git does not change branches over what commands have written.
    if (rows === PHASES.moved) await scene.reset();
    if (rows === PHASES.fast) await chooseFastMode(scene);
    if (!isOver()) Object.assign(found.rows, await runRows(chosen, scene, { ...options, out }));
    // Memory is looked at where nothing has been changed yet.
    if (rows === PHASES.read && !quick && !isOver())
      found.memory = await measureMemory(scene, wanted, out, options);
  }
  if (wanted(CROWD) && !isOver()) {
    await scene.reset();
    found.crowd = await runCrowds(scene, options);
  }
  await scene.reset();
  if (commands === null && !quick) found.inProcess = await measureInProcess(size, dir);
  if (peers !== null) found.peers = await measurePeers(peers, size, dir, { ...options, out });
  return found;
}

async function measureMemory(scene, wanted, out, options) {
  const rows = PHASES.read.filter(({ id }) => MEMORY_IDS.includes(id) && wanted(id));
  if (rows.length === 0) return null;
  const within = { ...options, cwd: scene.dir };
  const memory = { base: await peakMemory(BASE, out, within) };
  for (const row of rows) memory[row.id] = await peakMemory(row.words(scene), out, within);
  return memory;
}
