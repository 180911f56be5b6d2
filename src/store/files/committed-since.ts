import { isSealEntry } from './entry.ts';
import type { Since } from './index/refresh.ts';
import type { Journal, Position } from './journal.ts';
import { idOfFile } from './layout.ts';

/** From so many commits on it is no longer sure that reading them is less than looking at all files. */
const MOST = 200;

/**
 * The issues whose files commits have written or removed from one position of the journal to a later one, its own number included: it may not
 * have been applied yet when somebody looked. null where that cannot be told: the journal has gone on in a new directory, or there
 * are too many.
 */
export function committedSince(journal: Journal, from: Position, to: Position): Since | null {
  if (from.directory === null || from.directory !== to.directory || to.number - from.number > MOST)
    return null;
  const ids = new Set<string>();
  let last: readonly string[] = [];
  for (let number = Math.max(from.number, 1); number <= to.number; number += 1) {
    const entry = journal.read({ ...to, number });
    if (entry === undefined || entry === null || isSealEntry(entry)) return null;
    last = [...entry.files, ...entry.removed]
      .map(({ name }) => idOfFile(name.slice('issues/'.length)))
      .filter((id) => id !== null);
    for (const id of last) ids.add(id);
  }
  return { ids: [...ids], last };
}
