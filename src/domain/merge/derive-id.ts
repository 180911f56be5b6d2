/** Hex SHA-256 of a text in UTF-8. */
export type Digest = (text: string) => string;

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * An id in the form of a ULID that follows from what it names, so that every clone gives the same: 48 bits of the time
 * (UTC, RFC 3339), 80 bits of the hex digest.
 */
export function deriveId(time: string, digest: string): string {
  const stamp = encode(BigInt(Math.max(0, millisecondsOf(time))), 10);
  return stamp + encode(BigInt(`0x${digest.slice(0, 20)}`), 16);
}

function encode(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest >>= 5n) text = DIGITS[Number(rest & 31n)] + text;
  return text;
}

/** Milliseconds since 1970; a day that the month has not counts on into the next. */
export function millisecondsOf(time: string): number {
  const [year, month, day, hour, minute, second, fraction] = time
    .split(/[-T:.Z]/)
    .map((part) => Number(part || 0)) as [number, number, number, number, number, number, number];
  const days = daysBefore(year, month) + day - 1;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + (time.includes('.') ? fraction : 0);
}

// Days from 1970-01-01 to the first of the month. Years are counted from March, so that the leap day comes last.
function daysBefore(year: number, month: number): number {
  const y = month < 3 ? year - 1 : year;
  const m = month < 3 ? month + 9 : month - 3;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leaps + Math.floor((m * 153 + 2) / 5) - 719_468;
}
