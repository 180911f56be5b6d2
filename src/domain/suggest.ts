import { JitError } from './errors.ts';

/**
 * The candidate that a mistyped word most likely means, or undefined when none is near: at most one slip
 * (a letter wrong, missing, doubled, or two exchanged) in short words, one in three letters in longer ones.
 */
export function findNearest(word: string, candidates: Iterable<string>): string | undefined {
  const written = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = countSlips(written, candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best ?? startsLike(written, candidates);
}

function startsLike(word: string, candidates: Iterable<string>): string | undefined {
  const found = word.length < 3 ? [] : [...candidates].filter((candidate) => candidate.startsWith(word));
  return found.length === 1 ? found[0] : undefined;
}

/** Other words that are taken for values: what is written → what is meant. */
export type Synonyms = Readonly<Record<string, string>>;

/**
 * The value, or other word for one, that was probably meant, or undefined. Of words that are equally near none was: who writes
 * `p4` means none of `p0` to `p3` more than the others.
 */
export function findNearestValue(
  value: string,
  values: readonly string[],
  synonyms: Synonyms = {},
): string | undefined {
  const words = Object.keys(synonyms);
  const nearest = findNearest(value, [...values, ...words]);
  if (nearest === undefined || values.includes(nearest)) return nearest;
  return findNearest(value, words.toReversed()) === nearest ? nearest : undefined;
}

/** The hint to a value that is refused: what was probably meant, and all that is taken. */
export function hintValues(
  nearest: string | undefined,
  values: readonly string[],
  synonyms: Synonyms = {},
): string {
  const words = Object.keys(synonyms);
  const also = words.length === 0 ? '' : `; also ${words.join(', ')}`;
  return `${nearest === undefined ? '' : `did you mean ${nearest}? `}valid: ${values.join(', ')}${also}`;
}

/** UNKNOWN_VALUE: what was given, what is valid, and what was probably meant. */
export function unknownValue(
  what: string,
  value: string,
  valid: readonly string[],
  synonyms?: Synonyms,
): JitError {
  const nearest = findNearestValue(value, valid, synonyms);
  return new JitError('UNKNOWN_VALUE', `unknown ${what}: ${JSON.stringify(value)}`, {
    details: { value, valid, ...(synonyms === undefined ? {} : { synonyms }), nearest: nearest ?? null },
    hint: hintValues(nearest, valid, synonyms),
  });
}

/** Letters to insert, remove, change or exchange with their neighbour (optimal string alignment). */
function countSlips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let slips = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + change);
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (exchanged) slips = Math.min(slips, rows[i - 2]![j - 2]! + 1);
      row.push(slips);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
