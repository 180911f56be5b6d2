import { readFileSync } from 'node:fs';
import { ulid } from 'ulid';
import { JitError } from '../domain/errors.ts';
import { openFilesStore } from '../store/files/files-store.ts';
import { sha256 } from '../system/digest.ts';
import { systemMachine } from '../system/machine.ts';
import { randomBytes } from '../system/random.ts';
import { beforeKill } from './before-kill.ts';
import { systemClock } from './clock.ts';
import type { Host } from './host.ts';
import { openLeases } from './leases.ts';
import { once } from './once.ts';
import { screen } from './screen.ts';

/** The machine that jit runs on. */
export const systemHost: Host = {
  ...screen,
  get cwd() {
    return startingDirectory();
  },
  clock: systemClock,
  // `ulid` would look for a source of randomness itself, and find one that is slower to load. It asks 16 times.
  newId: () => {
    const bytes = randomBytes(16);
    let at = 0;
    return ulid(undefined, () => bytes[at++]! / 256);
  },
  digest: sha256,
  progress: (text) => {
    const rewrites = screen.terminal.stdout;
    screen.out(rewrites ? `\r\x1b[2K${text.slice(0, screen.terminal.columns - 1)}` : `${text}\n`);
  },
  program: [process.execPath, process.argv[1]!],
  readStdin: () => readFileSync(0, 'utf8'),
  confirm: async (question) => {
    const readline = process.getBuiltinModule('node:readline/promises');
    const lines = readline.createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C interrupts; the end of the input, or any other answer, is a no.
    const interrupted = new Promise<never>((_, reject) => {
      lines.once('SIGINT', () => reject(new JitError('INTERRUPTED', 'interrupted')));
    });
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    try {
      const answer = await Promise.race([lines.question(`${question} [y/N] `), ended, interrupted]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
  },
  systemUser: () => {
    try {
      return process.getBuiltinModule('node:os').userInfo().username;
    } catch {
      return null;
    }
  },
  openStore: ({ root, dir }, clock, index = 'auto') => openFilesStore({ root, dir, clock, index }),
  pid: process.pid,
  supervise: async (words, how) => (await import('./supervise.ts')).supervise(words, how),
  processToken: (pid) => systemMachine(systemClock).tokenOf(pid),
  beforeKill,
  openLeases,
};

// Remembered: looking at very many files goes into their directory, and cannot come back where ours is removed meanwhile.
const startingDirectory = once(() => {
  try {
    return process.cwd();
  } catch (cause) {
    throw new JitError('FILE_NOT_FOUND', 'the current directory is gone', {
      hint: 'cd to a directory that is there, and again',
      cause,
    });
  }
});
