import { DamagedIndexError } from './damage.ts';

/** undefined where it fails: without an index everything is read, and right. */
export function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DamagedIndexError) throw error;
    return undefined;
  }
}
