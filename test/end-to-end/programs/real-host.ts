import { createHash, randomInt } from 'node:crypto';
import { ulid } from 'ulid';
import { systemClock } from '../../../src/main/clock.ts';
import type { Host } from '../../../src/main/host.ts';
import { openLeases } from '../../../src/main/leases.ts';
import { openFilesStore } from '../../../src/store/files/files-store.ts';
import { systemMachine } from '../../../src/system/machine.ts';

const never = (): never => {
  throw new Error('nobody is there to answer');
};

/** The real machine, files and leases, for a program that runs many commands in one process. */
export const realHost = (out: (text: string) => void, err: (text: string) => void): Host => ({
  env: process.env,
  cwd: process.cwd(),
  terminal: { stdout: false, stderr: false, interactive: false, columns: 80 },
  clock: systemClock,
  newId: () => ulid(undefined, () => randomInt(32) / 32),
  digest: (text) => createHash('sha256').update(text).digest('hex'),
  out,
  err,
  progress: () => {},
  pid: process.pid,
  supervise: never,
  program: [process.execPath, process.argv[1]!],
  readStdin: never,
  confirm: never,
  systemUser: () => null,
  interruption: () => new AbortController().signal,
  beforeKill: never,
  processToken: (pid) => systemMachine(systemClock).tokenOf(pid),
  openStore: ({ root, dir }, clock, index = 'auto') => openFilesStore({ root, dir, clock, index }),
  openLeases,
});
