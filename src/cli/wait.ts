import { JitError } from '../domain/errors.ts';
import type { Session } from '../operations/session.ts';

/** How long to wait without a hint before looking again: a hold may lapse without any change. */
const LOOK_AGAIN_MS = 1000;

/**
 * Tries until `attempt` returns something, again after each change of the store, at most `wait` milliseconds.
 * Returns undefined when the time is over. Throws INTERRUPTED when the signal ends it.
 */
export async function waitFor<T>(
  store: Session['store'],
  wait: number,
  signal: AbortSignal,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const first = await attempt();
  if (first !== undefined) return first;
  const deadline = performance.now() + wait;
  let found: T | undefined;
  await eachChange(store, signal, async () => {
    found = await attempt();
    return found === undefined ? deadline - performance.now() : 0;
  });
  if (found === undefined && signal.aborted) throw new JitError('INTERRUPTED', 'interrupted');
  return found;
}

/** Calls `look` at once and after each change of the store, until the signal ends it. */
export const watchUntil = (
  store: Session['store'],
  signal: AbortSignal,
  look: () => Promise<void>,
): Promise<void> =>
  eachChange(store, signal, async () => {
    await look();
    return Number.POSITIVE_INFINITY;
  });

/** Calls `look` at once and after each change, until it answers that no time is left (milliseconds), or the signal ends it. */
async function eachChange(
  store: Session['store'],
  signal: AbortSignal,
  look: () => Promise<number>,
): Promise<void> {
  let wake = (): void => {};
  // A change that comes while nobody waits must not be slept through.
  let changed = false;
  const notice = (): void => {
    changed = true;
    wake();
  };
  const stop = await store.watch(notice);
  signal.addEventListener('abort', notice);
  try {
    while (!signal.aborted) {
      changed = false;
      const left = await look();
      if (left <= 0) return;
      if (changed || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, LOOK_AGAIN_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    signal.removeEventListener('abort', notice);
    await stop();
  }
}
