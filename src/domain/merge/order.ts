/** The order of code units, which is the same on every machine. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The JSON text of a value with the keys of every object sorted: the same for equal values. */
export function stableText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableText).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? '';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => compareText(a, b));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${stableText(field)}`).join(',')}}`;
}

/**
 * An order of all values, for where nothing else tells two of them apart: numbers by size, `false` after `true` (what is
 * switched off is the careful choice), anything else by its text.
 */
export function compareContent(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(b) - Number(a);
  return compareText(stableText(a), stableText(b));
}

/** The order of two moments, as files have them: with or without milliseconds. */
export const compareTimes = (a: string, b: string): number =>
  compareText(withMilliseconds(a), withMilliseconds(b));

const withMilliseconds = (time: string): string => (time.includes('.') ? time : time.replace('Z', '.000Z'));

/** The later of two moments; of two ways to write one moment always the same. */
export const laterOf = (a: string, b: string): string =>
  (compareTimes(a, b) || compareText(a, b)) >= 0 ? a : b;
