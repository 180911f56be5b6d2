import type { Clock } from '../../src/domain/clock.ts';
import type { Actor } from '../../src/domain/identity.ts';
import type { Session } from '../../src/operations/session.ts';
import { createMemoryStore, type MemoryContent } from '../../src/store/memory/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { agent } from './actors.ts';

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
  /** Default: null. */
  readonly commit?: string | null;
}

/** A session in which nothing is left to chance. */
export function startSession(options: SessionOptions = {}): TestSession {
  const clock = options.clock ?? standingClock();
  const store = options.store ?? createMemoryStore({ clock, initial: options.content ?? {} });
  const newId = options.newId ?? seededIds();
  const commit = options.commit ?? null;
  const as = (actor: Actor): TestSession => ({ store, clock, actor, newId, headCommit: () => commit, as });
  return as(options.actor ?? agent('tester'));
}
