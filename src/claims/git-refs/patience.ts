import type { Disk } from '../../system/disk.ts';
import { attempt, tryTo } from '../../system/os-errors.ts';
import { createWhole, readWhole } from '../../system/whole-file.ts';
import type { Machine } from '../machine.ts';

/**
 * Spares the processes of a clone from waiting, one after the other, for a remote that is silent. What fails at once costs
 * nothing and is always tried again.
 */
export interface Patience {
  /** Whether it is too early to try again. */
  isSpent(): boolean;
  /** A contact failed after so many milliseconds. */
  failed(took: number): void;
  succeeded(): void;
}

/** A failure that takes less is not waited for again and again. Milliseconds. */
const QUICK = 2_000;

/** Nobody is kept from trying for longer. Milliseconds. */
const LONGEST = 60_000;

/** For those who want to know it anew each time. */
export const endlessPatience: Patience = { isSpent: () => false, failed: () => {}, succeeded: () => {} };

export interface PatienceOptions {
  readonly disk: Disk;
  /** The file of the note; its directory must be there for a note to be made. */
  readonly path: string;
  readonly machine: Pick<Machine, 'beat'>;
  readonly newId: () => string;
}

/** A note of the silence in a file: until when, on the clock of a boot, it is not tried again. */
export function filePatience({ disk, path, machine, newId }: PatienceOptions): Patience {
  let noted = false;
  return {
    isSpent() {
      const { boot, elapsed } = machine.beat();
      const until = read();
      noted = until !== null;
      return (
        until !== null && until.boot === boot && until.elapsed > elapsed && until.elapsed - elapsed <= LONGEST
      );
    },
    failed(took) {
      if (took < QUICK) return;
      const { boot, elapsed } = machine.beat();
      const pending = `${path}.${newId()}`;
      const note = JSON.stringify({ boot, elapsed: elapsed + Math.min(LONGEST, 2 * took) });
      tryTo(() => {
        createWhole(disk, pending, note, false);
        disk.rename(pending, path);
        noted = true;
      });
    },
    succeeded() {
      if (noted) tryTo(() => attempt(() => disk.unlink(path), 'ENOENT'));
      noted = false;
    },
  };

  function read(): { readonly boot: string | null; readonly elapsed: number } | null {
    try {
      const note = JSON.parse(readWhole(disk, path, 4096).bytes?.toString('utf8') ?? '');
      return typeof note?.elapsed === 'number' ? note : null;
    } catch {
      return null;
    }
  }
}
