import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './cli.ts';
import { indexEnv } from './index-env.ts';
import { checkDocument } from './output-schemas.ts';

/** The launcher that users get; `npm run build` makes what it loads. */
export const BINARY = fileURLToPath(new URL('../../bin/jit', import.meta.url));

/** What one process did. */
export interface Finished {
  /** Null when a signal ended it. */
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The document of `--json`: from stdout, or from stderr when it failed; held to its schema. */
  readonly json: Record<string, unknown> & { readonly kind: string };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

/** A git repository of its own in a temporary directory, and the real program in it. */
export interface Sandbox {
  /** The top of the repository. */
  readonly repository: string;
  /** The whole environment of every process: own HOME, no identity, no configuration of the machine. */
  readonly env: Readonly<Record<string, string | undefined>>;
  jit(words: readonly string[], options?: RunOptions): Finished;
  /** Starts the program and does not wait. */
  start(words: readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams;
  git(...words: string[]): string;
}

/** Makes a sandbox; it is removed after the test. `git`: false for a plain directory. */
export function makeSandbox({ git = true }: { readonly git?: boolean } = {}): Sandbox {
  const top = temporaryDirectory();
  const home = join(top, 'home');
  const repository = join(top, 'work');
  mkdirSync(home);
  mkdirSync(repository);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    TMPDIR: top,
    GIT_CONFIG_NOSYSTEM: '1',
    ...indexEnv(),
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_AUTHOR_NAME: 'Tess Ter',
    GIT_AUTHOR_EMAIL: 'tess@example.org',
    GIT_COMMITTER_NAME: 'Tess Ter',
    GIT_COMMITTER_EMAIL: 'tess@example.org',
  };
  const sandbox: Sandbox = {
    repository,
    env,
    jit(words, options = {}) {
      const { status, signal, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...words], {
        cwd: options.cwd ?? repository,
        env: { ...env, ...options.env },
        input: options.stdin ?? '',
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
      });
      return {
        exit: status,
        signal,
        stdout,
        stderr,
        get json() {
          const document = JSON.parse(stdout === '' ? stderr : stdout);
          checkDocument(document);
          return document;
        },
      };
    },
    start: (words, options = {}) =>
      spawn(process.execPath, [BINARY, ...words], {
        cwd: options.cwd ?? repository,
        env: { ...env, ...options.env },
      }),
    git: (...words) => execFileSync('git', words, { cwd: repository, env, encoding: 'utf8' }),
  };
  if (git) sandbox.git('init', '--quiet', '--initial-branch=main');
  return sandbox;
}
