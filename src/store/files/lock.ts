import { JitError } from '../../domain/errors.ts';
import type { Disk } from '../../system/disk.ts';
import { attempt, osCode, tryTo } from '../../system/os-errors.ts';
import type { Owner } from '../../system/process-owner.ts';
import { createWhole, readWhole } from '../../system/whole-file.ts';
import type { Layout } from './layout.ts';

/** How patiently a writer queues; milliseconds. */
export interface Patience {
  /** One holder that keeps the lock for longer is taken to be stopped, and the lock from it. */
  readonly stall: number;
  /** Longer than this no writer waits for its turn without moving up in the queue. */
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
 * Looking whether its holder lives, and who waits, costs twenty times what looking whether it is free does: so many milliseconds, or
 * misses, lie between two such looks; for those further back so many times as long.
 */
const LOOK = 10;
const MISSES = 16;
const MOST_LOOKS = 4;

/**
 * How long to wait between two looks whether it is free, in milliseconds. Who came first looks most often: that is fair, and many who wait do
 * not take the processor from the one they wait for. Where turns take longer, all look less often: the first in the queue
 * sixteen times a turn, who is behind others about twice until all of them had theirs.
 */
function pauseFor({ ahead, turn }: Line, waiting: Waiting): number {
  const mean =
    ahead === 0 ? between(1, turn / 16, 8) : Math.min(1 + ahead * between(4, turn / 2, 50), LONGEST_PAUSE);
  return (0.5 + waiting.random()) * mean;
}

const LONGEST_PAUSE = 160;

const between = (least: number, value: number, most: number): number =>
  Math.max(least, Math.min(value, most));

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
    let holder = null as Holder | null;
    const ahead = countAhead(disk, layout, owner);
    const line: Line = { ahead, turn: 0, since: start, least: ahead, moved: start };
    // Nor does one who comes anew go ahead of those who wait.
    if (line.ahead > 0) await waiting.pause(pauseFor(line, waiting));
    let misses = 0;
    for (let looked = Number.NEGATIVE_INFINITY; ; ) {
      const mark = markOf(disk, layout);
      // A link that fails costs five times as much as a look, since its error is made and thrown.
      if (mark === null && attempt(() => disk.link(proposal, layout.lock), 'EEXIST') === null) {
        return { release: () => tryTo(() => releaseLock(disk, layout, own)) };
      }
      const now = waiting.elapsed();
      misses += 1;
      if (mark !== null && mark !== holder?.mark) holder = { mark, since: now, token: undefined };
      if (now - looked >= LOOK * Math.min(1 + line.ahead, MOST_LOOKS) || misses % MISSES === 0) {
        looked = now;
        // Who is behind others leaves to them the holders that it sees come, until one is there for long. Whoever had it before may be dead,
        // and so may all who are ahead.
        const isNew = holder !== null && misses > 1 && now - holder.since < LOOK * MOST_LOOKS;
        const isOurs = line.ahead === 0 || !isNew;
        if (isOurs && holder !== null && holder.token === undefined) holder.token = readHolder(disk, layout);
        const token = holder?.token ?? null;
        if (token !== null && (mayReplace(owner, token) || now - holder!.since > patience.stall)) {
          // Its holder may have released it and ended since it was looked at: then it is another's by now.
          if (readHolder(disk, layout) === token) removeLock(disk, layout, token, proposal);
          holder = null;
          looked = Number.NEGATIVE_INFINITY;
          continue;
        }
        if (now - line.moved > patience.total)
          throw tooLong(layout, token ?? readHolder(disk, layout), patience.total);
        moveUp(line, countAhead(disk, layout, owner), now);
      }
      await waiting.pause(pauseFor(line, waiting));
    }
  } finally {
    tryTo(() => disk.unlink(proposal));
  }
}

/** One's own place in the queue. */
interface Line {
  /** How many processes came earlier and wait, too. */
  ahead: number;
  /** How long one of their turns takes, as far as was seen; milliseconds. 0: not known yet. */
  turn: number;
  /** When `ahead` last became less. */
  since: number;
  /** The fewest that were ahead so far, and since when: those that come again and again do not count as moving up. */
  least: number;
  moved: number;
}

function moveUp(line: Line, ahead: number, now: number): void {
  if (ahead < line.ahead) {
    line.turn = (now - line.since) / (line.ahead - ahead);
    line.since = now;
  }
  if (ahead < line.least) {
    line.least = ahead;
    line.moved = now;
  }
  line.ahead = ahead;
}

/** Whoever has the lock, as far as is known. */
interface Holder {
  readonly mark: string;
  /** When it was first seen. */
  readonly since: number;
  /** Empty where it cannot be read; null when it was just released; undefined: not looked at. */
  token: string | null | undefined;
}

/** Tells one lock from the next; null: it is free. */
function markOf(disk: Disk, layout: Layout): string | null {
  const stat = disk.stat(layout.lock);
  return stat === undefined ? null : `${stat.ino}.${stat.ctime}`;
}

/** How many processes that started before this one wait for the lock, or were killed while they did. */
function countAhead(disk: Disk, layout: Layout, owner: Owner): number {
  const own = startOf(owner.token);
  return disk.list(layout.staged).filter(({ name }) => name.endsWith('.lock') && startOf(name) < own).length;
}

// The second part of a token: when the process started.
const startOf = (token: string): number => Number(token.split('_')[1] ?? 0);

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
