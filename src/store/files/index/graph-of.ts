import { type Adjacency, type Graph, withNeededBy } from '../../../domain/graph.ts';
import { findNode, readId } from './ids.ts';
import { FLAG, MISSING, type Table, TOMBSTONE } from './table.ts';

type Edges = Pick<Graph, 'dangling'> & { readonly needs: Adjacency };

/** The graph of the issues in a table. */
export function graphOf(table: Table): Graph {
  const { size, ids, offsets, targets, missing, flags, states } = table;
  const rows = issueRows(states);
  const isPlain = rows.length === size && missing.length === 0;
  const nodes = new Uint32Array(size).fill(MISSING);
  for (let node = 0; node < rows.length; node += 1) nodes[rows[node]!] = node;
  // Where every row is an issue and nothing is missing, rows are nodes as they are.
  const { needs, dangling } = isPlain
    ? { needs: { offsets, targets }, dangling: [] }
    : edgesOf(table, rows, nodes);
  return withNeededBy({
    size: rows.length,
    idOf: (node) => readId(ids, rows[node]!),
    numberOf(id) {
      const row = findNode(ids, size, id);
      return row < 0 || nodes[row] === MISSING ? undefined : nodes[row]!;
    },
    needs,
    satisfied: marks(flags, rows, FLAG.satisfied),
    open: marks(flags, rows, FLAG.open),
    dangling,
  });
}

/** 1 for each node whose row has a flag. */
function marks(flags: Uint8Array, rows: Uint32Array, flag: number): Uint8Array {
  const found = new Uint8Array(rows.length);
  for (let node = 0; node < rows.length; node += 1) if ((flags[rows[node]!]! & flag) !== 0) found[node] = 1;
  return found;
}

function issueRows(states: Uint8Array): Uint32Array {
  const rows = new Uint32Array(states.length);
  let count = 0;
  for (let row = 0; row < states.length; row += 1) if (states[row] !== TOMBSTONE) rows[count++] = row;
  return rows.subarray(0, count);
}

/** Edges between nodes; `nodes`: of each row, MISSING for one that is no issue. */
function edgesOf({ ids, offsets, targets, missing }: Table, rows: Uint32Array, nodes: Uint32Array): Edges {
  const dangling: { from: string; to: string }[] = [];
  const nodeOffsets = new Uint32Array(rows.length + 1);
  const nodeTargets = new Uint32Array(targets.length);
  let count = 0;
  for (let node = 0; node < rows.length; node += 1) {
    const row = rows[node]!;
    for (let edge = offsets[row]!; edge < offsets[row + 1]!; edge += 1) {
      const target = targets[edge]!;
      const needed = target >= MISSING ? MISSING : nodes[target]!;
      if (needed !== MISSING) nodeTargets[count++] = needed;
      else {
        const to = target >= MISSING ? missing[target - MISSING]! : readId(ids, target);
        dangling.push({ from: readId(ids, row), to });
      }
    }
    nodeOffsets[node + 1] = count;
  }
  return { needs: { offsets: nodeOffsets, targets: nodeTargets.subarray(0, count) }, dangling };
}
