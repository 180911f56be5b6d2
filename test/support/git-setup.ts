import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BINARY } from './binary.ts';
import { temporaryDirectory } from './cli.ts';
import type { startInRepository } from './repository.ts';

/** Every path below a directory with its permissions and its bytes. */
export function imageOf(root: string, leaveOut: readonly string[] = ['.git/index']): Record<string, string> {
  const found: Record<string, string> = {};
  const look = (name: string): void => {
    if (leaveOut.includes(name)) return;
    const path = join(root, name);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) found[name] = `-> ${readlinkSync(path)}`;
    else if (stat.isDirectory()) {
      found[name] = `directory ${mode}`;
      for (const each of readdirSync(path).sort()) look(name === '' ? each : `${name}/${each}`);
    } else found[name] = `${mode} ${readFileSync(path, 'latin1')}`;
  };
  look('');
  return found;
}

/** Writes a file with its directories. */
export function put(root: string, name: string, text: string | Buffer, mode = 0o644): void {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

export type Repository = Awaited<ReturnType<typeof startInRepository>>;

/** The PATH of this machine, without a jit that may be installed here. */
export const PATH_WITHOUT_JIT = (process.env.PATH ?? '')
  .split(':')
  .filter((directory) => !existsSync(join(directory, 'jit')))
  .join(':');

/** A directory for the PATH in which `jit` is this program. */
export function pathWithJit(): string {
  const directory = temporaryDirectory();
  symlinkSync(BINARY, join(directory, 'jit'));
  return `${directory}:${PATH_WITHOUT_JIT}`;
}
