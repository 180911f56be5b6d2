import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { findRepository, type Repository } from '../../../src/git/repository.ts';

/** Where test repositories live: a file system in memory where there is one, since git makes many small files. */
const GROUND = process.env.JIT_TEST_GROUND ?? tmpdir();

/** A bare repository on disk that is the remote of clones. */
export interface Remote {
  readonly path: string;
  /** Runs git in it, and returns what it said without the last newline. */
  git(...args: readonly string[]): string;
  /** A clone of it, with an environment of its own. `wrapper`: the text of a shell script that stands for git; `$GIT` is the real one. */
  clone(options?: { readonly wrapper?: string }): Clone;
}

export interface Clone {
  readonly repository: Repository;
  readonly env: Readonly<Record<string, string>>;
  /** Runs the real git in it, as its user. */
  git(...args: readonly string[]): string;
}

/** Makes a bare repository; it and its clones are removed after the test. */
export function makeRemote(options: { readonly format?: string } = {}): Remote {
  const ground = realpathSync(mkdtempSync(join(GROUND, 'jit-clones-')));
  onTestFinished(() => rmSync(ground, { recursive: true, force: true }));
  const path = join(ground, 'remote.git');
  const home = join(ground, 'home');
  mkdirSync(home);
  const env = { PATH: process.env.PATH!, HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const runIn =
    (cwd: string) =>
    (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
  runIn(ground)('init', '--quiet', '--bare', `--object-format=${options.format ?? 'sha1'}`, path);
  let clones = 0;
  return {
    path,
    git: runIn(path),
    clone({ wrapper } = {}) {
      clones += 1;
      const root = join(ground, `clone-${clones}`);
      runIn(ground)('init', '--quiet', `--object-format=${options.format ?? 'sha1'}`, root);
      runIn(root)('remote', 'add', 'origin', path);
      const repository = findRepository(root)!;
      if (wrapper === undefined) return { repository, env, git: runIn(root) };
      const programs = join(ground, `programs-${clones}`);
      mkdirSync(programs);
      const real = execFileSync('sh', ['-c', 'command -v git'], { env, encoding: 'utf8' }).trim();
      writeFileSync(join(programs, 'git'), `#!/bin/sh\nGIT=${real}\n${wrapper}\n`, { mode: 0o755 });
      return {
        repository,
        env: { ...env, PATH: `${programs}${delimiter}${env.PATH}` },
        git: runIn(root),
      };
    },
  };
}
