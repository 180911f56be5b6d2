import { formatEvent } from '../domain/canonical-json.ts';
import { JitError } from '../domain/errors.ts';
import { type Event, LIMITS } from '../domain/issue.ts';

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Hex SHA-256 of a text in UTF-8. The module is loaded only when a text is too long for the log. */
function digest(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

interface Value {
  readonly field: string;
  readonly side: 0 | 1;
  readonly size: number;
}

// A hash that is longer than what it stands for would make the line longer.
const SHORTEST_HASHED = 120;

/**
 * The event, small enough for one line of the log: while the line is too long, the largest value in `changes`
 * gives way to `{"$sha256", "$length"}` (hex; bytes of UTF-8). A value that is no string is hashed as its JSON.
 * Throws LIMIT_EXCEEDED when it is too long even so.
 */
export function fitEvent(event: Event): Event {
  let excess = bytesOf(formatEvent(event)) - LIMITS.eventLineBytes + 1;
  if (excess <= 0) return event;
  const changes = new Map<string, [unknown, unknown]>(
    Object.entries(event.changes).map(([field, [before, after]]) => [field, [before, after]]),
  );
  for (const { field, side, size } of largestFirst(changes)) {
    const pair = changes.get(field)!;
    const value = pair[side];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    pair[side] = { $sha256: digest(text), $length: bytesOf(text) };
    excess -= size - bytesOf(JSON.stringify(pair[side]));
    if (excess <= 0) return { ...event, changes: Object.fromEntries(changes) };
  }
  throw new JitError('LIMIT_EXCEEDED', `an event is longer than ${LIMITS.eventLineBytes} bytes`, {
    details: { event: event.event, id: event.id, limit: LIMITS.eventLineBytes },
    hint: 'change less at once',
  });
}

function largestFirst(changes: ReadonlyMap<string, readonly [unknown, unknown]>): readonly Value[] {
  const values: Value[] = [];
  for (const [field, pair] of changes) {
    for (const side of [0, 1] as const) {
      const size = bytesOf(JSON.stringify(pair[side]) ?? '');
      if (size >= SHORTEST_HASHED) values.push({ field, side, size });
    }
  }
  return values.sort((a, b) => b.size - a.size);
}
