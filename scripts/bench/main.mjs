// Measures jit against `node -e 0`: see options.mjs for what it takes, rows.mjs for what is measured.
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { environment, takeGround } from './ground.mjs';
import { describeMachine } from './machine.mjs';
import { measureScene } from './measure-scene.mjs';
import { HELP, readOptions } from './options.mjs';
import { findPeers } from './peers.mjs';
import { run } from './processes.mjs';
import { profileStart } from './profile.mjs';
import { renderPage } from './render-page.mjs';
import { renderPlot } from './render-plot.mjs';
import { linesOf, renderSummary } from './render-summary.mjs';

const docs = (name) => new URL(`../../docs/${name}`, import.meta.url);

async function main(options) {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => interrupted.abort());
  const ground = takeGround();
  try {
    return await bench(options, ground.dir, interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error('interrupted');
    return 130;
  } finally {
    ground.release();
  }
}

async function bench(options, dir, signal) {
  const means = { env: environment(dir), cwd: dir, signal };
  if (!(await isBashNew(means))) {
    console.error('skipped: it needs bash 5 to measure processes');
    return options.quick ? 0 : 1;
  }
  if (options.profile) {
    console.log(await profileStart(dir, options.sizes[0], options.rounds, means));
    return 0;
  }
  const end = performance.now() + options.deadline;
  const isOver = () => performance.now() > end;
  const machine = describeMachine(dir);
  const peers = options.peers ? await findPeers(dir, means) : null;
  const date = new Date().toISOString().slice(0, 10);
  const settings = { rounds: options.rounds, seconds: options.seconds, date };
  const scenes = [];
  for (const size of options.sizes) {
    const scene = await measureScene(size, dir, peers, { ...options, ...means, isOver });
    scenes.push(scene);
    console.log(renderSummary(scene));
    // After each size: whoever stops a long run keeps what it has measured.
    if (!options.quick && options.commands === null) writePage({ machine, settings, scenes });
  }
  return 0;
}

function writePage(measured) {
  writeFileSync(docs('benchmarks.md'), renderPage(measured));
  writeFileSync(docs('benchmarks.svg'), renderPlot(linesOf(measured.scenes)));
  console.log('wrote docs/benchmarks.md and docs/benchmarks.svg');
}

/** Whether there is a bash that knows the time in microseconds. */
async function isBashNew(means) {
  const found = await run(['bash', '-c', 'echo $EPOCHREALTIME'], means).catch(() => ({ stdout: '' }));
  means.signal.throwIfAborted();
  return found.stdout.trim() !== '';
}

function readOrExplain() {
  try {
    const options = readOptions(process.argv.slice(2));
    if (!options.help) return options;
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const options = readOrExplain();
if (!existsSync(fileURLToPath(new URL('../../dist/jit.cjs', import.meta.url))))
  throw new Error('there is no dist/: npm run build');
process.exitCode = await main(options);
