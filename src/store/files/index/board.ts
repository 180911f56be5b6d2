import { type Adjacency, adjacency, buildGraph, type Graph } from '../../../domain/graph.ts';
import { type IssueHead, PRIORITIES, STATES, type State } from '../../../domain/issue.ts';
import { type Filter, type Query, type Selection, select } from '../../../domain/query.ts';
import { BoardRow } from './board-row.ts';
import type { Change } from './change.ts';
import { DamagedIndexError } from './damage.ts';
import { findNode, readId } from './ids.ts';
import { dependenciesOf, FLAG, MISSING, PLACE_NUMBERS, type Table, TOMBSTONE, weave } from './table.ts';

/** Reads what lies in the file of an index; undefined where that makes no sense. */
export type ReadHead = (place: number, bytes: number, sum: number) => IssueHead | undefined;

/** Answers questions about all issues at once from a table. Heads are only read of what is answered, or cannot be told without. */
export class Board {
  readonly table: Table;
  readonly #readHead: ReadHead;

  constructor(table: Table, readHead: ReadHead) {
    this.table = table;
    this.#readHead = readHead;
  }

  /** The ids of all files, tombstones included, in their order. */
  ids(): readonly string[] {
    return Array.from({ length: this.table.size }, (_, row) => readId(this.table.ids, row));
  }

  /** The ids of what was deleted, in their order. */
  tombstones(): readonly string[] {
    const { states, ids } = this.table;
    const found: string[] = [];
    for (let row = states.indexOf(TOMBSTONE); row !== -1; row = states.indexOf(TOMBSTONE, row + 1))
      found.push(readId(ids, row));
    return found;
  }

  /** Throws DamagedIndexError where the file of the index does not have it. */
  head(row: number): IssueHead {
    const { places, fresh, ids } = this.table;
    const at = row * PLACE_NUMBERS;
    const bytes = places[at + 1]!;
    const id = readId(ids, row);
    const head = bytes === 0 ? fresh.get(id) : this.#readHead(places[at]!, bytes, places[at + 2]!);
    if (head?.id !== id) throw new DamagedIndexError();
    return head;
  }

  /** The board with other changes laid over it. */
  with(changes: ReadonlyMap<string, Change>): Board {
    return new Board(weave(this.table, changes), this.#readHead);
  }

  /** The rows that match, with state and blockers derived. `now`: UTC, RFC 3339. */
  select(query: Query, now: string): Selection {
    const { rows, total } = select(this.#rows(query, now), query, now);
    // Who only looks for what to act on reads no more of the heads than it looks at.
    if (query.tentative === true) return { rows, total };
    // Heads are read in the order in which they lie there.
    for (const row of [...(rows as readonly BoardRow[])].sort((a, b) => a.row - b.row)) row.issue.whole();
    return { rows: (rows as readonly BoardRow[]).map((row) => row.whole()), total };
  }

  /** The rows that may match, as far as the columns tell; where nothing else is asked for, in the order in which they are answered. */
  *#rows({ where, sort }: Query, now: string): Generator<BoardRow> {
    const { size, states, priorities } = this.table;
    const passes = sort === undefined ? PRIORITIES.keys() : [null];
    for (const priority of passes) {
      for (let row = 0; row < size; row += 1) {
        if (states[row] === TOMBSTONE || (priority !== null && priorities[row] !== priority)) continue;
        if (this.#mayMatch(where, row)) yield new BoardRow(this, row, now);
      }
    }
  }

  /** false where a row surely does not match; the columns alone are looked at. */
  #mayMatch(filter: Filter, row: number): boolean {
    const { priorities, flags } = this.table;
    switch (filter.op) {
      case 'and':
        return filter.of.every((f) => this.#mayMatch(f, row));
      case 'or':
        return filter.of.some((f) => this.#mayMatch(f, row));
      case 'state':
        return this.#mayBeIn(filter.in, row);
      case 'priority':
        return filter.in.includes(PRIORITIES[priorities[row]!]!);
      case 'assignee':
        return filter.in.some((name) => (name === null) === ((flags[row]! & FLAG.assigned) === 0));
      case 'links-to':
        return (flags[row]! & FLAG.links) !== 0;
      case 'is':
        if (filter.what === 'open') return (flags[row]! & FLAG.open) !== 0;
        return filter.what === 'held' ? (flags[row]! & FLAG.held) !== 0 : this.isBlocked(row);
      default:
        return true;
    }
  }

  #mayBeIn(wanted: readonly State[], row: number): boolean {
    const { states, flags } = this.table;
    const state = STATES[states[row]!]!;
    if (state !== 'backlog' && state !== 'ready') return wanted.includes(state);
    if (this.isBlocked(row)) return wanted.includes('backlog');
    if ((flags[row]! & FLAG.held) !== 0) return wanted.includes('backlog') || wanted.includes('ready');
    return wanted.includes('ready');
  }

  /** Whether a row needs something that is not done, or not there. */
  isBlocked(row: number): boolean {
    const { offsets, targets, flags } = this.table;
    for (let edge = offsets[row]!; edge < offsets[row + 1]!; edge += 1) {
      const target = targets[edge]!;
      if (target >= MISSING || (flags[target]! & FLAG.satisfied) === 0) return true;
    }
    return false;
  }

  /** The ids of the issues that depend directly on one, in their order. */
  dependents(id: string): readonly string[] {
    const { ids, size, targets, missing, offsets, states } = this.table;
    const row = findNode(ids, size, id);
    const wanted = row >= 0 ? row : MISSING + missing.indexOf(id);
    if (wanted < MISSING && row < 0) return [];
    const found: string[] = [];
    let from = 0;
    for (let edge = targets.indexOf(wanted); edge !== -1; edge = targets.indexOf(wanted, edge + 1)) {
      while (offsets[from + 1]! <= edge) from += 1;
      if (states[from] !== TOMBSTONE) found.push(readId(ids, from));
    }
    return found;
  }

  /** The ids of these issues and of all that they need, directly or through others, as far as there are files. */
  reachable(from: readonly string[]): readonly string[] {
    const { ids, size, offsets, targets } = this.table;
    const seen = new Uint8Array(size);
    const rows: number[] = [];
    const visit = (row: number): void => {
      if (row < 0 || row >= size || seen[row] === 1) return;
      seen[row] = 1;
      rows.push(row);
    };
    for (const id of from) visit(findNode(ids, size, id));
    for (let head = 0; head < rows.length; head += 1)
      for (let edge = offsets[rows[head]!]!; edge < offsets[rows[head]! + 1]!; edge += 1)
        visit(targets[edge]!);
    return rows.map((row) => readId(ids, row));
  }

  graph(): Graph {
    const { size, ids, offsets, targets, missing, flags } = this.table;
    // Where every row is an issue and nothing is missing, rows are nodes as they are.
    if (missing.length > 0 || this.table.states.includes(TOMBSTONE)) return this.#graphOfIssues();
    return {
      size,
      idOf: (node) => readId(ids, node),
      numberOf: (id) => {
        const row = findNode(ids, size, id);
        return row >= 0 ? row : undefined;
      },
      needs: { offsets, targets },
      get neededBy() {
        const value = reverse(offsets, targets);
        Object.defineProperty(this, 'neededBy', { value });
        return value;
      },
      satisfied: flags.map((bits) => (bits & FLAG.satisfied ? 1 : 0)),
      open: flags.map((bits) => (bits & FLAG.open ? 1 : 0)),
      dangling: [],
    };
  }

  #graphOfIssues(): Graph {
    const { size, ids, states, flags } = this.table;
    const issues = Array.from({ length: size }, (_, row) => row).filter((row) => states[row] !== TOMBSTONE);
    return buildGraph(
      issues.map((row) => ({
        id: readId(ids, row),
        dependencies: dependenciesOf(this.table, row),
        completed_at: flags[row]! & FLAG.satisfied ? SOME_TIME : null,
        state: STATES[states[row]!]!,
      })),
    );
  }
}

// A graph keeps whether an issue was completed, not when.
const SOME_TIME = '1970-01-01T00:00:00.000Z';

function reverse(offsets: Uint32Array, targets: Uint32Array): Adjacency {
  const sources = new Uint32Array(targets.length);
  for (let node = 0; node < offsets.length - 1; node += 1)
    sources.fill(node, offsets[node], offsets[node + 1]);
  return adjacency(offsets.length - 1, targets, sources);
}
