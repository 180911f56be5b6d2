import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { BINARY } from './binary.ts';
import { temporaryDirectory } from './cli.ts';
import { startInRepository } from './repository.ts';

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

/** A file, byte by byte as one character each: no byte is lost. */
export const bytesOf = (root: string, name: string): string => readFileSync(join(root, name), 'latin1');

export type Repository = Awaited<ReturnType<typeof startInRepository>>;

/**
 * Where a file stands in the place of this directory of git's, a setup fails in the middle, and what it changed by then can be taken
 * back. Returns the repository as it was left.
 */
export async function expectTakenBack(directory: string, setup: string): Promise<Repository> {
  const repository = await startInRepository();
  const { cwd, cli } = repository;
  rmSync(join(cwd, directory), { recursive: true });
  put(cwd, directory, 'no directory');
  const before = imageOf(cwd);
  const { exit, json } = await cli(`${setup} --json`);
  expect({ exit, error: json.error }).toMatchObject({ exit: 7, error: { code: 'IO' } });
  await cli('git unsetup');
  expect(imageOf(cwd)).toEqual(before);
  return repository;
}

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
