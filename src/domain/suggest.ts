import { JitError } from './errors.ts';

/** The candidate that a mistyped word most likely meant; null where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** UNKNOWN_VALUE: what was given, what is valid, and what was probably meant. */
export function unknownValue(what: string, value: string, valid: readonly string[]): JitError {
  const meant = nearest(value, valid);
  return new JitError('UNKNOWN_VALUE', `unknown ${what}: ${JSON.stringify(value)}`, {
    details: { value, valid, nearest: meant },
    hint: `${meant === null ? '' : `did you mean ${meant}? `}valid: ${valid.join(', ')}`,
  });
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, beforePrevious[j - 2]! + 1);
      }
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}
