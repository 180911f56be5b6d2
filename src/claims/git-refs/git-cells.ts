import { isUlid } from '../../domain/ids.ts';
import type { Cell } from '../cells.ts';
import type { Recalled, RemoteCells } from '../remote.ts';
import { formatClaim, readClaim } from './claim-object.ts';
import type { Exchange, Found } from './exchange.ts';
import { remoteRefuses } from './remote-errors.ts';
import type { Seen } from './seen.ts';

export interface GitCellsParts {
  readonly exchange: Exchange;
  readonly seen: Seen;
  /** The name of the remote, for people. */
  readonly remote: string;
  /** The beginning of the references; checked. */
  readonly prefix: string;
  /** Whether the remote lets a reference go forward only. */
  readonly forward: Remembered;
  /** Makes names of letters and digits that never come again. */
  readonly newId: () => string;
}

/** Something that was found out about a remote, and holds until further notice. */
export interface Remembered {
  isSo(): boolean;
  remember(): void;
}

/** Issues that are read one by one; of more all are. */
const FEW = 20;

/** A push that fails although nobody else was first is made again: another push may have been in its way for a moment. */
const ATTEMPTS = 2;

/**
 * Cells on references of a remote: `<prefix><id>` leads to a commit that says what the record says. The remote replaces a
 * reference only when it still is what we name, which makes a push the swap. A claim is a commit without a parent, so that the remote keeps
 * nothing of those before; where a remote lets branches go forward only (`receive.denyNonFastForwards`), it is a child of
 * the one before.
 *
 * Nothing is ever deleted: what is given back stays as a record. Were its reference deleted, a clone that knows nothing of it would
 * grant the same epoch again, since what keeps epochs apart elsewhere (the file of the issue, and the records of the clone
 * that gave it back) reaches other clones only with a merge. And of two claims under one epoch a merge could not say which came later.
 */
export function gitCells({ exchange, seen, remote, prefix, forward, newId }: GitCellsParts): RemoteCells {
  const reread = new Map<string, Cell>();

  const cellOf = (id: string, found: Found): Cell => {
    const known = seen.get(id);
    if (known?.version === found.object) return { id, version: found.object, lease: known.lease };
    return {
      id,
      version: found.object,
      ...readClaim(found.message, id, prefix + id, known?.lease.epoch ?? 0),
    };
  };

  // Of a record that cannot be understood, what was seen before it tells which epochs were given.
  const remember = ({ id, version, lease, damage }: Cell): void => {
    if (damage !== undefined) return;
    seen.put(id, version === null || lease === null ? null : { version, lease });
  };

  /** Reads these, or all, and remembers whatever comes with them. */
  const look = async (ids: readonly string[] | undefined): Promise<readonly Cell[]> => {
    const wanted = ids?.filter(isUlid);
    const exact = wanted !== undefined && wanted.length <= FEW ? wanted : [];
    const found = await exchange.fetch(prefix, exact);
    const there = [...found.keys()].filter(isUlid);
    const cells = new Map(there.map((id) => [id, cellOf(id, found.get(id)!)]));
    for (const id of wanted ?? seen.list()) if (!cells.has(id)) cells.set(id, noCell(id));
    for (const cell of cells.values()) remember(cell);
    return (ids ?? there).map((id) => cells.get(id) ?? noCell(id));
  };

  return {
    sightings: seen,

    async read(ids) {
      return look(ids);
    },

    recall(id): Recalled {
      const cell = reread.get(id);
      reread.delete(id);
      if (cell !== undefined) return { cell, fresh: true };
      const known = isUlid(id) ? seen.get(id) : null;
      return { cell: known === null ? noCell(id) : { id, ...known }, fresh: false };
    },

    recallAll(ids) {
      const present = new Set(seen.list());
      const wanted = ids === undefined ? [...present] : ids.filter((id) => present.has(id));
      return wanted.flatMap((id): Cell[] => {
        const known = seen.get(id);
        return known === null ? [] : [{ id, ...known }];
      });
    },

    async swap(id, version, next) {
      if (!isUlid(id) || next.id !== id) throw new Error(`not a lease of ${id}`);
      const ref = prefix + id;
      const seconds = Math.max(0, Math.floor(Date.parse(next.beat.at) / 1000)) || 0;
      const message = formatClaim(next, newId());
      const knownForward = forward.isSo();
      const objects = new Set<string>();
      for (const goesForward of knownForward || version === null ? [knownForward] : [false, true]) {
        const object = await exchange.store(message, seconds, (goesForward && version) || undefined);
        objects.add(object);
        for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
          // The object is like no other: when the remote says that the reference leads to it, it is ours.
          const pushed = await exchange.push(ref, version, object);
          // What git says of a failure proves nothing: the push may have come through, or may still. What the reference is now does.
          const cell = pushed ? { version: object, lease: next } : (await look([id]))[0]!;
          if (cell.version !== null && objects.has(cell.version)) {
            seen.put(id, { version: cell.version, lease: next });
            if (goesForward && cell.version === object && !knownForward) forward.remember();
            return true;
          }
          if (cell.version !== version) {
            reread.set(id, { id, ...cell });
            return false;
          }
        }
      }
      throw remoteRefuses(remote, ref);
    },
  };
}

const noCell = (id: string): Cell => ({ id, version: null, lease: null });
