import { JitError } from '../../domain/errors.ts';
import type { Disk } from './disk.ts';
import type { Layout } from './layout.ts';
import { attempt, osCode, tryTo } from './os-errors.ts';
import type { Owner } from './owner.ts';
import { createWhole, readWhole } from './whole-file.ts';

/** How patiently a writer queues; milliseconds. */
export interface Patience {
  /** One holder that keeps the lock for longer is taken to be stopped, and the lock from it. */
  readonly stall: number;
  /** Longer than this no writer waits for its turn. */
  readonly total: number;
}

/** How waits are measured and spent. */
export interface Waiting {
  /** Milliseconds on a clock that never goes back. */
  elapsed(): number;
  pause(milliseconds: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

export interface Held {
  release(): void;
}

const LONGEST_TOKEN = 4096;

/**
 * Waits for this writer's turn. The lock gives order and fairness only: a commit is exclusive by the journal's
 * link, also when the lock is taken from a process that was stopped and wakes up. The owner's token is in the
 * linked file from the first moment, so a dead owner is replaced at once. Throws LOCK_TIMEOUT.
 */
export async function takeLock(
  disk: Disk,
  layout: Layout,
  owner: Owner,
  name: string,
  patience: Patience,
  waiting: Waiting,
): Promise<Held> {
  const own = `${owner.token}.${name}`;
  const proposal = `${layout.staged}/${own}.lock`;
  const start = waiting.elapsed();
  createWhole(disk, proposal, own, false);
  try {
    let holder: string | null = null;
    let since = start;
    for (;;) {
      if (attempt(() => disk.link(proposal, layout.lock), 'EEXIST') === null) {
        return { release: () => tryTo(() => releaseLock(disk, layout, own)) };
      }
      const seen = readHolder(disk, layout);
      const now = waiting.elapsed();
      if (seen !== holder) {
        holder = seen;
        since = now;
      }
      if (seen !== null && (mayReplace(owner, seen) || now - since > patience.stall)) {
        removeLock(disk, layout, seen, proposal);
        holder = null;
        continue;
      }
      if (now - start > patience.total) throw tooLong(layout, seen, patience.total);
      await waiting.pause(0.1 + waiting.random() * 1.9);
    }
  } finally {
    tryTo(() => disk.unlink(proposal));
  }
}

/** The token in the lock, empty where it cannot be read; null when it was just released. */
function readHolder(disk: Disk, layout: Layout): string | null {
  try {
    return readWhole(disk, layout.lock, LONGEST_TOKEN).bytes?.toString('utf8') ?? '';
  } catch (error) {
    if (osCode(error) === 'ENOENT') return null;
    throw error;
  }
}

const processOf = (holder: string): string => holder.slice(0, Math.max(0, holder.indexOf('.')));

// The same host after a reboot cannot be told from another host on a shared disk; since the lock only
// orders, a holder of another boot is not waited for. Nor is one without a token: the file is whole from the moment
// it has its name, so only a power cut makes such a lock.
function mayReplace(owner: Owner, holder: string): boolean {
  const token = processOf(holder);
  if (token === '') return true;
  return owner.liveness(token) === 'dead' || bootOf(token) !== bootOf(owner.token);
}

const bootOf = (token: string): string => token.split('_')[2] ?? '';

// Two may see the same dead owner: moving the lock away first shows whose it was, and one that was taken by
// somebody else in between is put back.
function removeLock(disk: Disk, layout: Layout, dead: string, proposal: string): void {
  const moved = `${proposal}.old`;
  if (attempt(() => disk.rename(layout.lock, moved), 'ENOENT') !== null) return;
  const holder = readWhole(disk, moved, LONGEST_TOKEN).bytes?.toString('utf8') ?? '';
  if (holder !== dead) {
    attempt(() => disk.link(moved, layout.lock), 'EEXIST');
  }
  tryTo(() => disk.unlink(moved));
}

function releaseLock(disk: Disk, layout: Layout, own: string): void {
  if (readHolder(disk, layout) === own) disk.unlink(layout.lock);
}

function tooLong(layout: Layout, holder: string | null, milliseconds: number): JitError {
  const pid = /^\d+/.exec(holder ?? '')?.[0] ?? null;
  return new JitError('LOCK_TIMEOUT', `others kept writing for ${milliseconds} ms: this turn never came`, {
    details: { file: layout.nameOf(layout.lock), pid: pid === null ? null : Number(pid) },
    hint: 'try again',
  });
}
