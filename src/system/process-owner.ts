import { readFileSync, readlinkSync } from 'node:fs';
import type { Liveness } from '../domain/lease.ts';

/** Who we are in lock and leftover files, and how to tell whether others still live. */
export interface Owner {
  /** Stands for this process alone; may be part of a file name. */
  readonly token: string;
  liveness(token: string): Liveness;
}

const TOKEN = /^(\d+)_(\d+)_([0-9a-f]+)_(\d+)$/;

/**
 * The running process: pid, start time, boot and pid namespace, so that a pid that was used again, an earlier
 * boot or another container is not taken for a process of ours. Off Linux only the pid is known.
 */
export function processOwner(): Owner {
  const boot = (readOr('/proc/sys/kernel/random/boot_id', '0').replace(/[^0-9a-f]/g, '') || '0').slice(0, 16);
  const space = namespaceOf();
  const token = `${process.pid}_${startOf(process.pid) ?? '0'}_${boot}_${space}`;
  return {
    token,
    liveness(other) {
      if (other === token) return 'alive';
      const [, pid, start, otherBoot, otherSpace] = TOKEN.exec(other) ?? [];
      if (pid === undefined || otherSpace === undefined) return 'unknown';
      if (otherBoot !== boot || otherSpace !== space) return 'unknown';
      if (!isRunning(Number(pid))) return 'dead';
      const now = startOf(Number(pid));
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

/** Start time in clock ticks since boot; undefined where the system does not say. A zombie counts as gone. */
function startOf(pid: number): string | undefined {
  const text = readOr(`/proc/${pid}/stat`, '');
  // The name of the program stands in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return '';
  return fields[19];
}

function namespaceOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '') || '0';
  } catch {
    return '0';
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
