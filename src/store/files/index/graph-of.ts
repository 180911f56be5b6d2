import { type Adjacency, type Graph, reverse } from '../../../domain/graph.ts';
import { findNode, readId } from './ids.ts';
import { FLAG, MISSING, type Table, TOMBSTONE } from './table.ts';

/** The graph of the issues in a table. */
export const graphOf = (table: Table): Graph =>
  new TableGraph(table, table.states.includes(TOMBSTONE) ? numberIssues(table) : null);

/** Which rows are nodes: all that are issues. */
interface Numbering {
  /** The row of each node. */
  readonly rows: Uint32Array;
  /** The node of each row; MISSING for a tombstone. */
  readonly nodes: Uint32Array;
}

function numberIssues({ states }: Table): Numbering {
  const rows = new Uint32Array(states.length);
  const nodes = new Uint32Array(states.length).fill(MISSING);
  let count = 0;
  for (let row = 0; row < states.length; row += 1) {
    if (states[row] === TOMBSTONE) continue;
    nodes[row] = count;
    rows[count++] = row;
  }
  return { rows: rows.subarray(0, count), nodes };
}

/** What is derived from the table is made when somebody asks for it. */
class TableGraph implements Graph {
  readonly size: number;
  readonly #table: Table;
  /** null where every row is an issue: then rows are nodes as they are. */
  readonly #numbering: Numbering | null;

  constructor(table: Table, numbering: Numbering | null) {
    this.#table = table;
    this.#numbering = numbering;
    this.size = numbering?.rows.length ?? table.size;
  }

  idOf(node: number): string {
    return readId(this.#table.ids, this.#numbering?.rows[node] ?? node);
  }

  numberOf(id: string): number | undefined {
    const { ids, size } = this.#table;
    const row = findNode(ids, size, id);
    if (row < 0) return undefined;
    const node = this.#numbering?.nodes[row] ?? row;
    return node === MISSING ? undefined : node;
  }

  #edges: Edges | undefined;

  get #itsEdges(): Edges {
    const { offsets, targets, missing } = this.#table;
    this.#edges ??=
      this.#numbering === null && missing.length === 0
        ? { needs: { offsets, targets }, dangling: [] }
        : this.#numberedEdges();
    return this.#edges;
  }

  get needs(): Adjacency {
    return this.#itsEdges.needs;
  }

  get dangling(): Edges['dangling'] {
    return this.#itsEdges.dangling;
  }

  #neededBy: Adjacency | undefined;

  get neededBy(): Adjacency {
    this.#neededBy ??= reverse(this.needs);
    return this.#neededBy;
  }

  #satisfied: Uint8Array | undefined;

  get satisfied(): Uint8Array {
    this.#satisfied ??= this.#marks(FLAG.satisfied);
    return this.#satisfied;
  }

  #open: Uint8Array | undefined;

  get open(): Uint8Array {
    this.#open ??= this.#marks(FLAG.open);
    return this.#open;
  }

  /** 1 for each node whose row has a flag. */
  #marks(flag: number): Uint8Array {
    const { flags } = this.#table;
    const { size } = this;
    const rows = this.#numbering?.rows ?? null;
    const found = new Uint8Array(size);
    for (let node = 0; node < size; node += 1) {
      const row = rows === null ? node : rows[node]!;
      if ((flags[row]! & flag) !== 0) found[node] = 1;
    }
    return found;
  }

  /** Edges between nodes, where some rows are none or need what is not there. */
  #numberedEdges(): Edges {
    const { ids, offsets, targets, missing } = this.#table;
    const { size } = this;
    const rows = this.#numbering?.rows ?? null;
    const nodes = this.#numbering?.nodes ?? null;
    const dangling: { from: string; to: string }[] = [];
    const nodeOffsets = new Uint32Array(size + 1);
    const nodeTargets = new Uint32Array(targets.length);
    let count = 0;
    for (let node = 0; node < size; node += 1) {
      const row = rows === null ? node : rows[node]!;
      for (let edge = offsets[row]!; edge < offsets[row + 1]!; edge += 1) {
        const target = targets[edge]!;
        const needed = target >= MISSING || nodes === null ? target : nodes[target]!;
        if (needed < MISSING) nodeTargets[count++] = needed;
        else {
          const to = target >= MISSING ? missing[target - MISSING]! : readId(ids, target);
          dangling.push({ from: readId(ids, row), to });
        }
      }
      nodeOffsets[node + 1] = count;
    }
    return { needs: { offsets: nodeOffsets, targets: nodeTargets.subarray(0, count) }, dangling };
  }
}

type Edges = Pick<Graph, 'needs' | 'dangling'>;
