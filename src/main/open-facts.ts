import type { Place } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import { findIndex, isSurelyMerged } from '../git/index-file.ts';
import { findRepository } from '../git/repository.ts';
import type { MergeFacts } from '../operations/merging.ts';
import type { Host } from './host.ts';
import { headKey, isSettled, settle } from './settled-merges.ts';
import { findTracked, type Tracked } from './tracked.ts';

type From = Pick<Host, 'env' | 'cwd' | 'digest' | 'pid'>;

/**
 * What git says of the merges of the store at a place; null where it is in no work tree of a repository. Git is only started where
 * its files do not tell that there is nothing to say.
 */
export function openFacts(host: From, place: Place): MergeFacts | null {
  const tracked = trackedAt(place);
  if (tracked === null) return null;
  const index = findIndex(tracked.repository, host);
  const asked = async (): Promise<MergeFacts> => {
    const { openMergeFacts } = await import('./merge-facts.ts');
    const { digest, pid } = host;
    return openMergeFacts({ tracked, index, digest }, (key) => settle(tracked, key, pid));
  };
  return {
    unmerged: async () => (isSurelyMerged(tracked.repository, index) ? [] : (await asked()).unmerged()),
    dropped: async (suspects) => {
      const key = headKey(tracked);
      if (suspects.length === 0 && key !== null && isSettled(tracked, key)) return [];
      return (await asked()).dropped(suspects);
    },
  };
}

/** null also where it lies outside, behind a link. */
export function trackedAt(place: Place): Tracked | null {
  const repository = findRepository(place.root);
  try {
    return repository === null ? null : findTracked(place, repository);
  } catch (error) {
    if (error instanceof JitError && error.code === 'GIT') return null;
    throw error;
  }
}
