import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative, sep } from 'node:path';
import type { Program } from '../../domain/git-setup/program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The file that a shell would start by a name; null where there is none. Directories that npm and npx put on the PATH are left
 * out: a git that somebody starts later does not have them.
 */
export function findOnPath(name: string, env: Environment): string | null {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(directory) || /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(directory)) continue;
    const path = join(directory, name);
    if (isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether a file is there. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** How to start jit: by its name where the PATH leads to a jit, else as this one was started. `program`: node, and the file that it runs. */
export function ownProgram(program: Program, env: Environment): Program {
  const found = findOnPath('jit', env);
  const [, file] = program;
  if (found === null) return program;
  const same = file !== undefined && realPath(found) === realPath(file);
  return same || isJit(found, env) ? ['jit'] : program;
}

/** Others have programs of this name, too. */
function isJit(path: string, env: Environment): boolean {
  // Not imported at the top: the doctor looks for files only.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout } = spawnSync(path, ['version', '--json'], {
    env: env as NodeJS.ProcessEnv,
    encoding: 'utf8',
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
    input: '',
  });
  return status === 0 && /^\{"schema_version":\d+,"kind":"version"/.test(stdout);
}

/** Milliseconds. */
const PATIENCE = 5_000;

/** How hooks in the work tree start it: by its name, or where it is installed in the work tree, by the path from its top. */
export function programsInWorkTree(program: Program, topLevel: string): readonly Program[] {
  const [, file] = program;
  const path = file === undefined ? '..' : relative(realPath(topLevel), realPath(file));
  const inside = path !== '' && !isAbsolute(path) && path.split(sep)[0] !== '..';
  return [['jit'], ...(inside ? [['node', `./${path.split(sep).join('/')}`]] : [])];
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
