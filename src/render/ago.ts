import { safeLine } from './terminal-text.ts';

// Largest first: seconds in a unit, and how it is written.
const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const;

/**
 * How long before `now` something was, rounded down: `3m ago`; `in 2h` for what lies ahead. Both times
 * are RFC 3339; a text that is none is returned as a safe line.
 */
export function ago(then: string, now: string): string {
  const seconds = (Date.parse(now) - Date.parse(then)) / 1000;
  if (Number.isNaN(seconds)) return safeLine(then);
  const length = Math.abs(seconds);
  const unit = UNITS.find(([size]) => length >= size);
  if (unit === undefined) return 'just now';
  const amount = `${Math.floor(length / unit[0])}${unit[1]}`;
  return seconds > 0 ? `${amount} ago` : `in ${amount}`;
}
