import { FilesView } from './files-view.ts';
import type { Position } from './journal.ts';
import { NO_OVERLAY } from './overlay.ts';
import type { StoreGround } from './read-stable.ts';

/**
 * Looks at all files while others write, so that the index has less to do when they may not. Returns where the journal stood before: from
 * there on commits have to be followed. null where nothing was looked at: without an index a look is long, and where there are few files or the directory
 * is trusted it is short. Never throws: what is wrong is told by the look that is made in the turn.
 */
export function lookAhead({ disk, layout, clock, journal, index }: StoreGround): Position | null {
  try {
    if (new FilesView(disk, layout, clock, NO_OVERLAY, index).trustsDirectory()) return null;
    const position = journal.locate();
    return index?.lookAhead() === true ? position : null;
  } catch {
    return null;
  }
}
