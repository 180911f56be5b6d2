import { readFileSync, readlinkSync } from 'node:fs';
import type { Liveness } from '../domain/lease.ts';
import { readBoot } from './boot.ts';

/** Who we are in lock and leftover files, and how to tell whether others still live. */
export interface Owner {
  /** Stands for this process alone; may be part of a file name. */
  readonly token: string;
  liveness(token: string): Liveness;
}

export interface ProcessOwner extends Owner {
  /** The token of another process of this machine; null when it does not run. */
  tokenOf(pid: number): string | null;
}

const TOKEN = /^(\d+)_(\d+)_([0-9a-f]+)_(\d+)$/;

/**
 * The running process: pid, start time, boot and pid namespace, so that a pid that was used again, an earlier
 * boot or another container is not taken for a process of ours. Off Linux only the pid is known, and the name of the
 * machine stands for its boot. `root`: where the system's files are; the system's own are asked once.
 */
export function processOwner(root = ''): ProcessOwner {
  if (root !== '') return ownerAt(root);
  own ??= ownerAt(root);
  return own;
}

let own: ProcessOwner | undefined;

function ownerAt(root: string): ProcessOwner {
  const bootId = (readBoot(`${root}/proc/sys/kernel/random/boot_id`) ?? '').replace(/[^0-9a-f]/g, '');
  const boot = (bootId || digestOfHost()).slice(0, 16);
  const space = namespaceOf(root);
  const tokenFor = (pid: number): string => `${pid}_${startOf(root, pid) || '0'}_${boot}_${space}`;
  const token = tokenFor(process.pid);
  return {
    token,
    tokenOf(pid) {
      if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid) || startOf(root, pid) === '') return null;
      return tokenFor(pid);
    },
    liveness(other) {
      if (other === token) return 'alive';
      const [, pid, start, otherBoot, otherSpace] = TOKEN.exec(other) ?? [];
      if (pid === undefined || otherSpace === undefined) return 'unknown';
      if (otherBoot !== boot || otherSpace !== space) return 'unknown';
      if (!isRunning(Number(pid))) return 'dead';
      const now = startOf(root, Number(pid));
      return now === undefined || start === '0' || now === start ? 'alive' : 'dead';
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time in clock ticks since boot; undefined where the system does not say. Empty for a zombie, which counts as gone. */
function startOf(root: string, pid: number): string | undefined {
  const text = readOr(`${root}/proc/${pid}/stat`, '');
  // The name of the program stands in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return '';
  return fields[19];
}

function namespaceOf(root: string): string {
  try {
    return readlinkSync(`${root}/proc/self/ns/pid`).replace(/\D/g, '') || '0';
  } catch {
    return '0';
  }
}

// FNV-1a: two machines on one disk must not take each other's pids for their own. Not for secrets.
function digestOfHost(): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(process.getBuiltinModule('node:os').hostname()))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16);
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
