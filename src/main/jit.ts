import { fstatSync, readFileSync, statSync } from 'node:fs';
import { ulid } from 'ulid';
import { JitError } from '../domain/errors.ts';
import { openFilesStore } from '../store/files/files-store.ts';
import { sha256 } from '../system/digest.ts';
import { systemMachine } from '../system/machine.ts';
import { randomBytes } from '../system/random.ts';
import { systemClock } from './clock.ts';
import type { Host } from './host.ts';
import { openLeases } from './leases.ts';
import { once } from './once.ts';
import { run } from './run.ts';
import { writeAll } from './write-all.ts';

/** Whether a descriptor is a terminal. A file, a pipe or /dev/null is told apart without loading `tty`, which costs more than the rest. */
function isTerminal(descriptor: number): boolean {
  try {
    const device = fstatSync(descriptor);
    if (!device.isCharacterDevice()) return false;
    if (device.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

const terminals = [0, 1, 2].map((descriptor) => once(() => isTerminal(descriptor)));

const interruption = once(() => {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort(INTERRUPTED);
    process.once('SIGINT', () => process.exit(INTERRUPTED));
  });
  process.once('SIGTERM', () => controller.abort(TERMINATED));
  return controller.signal;
});

const INTERRUPTED = 130;
const TERMINATED = 143;

const host: Host = {
  env: process.env,
  cwd: process.cwd(),
  terminal: {
    get stdout() {
      return terminals[1]!();
    },
    get stderr() {
      return terminals[2]!();
    },
    get interactive() {
      return terminals[0]!() && terminals[2]!();
    },
    get columns() {
      return (terminals[1]!() && process.stdout.columns) || 80;
    },
  },
  clock: systemClock,
  // `ulid` would look for a source of randomness itself, and find one that is slower to load. It asks 16 times.
  newId: () => {
    const bytes = randomBytes(16);
    let at = 0;
    return ulid(undefined, () => bytes[at++]! / 256);
  },
  digest: sha256,
  out: (text) => writeAll(1, text),
  err: (text) => {
    try {
      writeAll(2, text);
    } catch {
      // Nobody reads what went wrong; the exit code still says that something did.
    }
  },
  progress: (text) => {
    const rewrites = terminals[1]!();
    host.out(rewrites ? `\r\x1b[2K${text.slice(0, host.terminal.columns - 1)}` : `${text}\n`);
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
  interruption,
  openStore: ({ root, dir }, clock) => openFilesStore({ root, dir, clock }),
  pid: process.pid,
  supervise: async (words, how) => (await import('./supervise.ts')).supervise(words, how),
  processToken: (pid) => systemMachine(systemClock).tokenOf(pid),
  openLeases,
};

run(process.argv.slice(2), host).then((exit) => {
  process.exit(exit);
});
