import type { Clock } from '../domain/clock.ts';

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  ago: (milliseconds) => new Date(Date.now() - milliseconds).toISOString(),
};
