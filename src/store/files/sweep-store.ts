import { sweepCache } from './index/sweep-cache.ts';
import type { StoreParts } from './parts.ts';
import { sweepStaged } from './sweep.ts';

/** Removes what dead processes left and what the journal no longer needs; says what, in words. */
export function sweepStore(
  { disk, layout, journal, writer, owner, clock }: StoreParts,
  durable: boolean,
): readonly string[] {
  const staged = sweepStaged.find(disk, layout, owner, clock).length;
  const position = writer.settle(durable);
  const removed: string[] = [];
  if (staged > 0) removed.push(`${staged} staged ${staged === 1 ? 'file' : 'files'} of dead processes`);
  for (const name of journal.sweep(durable)) removed.push(`.jit/local/${name}`);
  if (position.number > 0) {
    writer.prune(position, durable);
    removed.push(`${position.number} applied journal ${position.number === 1 ? 'entry' : 'entries'}`);
  }
  removed.push(...sweepCache(disk, layout, clock));
  return removed;
}
