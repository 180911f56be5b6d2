import { isUlid } from '../../domain/ids.ts';
import type { Disk } from '../../system/disk.ts';
import { attempt, describeOsError, osCode } from '../../system/os-errors.ts';
import { createWhole } from '../../system/whole-file.ts';
import type { Debt, Debts } from '../debts.ts';
import type { Machine } from '../machine.ts';

export interface FileDebtsOptions {
  readonly disk: Disk;
  /** The directory of the notes; the third directory above it must be there. */
  readonly directory: string;
  readonly machine: Pick<Machine, 'token' | 'liveness'>;
  /** Makes names of letters and digits that never come again. */
  readonly newId: () => string;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Stands for whoever left a note. */
const NOBODY = 'left';

/** Notes as empty files, `<id>~<token of the process>~<name>`. They are not put on the disk: a power cut ends most leases anyway. */
export function fileDebts({ disk, directory, machine, newId }: FileDebtsOptions): Debts {
  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw describeOsError(error, (path) => path, false);
    }
  };

  const noteAt = (id: string, token: string, name: string): Debt => {
    const path = `${directory}/${id}~${token}~${name}`;
    return {
      id,
      paid: () => void guard(() => attempt(() => disk.unlink(path), 'ENOENT')),
      leave: () =>
        void guard(() => attempt(() => disk.rename(path, `${directory}/${id}~${NOBODY}~${name}`), 'ENOENT')),
    };
  };

  return {
    owe(id) {
      if (!isUlid(id)) throw new Error(`not an issue: ${id}`);
      const [token, name] = [encodeURIComponent(machine.token), newId()];
      const path = `${directory}/${id}~${token}~${name}`;
      guard(() => {
        // Both are there but for the first time.
        if (attempt(() => void createWhole(disk, path, '', false), 'ENOENT') === 'ENOENT') {
          for (const made of [parentOf(parentOf(directory)), parentOf(directory), directory])
            attempt(() => disk.makeDirectory(made), 'EEXIST');
          createWhole(disk, path, '', false);
        }
      });
      return noteAt(id, token, name);
    },

    list() {
      const debts: Debt[] = [];
      for (const file of guard(() => listNames(disk, directory))) {
        const [id, token, name] = file.split('~');
        if (id === undefined || token === undefined || name === undefined || !isUlid(id)) continue;
        // A process that lives is at it, and will pay or leave.
        if (token !== NOBODY && machine.liveness(decodeURIComponent(token)) === 'alive') continue;
        debts.push(noteAt(id, token, name));
      }
      return debts;
    },
  };
}

function listNames(disk: Disk, directory: string): readonly string[] {
  try {
    return disk.list(directory).map(({ name }) => name);
  } catch (error) {
    if (osCode(error) === 'ENOENT') return [];
    throw error;
  }
}
