import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCommits } from './fast-import.mjs';
import { generateStore } from './generate-store.mjs';
import { mustRun, run } from './processes.mjs';

/** What npm installs as `jit`. */
export const PROGRAM = fileURLToPath(new URL('../../dist/jit.cjs', import.meta.url));
export const SEED = 20_260_105;
const STATIC = ['.gitignore', '.gitattributes', 'gates.json', 'config.json', 'index.json', 'issues/.gitkeep'];

/**
 * A store of so many issues in a git repository of its own, as it was generated: made when it is not there yet, else put back.
 * The branch `other` changes one issue in a hundred.
 */
export async function openScene(ground, size, options) {
  const dir = join(ground, `store-${size}`);
  const made = join(dir, '.git', 'jit-bench.json');
  const scene = {
    size,
    dir,
    jit: (...words) => mustRun([process.execPath, PROGRAM, ...words], { ...options, cwd: dir }),
    /** Also where it fails. */
    node: (...words) => run([process.execPath, ...words], { ...options, cwd: dir }),
    git: (...words) => mustRun(['git', ...words], { ...options, cwd: dir }),
    /** Puts back what was changed. Only that: where a tree was deleted, files are made ten times slower for minutes. */
    async reset() {
      // A git that was killed leaves it.
      rmSync(join(dir, '.git', 'index.lock'), { force: true });
      await scene.git('checkout', '--quiet', '--force', 'main');
      await scene.git('clean', '--force', '--quiet', '-d', '-x');
      rmSync(join(dir, '.git', 'jit'), { recursive: true, force: true });
    },
  };
  if (existsSync(made)) await scene.reset();
  else writeFileSync(made, JSON.stringify(await generate(scene, options)));
  return { ...scene, roles: JSON.parse(readFileSync(made, 'utf8')) };
}

async function generate({ size, dir, jit, git }, options) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  await git('init', '--quiet', '--initial-branch=main');
  // Nothing may run behind the measurements, and packing well would only take time.
  for (const setting of ['gc.auto=0', 'maintenance.auto=false', 'core.compression=1'])
    await git('config', ...setting.split('='));
  await jit('init');
  const store = generateStore({ size, seed: SEED });
  const files = STATIC.map((name) => [`.jit/${name}`, readFileSync(join(dir, '.jit', name), 'utf8')]);
  await mustRun(['git', 'fast-import', '--quiet', '--depth=0'], {
    ...options,
    cwd: dir,
    input: writeCommits(store, files),
  });
  await git('reset', '--quiet', '--hard', 'main');
  return findRoles(store);
}

/** Ids that the commands are tried on. */
function findRoles({ issues }) {
  const ready = issues.filter(({ state }) => state === 'ready');
  const waiting = issues.filter(({ state }) => state === 'backlog');
  return {
    shown: issues[Math.floor(issues.length / 2)].id,
    needs: ready[0].id,
    waits: waiting.at(-1).id,
    ready: ready.length,
  };
}
