import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Place } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';

/** What may say where the store is. */
export interface Whereabouts {
  /** `--dir`: the directory that holds `.jit`, or `.jit` itself. */
  readonly dir: string | undefined;
  /** JIT_DATA_DIR: the `.jit` directory itself. */
  readonly dataDir: string | undefined;
  readonly cwd: string;
}

/** Finds the store: `--dir`, else JIT_DATA_DIR, else the nearest directory upwards that has one. Throws NOT_INITIALIZED. */
export function findPlace(where: Whereabouts): Place {
  const named = namedPlace(where);
  if (named !== null) {
    if (isStore(named.dir)) return named;
    throw notInitialized(`there is no jit store at ${named.dir}`, named.dir);
  }
  for (let root = resolve(where.cwd); ; root = dirname(root)) {
    const dir = join(root, '.jit');
    if (isStore(dir)) return { root, dir };
    if (dirname(root) === root) {
      throw notInitialized(`there is no .jit directory in ${resolve(where.cwd)}, nor above it`, where.cwd);
    }
  }
}

/** The place that an option or the environment names, whether or not there is a store; null when neither does. */
export function namedPlace({ dir, dataDir, cwd }: Whereabouts): Place | null {
  if (dir !== undefined) {
    const path = resolve(cwd, dir);
    return placeOf(basename(path) === '.jit' || isStore(path) ? path : join(path, '.jit'));
  }
  return dataDir ? placeOf(resolve(cwd, dataDir)) : null;
}

const placeOf = (dir: string): Place => ({ root: dirname(dir), dir });

/** A directory with issues, or with the index: one of them may be damaged, and that is for the store to say. */
export function isStore(dir: string): boolean {
  return isThere(join(dir, 'index.json')) || isThere(join(dir, 'issues'));
}

/** What may not be looked at counts as not there. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

const notInitialized = (message: string, path: string): JitError =>
  new JitError('NOT_INITIALIZED', message, {
    details: { path },
    hint: 'jit init makes one; --dir PATH and JIT_DATA_DIR name one elsewhere',
  });
