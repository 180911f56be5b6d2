import type { Clock } from '../domain/clock.ts';
import { parseDuration } from '../domain/duration.ts';
import { JitError } from '../domain/errors.ts';

/**
 * A point in time from the command line: a date, a date with time (RFC 3339), or a duration, which counts back from
 * now, or forward with `after`. Returns it as stored. Throws USAGE.
 */
export function readMoment(text: string, clock: Clock, direction: 'before' | 'after' = 'before'): string {
  const duration = parseDuration(text);
  if (duration !== undefined) return clock.ago(direction === 'after' ? -duration : duration);
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = isDate && hasDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new JitError('USAGE', `not a time: ${JSON.stringify(text)}`, {
      details: { value: text },
      hint: 'give a duration such as 1h or 7d, a date such as 2026-03-01, or a time such as 2026-03-01T09:00:00Z',
    });
  }
  return new Date(time).toISOString();
}

// Date.parse takes February 30 for March 2.
function hasDay(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
