import { createHash } from 'node:crypto';
import type { Leases } from '../../src/claims/leases.ts';
import type { Machine } from '../../src/claims/machine.ts';
import { createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { Actor } from '../../src/domain/identity.ts';
import type { Workplace } from '../../src/domain/lease.ts';
import type { Problem } from '../../src/domain/problem.ts';
import { type Fence, NO_FENCE, type Session } from '../../src/operations/session.ts';
import type { MemoryContent } from '../../src/store/memory/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { agent } from './actors.ts';
import { HERE } from './issues.ts';
import { openTestedStore } from './tested-store.ts';

/** A clock that stands still until it is told. */
export interface TestClock extends Clock {
  /** Moves it, by milliseconds. */
  forward(milliseconds: number): void;
}

export function standingClock(start = '2026-01-02T03:04:05.000Z'): TestClock {
  let now = Date.parse(start);
  const at = (time: number): string => new Date(time).toISOString();
  return {
    now: () => at(now),
    ago: (milliseconds) => at(now - milliseconds),
    forward: (milliseconds) => {
      now += milliseconds;
    },
  };
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ids that are the same in every run, look like ULIDs, and differ in their last letters. */
export function seededIds(seed = 1): () => string {
  let state = seed;
  let count = 0;
  return () => {
    let random = '';
    for (let letter = 0; letter < 16; letter++) {
      // The generator of Park and Miller: plain, and the same everywhere.
      state = (state * 48_271) % 2_147_483_647;
      random += LETTERS[state % 32];
    }
    return `01KDY${String(count++).padStart(5, '0')}${random}`;
  };
}

export interface TestSession extends Session {
  readonly clock: TestClock;
  /** What was told so far. */
  readonly told: readonly Problem[];
  /** The same store, clock and ids, in the hands of another. */
  as(actor: Actor): TestSession;
}

export interface SessionOptions {
  /** Default: a memory store with `content`. */
  readonly store?: Store;
  readonly content?: MemoryContent;
  readonly clock?: TestClock;
  /** Default: agent:tester, explicit. */
  readonly actor?: Actor;
  readonly newId?: () => string;
  /** Default: leases in memory, whose machine goes by `clock`. */
  readonly leases?: Leases;
  /** Default: the main work tree. */
  readonly here?: Workplace;
  readonly fence?: Fence;
  /** Default: null. */
  readonly commit?: string | null;
}

/** A machine that never starts anew, and whose clock nobody sets; every process but those named lives. */
export const machineWith = (clock: TestClock, dead: ReadonlySet<string> = new Set()): Machine => ({
  beat: () => ({ host: 'host', boot: 'boot', elapsed: Date.parse(clock.now()), at: clock.now() }),
  token: 'process',
  liveness: (token) => (dead.has(token) ? 'dead' : 'alive'),
});

/** A session in which nothing is left to chance. */
export function startSession(options: SessionOptions = {}): TestSession {
  const clock = options.clock ?? standingClock();
  const store = options.store ?? openTestedStore({ clock, initial: options.content ?? {} });
  const newId = options.newId ?? seededIds();
  const commit = options.commit ?? null;
  const leases = options.leases ?? createMemoryLeases(machineWith(clock));
  const here = options.here ?? HERE;
  const told: Problem[] = [];
  const as = (actor: Actor): TestSession => ({
    store,
    leases,
    clock,
    actor,
    here,
    fence: options.fence ?? NO_FENCE,
    newId,
    tell: (problem) => told.push(problem),
    told,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    headCommit: () => commit,
    as,
  });
  return as(options.actor ?? agent('tester'));
}
