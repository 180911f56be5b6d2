import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import { createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import { errorsOf } from '../../src/cli/describe.ts';
import { route } from '../../src/cli/route.ts';
import type { Host } from '../../src/main/host.ts';
import { openLeases } from '../../src/main/leases.ts';
import { run } from '../../src/main/run.ts';
import { openFilesStore } from '../../src/store/files/files-store.ts';
import type { MemoryContent } from '../../src/store/memory/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { systemMachine } from '../../src/system/machine.ts';
import { indexEnv } from './index-env.ts';
import { checkDocument } from './output-schemas.ts';
import { machineWith, seededIds, standingClock, type TestClock } from './session.ts';
import { openTestedStore } from './tested-store.ts';

export { seededIds, standingClock, type TestClock };

/** What one command line did. */
export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document that `--json` printed, from stdout, or from stderr when it failed. Throws when there is not exactly one. */
  readonly json: Record<string, unknown> & { readonly kind: string };
}

export interface CliOptions {
  /** Default: a memory store with `content`. `files`: whatever is found on the disk from `cwd`. */
  readonly store?: Store | 'files';
  readonly content?: MemoryContent;
  /** Nothing is inherited from the environment of the test. Default: JIT_AGENT_ID=agent:tester. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: a new temporary directory, removed after the test. */
  readonly cwd?: string;
  /** Default: nothing is a terminal. */
  readonly terminal?: Partial<Host['terminal']>;
  readonly clock?: TestClock;
  /** Makes the ids. Default: other ones for each jit that is started, the same in every run. */
  readonly newId?: () => string;
  readonly stdin?: string;
  /** Answers a question; only asked when `terminal.interactive`. */
  readonly confirm?: (question: string) => boolean;
  readonly systemUser?: string | null;
  /** Interrupts whatever runs. Default: nothing does. */
  readonly signal?: AbortSignal;
  /** Starts programs. Default: none can be started. */
  readonly supervise?: Host['supervise'];
  /** Sees stdout as it is written: what a stream prints before it ends. */
  readonly onOut?: (text: string) => void;
}

/** A command line to talk to, in this process: `await cli('issue list --json')`, or with words as they are. */
export interface Cli {
  (line: string | readonly string[]): Promise<Ran>;
  readonly store: Store | 'files';
  /** Of a store in memory; for `files` they are kept where jit keeps them. */
  readonly leases: Leases | null;
  readonly clock: TestClock;
  readonly cwd: string;
}

let started = 0;

/** Leases in memory, the same for all who share a store. */
function leasesOf(store: Store, clock: TestClock): Leases {
  const known = LEASES.get(store) ?? createMemoryLeases(machineWith(clock));
  LEASES.set(store, known);
  return known;
}

const LEASES = new WeakMap<Store, Leases>();

/**
 * A jit that sees nothing of the machine but a temporary directory. Every document that it prints is held to
 * its schema, and every command to the machine contract of docs/cli.md.
 */
export function startCli(options: CliOptions = {}): Cli {
  const clock = options.clock ?? standingClock();
  const cwd = options.cwd ?? temporaryDirectory();
  const store = options.store ?? openTestedStore({ clock, initial: options.content ?? {} });
  // Two that share a store must not make the same ids.
  started += 1;
  const newId = options.newId ?? seededIds(started);
  const place = store === 'files' ? {} : { place: { root: cwd, dir: join(cwd, '.jit') } };

  const call = async (line: string | readonly string[]): Promise<Ran> => {
    const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
    let stdout = '';
    let stderr = '';
    const host: Host = {
      env: {
        PATH: process.env.PATH,
        HOME: cwd,
        GIT_CONFIG_NOSYSTEM: '1',
        ...indexEnv(),
        ...(options.env ?? { JIT_AGENT_ID: 'agent:tester' }),
      },
      cwd,
      terminal: { stdout: false, stderr: false, interactive: false, columns: 80, ...options.terminal },
      clock,
      newId,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      out: (text) => {
        stdout += text;
        options.onOut?.(text);
      },
      err: (text) => {
        stderr += text;
      },
      progress: (text) => {
        stdout += `${text}\n`;
      },
      program: [process.execPath, fileURLToPath(new URL('../../bin/jit', import.meta.url))],
      readStdin: () => options.stdin ?? '',
      confirm: async (question) => options.confirm?.(question) ?? false,
      systemUser: () => options.systemUser ?? 'someone',
      interruption: () => options.signal ?? new AbortController().signal,
      beforeKill: () => () => {},
      pid: process.pid,
      supervise: (words, how) => {
        if (options.supervise === undefined) throw new Error('this test starts no program');
        return options.supervise(words, how);
      },
      processToken: (pid) => systemMachine(clock).tokenOf(pid),
      openStore: (found, _clock, index = 'auto') =>
        store === 'files' ? openFilesStore({ ...found, clock, index }) : store,
      openLeases: (found, repository, _clock, opened, onSilence) =>
        store === 'files' ? openLeases(found, repository, clock, opened, onSilence) : leasesOf(store, clock),
      ...place,
    };
    const exit = await run(argv, host, async () => host);
    const ran = { exit, stdout, stderr, json: undefined as unknown as Ran['json'] };
    const asked = argv
      .slice(0, argv.indexOf('--') === -1 ? undefined : argv.indexOf('--'))
      .includes('--json');
    if (asked) {
      checkContract(argv, ran, options.terminal?.stdout === true);
      await checkDeclared(argv, ran.json);
    } else Object.defineProperty(ran, 'json', { get: () => JSON.parse(stdout) });
    return ran;
  };
  const leases = store === 'files' ? null : leasesOf(store, clock);
  return Object.assign(call, { store, leases, clock, cwd });
}

/** A directory of its own for one test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'jit-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What is printed is declared: `jit schema` and docs/cli.md must not promise less. */
async function checkDeclared(argv: readonly string[], json: Ran['json']): Promise<void> {
  const way = route(argv);
  if (way.to !== 'command') return;
  const { declaration } = await way.entry.load();
  for (const document of Array.isArray(json) ? json : [json]) {
    const about = `jit ${argv.join(' ')}`;
    // The answer to --help.
    if (document.kind === 'schema') continue;
    if (document.kind !== 'error') expect(declaration.kinds, about).toContain(document.kind);
    else expect(errorsOf(declaration), about).toContain(document.error.code);
  }
}

/** The machine contract: one document in the right place, and nothing beside it. `spread`: over several lines, for a person. */
function checkContract(
  argv: readonly string[],
  ran: { exit: number; stdout: string; stderr: string; json: Ran['json'] },
  spread: boolean,
): void {
  const about = `jit ${argv.join(' ')}`;
  const onStdout = ran.stdout !== '';
  expect(onStdout && ran.stderr !== '', `${about}: both stdout and stderr\n${ran.stderr}`).toBe(false);
  const printed = onStdout ? ran.stdout : ran.stderr;
  const lines = spread && onStdout ? [printed] : printed.trimEnd().split('\n');
  const documents = lines.map((line) => JSON.parse(line));
  for (const document of documents) {
    expect(document, about).toMatchObject({ schema_version: 1 });
    checkDocument(document);
    expect(document.kind === 'error', `${about}: an error belongs on stderr, all else on stdout`).toBe(
      !onStdout,
    );
  }
  if (!onStdout) expect(ran.exit, `${about}: an error must not exit 0`).not.toBe(0);
  ran.json = documents.length === 1 ? documents[0] : (documents as unknown as Ran['json']);
}
