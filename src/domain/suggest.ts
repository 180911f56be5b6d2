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

/** UNKNOWN_VALUE: what was given, what is valid, and what was probably meant. */
export function unknownValue(what: string, value: string, valid: readonly string[]): JitError {
  const meant = findNearest(value, valid) ?? null;
  return new JitError('UNKNOWN_VALUE', `unknown ${what}: ${JSON.stringify(value)}`, {
    details: { value, valid, nearest: meant },
    hint: `${meant === null ? '' : `did you mean ${meant}? `}valid: ${valid.join(', ')}`,
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
