import { fstatSync, statSync } from 'node:fs';
import type { Screen } from './host.ts';
import { once } from './once.ts';
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

/** The terminal, or whatever stands in its place. */
export const screen: Screen = {
  env: process.env,
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
  out: (text) => writeAll(1, text),
  err: (text) => {
    try {
      writeAll(2, text);
    } catch {
      // Nobody reads what went wrong; the exit code still says that something did.
    }
  },
  interruption,
};
