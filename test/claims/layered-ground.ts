import type { Cell, Cells } from '../../src/claims/cells.ts';
import type { Debt, Debts } from '../../src/claims/debts.ts';
import { layeredLeases } from '../../src/claims/layered.ts';
import type { Leases } from '../../src/claims/leases.ts';
import type { Machine } from '../../src/claims/machine.ts';
import {
  createMemoryCells,
  createMemoryLeases,
  memorySightings,
} from '../../src/claims/memory/memory-leases.ts';
import { openMirror } from '../../src/claims/mirror.ts';
import type { RemoteCells } from '../../src/claims/remote.ts';
import { JitError } from '../../src/domain/errors.ts';

/** What one contact with the remote comes to. */
export type Contact = 'works' | 'cut-before' | 'cut-after' | 'refused';

/** A remote in memory, that several clones share. */
export class MemoryRemote {
  readonly cells = createMemoryCells();
  /** What each contact comes to. */
  line: (contact: 'read' | 'swap') => Contact = () => 'works';
  /** Contacts so far. */
  contacts = 0;
  /** Swaps that another was before. */
  conflicts = 0;
  /** Runs before each contact, for what others do meanwhile. */
  before: () => Promise<void> = async () => {};

  clone(name: string): MemoryClone {
    return new MemoryClone(this, name);
  }
}

const unreachable = (): JitError =>
  new JitError('REMOTE', 'the remote cannot be reached', { details: { reason: 'unreachable' } });
const refused = (): JitError =>
  new JitError('REMOTE', 'the remote refuses', { details: { reason: 'refused' } });

/** One clone: what its processes share. */
export class MemoryClone {
  readonly local: Cells = createMemoryCells();
  readonly #remote: MemoryRemote;
  readonly #name: string;
  readonly #seen = new Map<string, Cell>();
  readonly #sightings = memorySightings();
  readonly #notes = new Map<Debt, string | null>();

  constructor(remote: MemoryRemote, name: string) {
    this.#remote = remote;
    this.#name = name;
  }

  /** A process of the clone. */
  open(machine: Machine): Leases {
    const mirror = openMirror(this.#cells(), machine, () => this.#name);
    return layeredLeases(createMemoryLeases(machine, this.local), mirror, this.#debts(machine));
  }

  /** The issues of which something is owed. */
  get owed(): readonly string[] {
    return [...new Set([...this.#notes.keys()].map(({ id }) => id))].sort();
  }

  #cells(): RemoteCells {
    const remote = this.#remote;
    const seen = this.#seen;
    const reread = new Map<string, Cell>();
    const look = async (ids?: readonly string[]): Promise<readonly Cell[]> => {
      const cells = await remote.cells.read(ids);
      for (const cell of cells) seen.set(cell.id, cell);
      return cells;
    };
    const contact = async (kind: 'read' | 'swap'): Promise<Contact> => {
      await remote.before();
      remote.contacts += 1;
      const outcome = remote.line(kind);
      if (outcome === 'cut-before') throw unreachable();
      return outcome;
    };
    return {
      sightings: this.#sightings,
      async read(ids) {
        if ((await contact('read')) === 'cut-after') throw unreachable();
        return look(ids);
      },
      async swap(id, version, next, durable) {
        const outcome = await contact('swap');
        if (outcome === 'refused') throw refused();
        const swapped = await remote.cells.swap(id, version, next, durable);
        if (outcome === 'cut-after') throw unreachable();
        const [cell] = await look([id]);
        if (swapped) return true;
        remote.conflicts += 1;
        reread.set(id, cell!);
        return false;
      },
      recall(id) {
        const cell = reread.get(id);
        reread.delete(id);
        if (cell !== undefined) return { cell, fresh: true };
        return { cell: seen.get(id) ?? { id, version: null, lease: null }, fresh: false };
      },
      recallAll: (ids) => [...seen.values()].filter(({ id }) => ids === undefined || ids.includes(id)),
    };
  }

  #debts(machine: Machine): Debts {
    const notes = this.#notes;
    return {
      owe(id) {
        const debt: Debt = {
          id,
          paid: () => void notes.delete(debt),
          leave: () => {
            if (notes.has(debt)) notes.set(debt, null);
          },
        };
        notes.set(debt, machine.token);
        return debt;
      },
      list: () =>
        [...notes].flatMap(([debt, token]) =>
          token === null || machine.liveness(token) !== 'alive' ? [debt] : [],
        ),
    };
  }
}
