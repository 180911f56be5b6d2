import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ratio, table } from './numbers.mjs';
import { measure } from './processes.mjs';
import { BASE } from './run-rows.mjs';
import { openScene, PROGRAM } from './scene.mjs';
import { summarize } from './statistics.mjs';

const HOOKS = fileURLToPath(new URL('profile-hooks.cjs', import.meta.url));

const COMMANDS = {
  version: () => ['version'],
  help: () => ['--help'],
  show: ({ roles }) => ['issue', 'show', roles.shown, '--json'],
  ready: () => ['query', 'ready', '--json'],
  list: () => ['issue', 'list', '--json'],
  create: () => ['issue', 'create', 'one more', '--by', 'human:lead'],
  'claim-next': () => ['issue', 'claim-next', '--by', 'agent:bench', '--json'],
};

/** What is timed by profile-hooks.cjs, in the order of a process; all in milliseconds but `calls`. */
const PARTS = {
  kept: 'reading kept code',
  source: 'reading sources',
  compile: 'handing both to V8',
  top: 'running the top level of chunks',
  files: 'calls of the file system',
  rest: 'everything else: the command, interpreted',
  calls: 'number of those calls',
};

/**
 * Where the time goes that commands take beyond `node -e 0`, as a table in Markdown: medians of so many rounds over a store of
 * `size` issues. The ratio is measured without looking inside.
 */
export async function profileStart(dir, size, rounds, options) {
  const { env, cwd, signal } = options;
  const scene = await openScene(dir, size, { env, cwd, signal });
  const out = join(dir, 'output');
  const record = join(dir, 'profile.json');
  const within = { signal, cwd: scene.dir, env: { ...env, JIT_BENCH_PROFILE: record } };
  const found = Object.fromEntries(Object.keys(COMMANDS).map((id) => [id, []]));
  // The first round keeps code, the second is the first that has it.
  for (let round = -2; round < rounds; round += 1) {
    for (const [id, wordsOf] of Object.entries(COMMANDS)) {
      const words = wordsOf(scene);
      const base = await measure(BASE, out, within);
      const own = await measure([process.execPath, PROGRAM, ...words], out, within);
      await measure([process.execPath, '--require', HOOKS, PROGRAM, ...words], out, within);
      if (round >= 0)
        found[id].push({ ratio: own.wall / base.wall, ...JSON.parse(readFileSync(record, 'utf8')) });
    }
  }
  await scene.reset();
  const median = (id, part) => summarize(found[id].map((sample) => sample[part])).median;
  const line = (what, part, write) => [what, ...Object.keys(COMMANDS).map((id) => write(median(id, part)))];
  const ms = (value) => value.toFixed(2);
  return table(
    ['ms', ...Object.keys(COMMANDS).map((id) => `\`${id}\``)],
    [
      line('ratio to `node -e 0`', 'ratio', ratio),
      line('**from the first line of jit to its end**', 'total', ms),
      ...Object.entries(PARTS).map(([part, what]) =>
        line(what, part, part === 'calls' ? (value) => value.toFixed(0) : ms),
      ),
    ],
  );
}
