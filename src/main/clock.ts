import type { Clock } from '../domain/clock.ts';

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => formatInstant(Date.now()),
  ago: (milliseconds) => formatInstant(Date.now() - milliseconds),
};

/**
 * Milliseconds since 1970 as `toISOString` writes them. That takes a fifth of a millisecond when it is called for the first time,
 * and most commands call it once.
 */
export function formatInstant(milliseconds: number): string {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  if (!(year >= 1000 && year <= 9999)) return date.toISOString();
  const day = `${year}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${day}T${time}.${pad(date.getUTCMilliseconds(), 3)}Z`;
}

const pad = (number: number, length = 2): string => String(number).padStart(length, '0');
