import type { Graph } from '../../../domain/graph.ts';
import { type IssueBrief, type IssueHead, isHeld, PRIORITIES, STATES } from '../../../domain/issue.ts';
import { matches, type Query, type Row, type Selection, select } from '../../../domain/query.ts';
import { BoardRow } from './board-row.ts';
import { BriefReader } from './brief-reader.ts';
import type { Change } from './change.ts';
import { columnTest, MAYBE, NO } from './column-test.ts';
import { DamagedIndexError } from './damage.ts';
import { graphOf } from './graph-of.ts';
import { findNode, idReader, readId } from './ids.ts';
import { blockersOf, MISSING, PLACE_NUMBERS, type Table, TOMBSTONE } from './table.ts';
import { weave } from './weave.ts';

/** Reads a head, as JSON, that lies in the file of an index; undefined where it is not as it was written. */
export type ReadHead = (place: number, bytes: number, sum: number) => string | undefined;

/** Rows that a query chose, in the order in which they are answered. */
export interface Chosen {
  readonly rows: Uint32Array;
  /** How many there were before the limit. */
  readonly total: number;
}

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
    const id = readId(this.table.ids, row);
    const text = this.#textOf(row);
    const head = text === null ? this.table.fresh.get(id) : parseHead(text);
    if (head?.id !== id) throw new DamagedIndexError();
    return head;
  }

  /** The text of a head; null where it is among the fresh ones. Throws DamagedIndexError. */
  #textOf(row: number): string | null {
    const { places } = this.table;
    const at = row * PLACE_NUMBERS;
    const bytes = places[at + 1]!;
    if (bytes === 0) return null;
    const text = this.#readHead(places[at]!, bytes, places[at + 2]!);
    if (text === undefined) throw new DamagedIndexError();
    return text;
  }

  /** The board with other changes laid over it. */
  with(changes: ReadonlyMap<string, Change>): Board {
    return new Board(weave(this.table, changes), this.#readHead);
  }

  /** The rows that match, with state and blockers derived. `now`: UTC, RFC 3339. */
  select(query: Query, now: string): Selection {
    const chosen = this.choose(query, now);
    // Who only looks for what to act on reads no more of the heads than it looks at.
    if (query.tentative === true)
      return { rows: Array.from(chosen.rows, (row) => new BoardRow(this, row, now)), total: chosen.total };
    return this.read(chosen, now);
  }

  /** Which rows match, in the order in which they are answered. Heads are only read where the columns do not tell. */
  choose({ where, sort, limit }: Query, now: string): Chosen {
    const { size, states, priorities } = this.table;
    const test = columnTest(where, this.table);
    // Where nothing else is asked for, one list for each priority: so nothing need be sorted.
    const found: number[][] = sort === undefined ? PRIORITIES.map(() => []) : [[]];
    for (let row = 0; row < size; row += 1) {
      if (states[row] === TOMBSTONE) continue;
      const verdict = test(row);
      if (verdict === NO) continue;
      if (verdict === MAYBE && !matches(where, new BoardRow(this, row, now), now)) continue;
      found[sort === undefined ? priorities[row]! : 0]!.push(row);
    }
    const rows = sort === undefined ? found.flat() : this.#sorted(found[0]!, sort, now);
    return { rows: new Uint32Array(limit === undefined ? rows : rows.slice(0, limit)), total: rows.length };
  }

  #sorted(found: readonly number[], sort: NonNullable<Query['sort']>, now: string): readonly number[] {
    const all = found.map((row) => new BoardRow(this, row, now));
    const { rows } = select(all, { where: { op: 'all' }, sort }, now);
    return (rows as readonly BoardRow[]).map(({ row }) => row);
  }

  /** What was chosen as plain data. Throws DamagedIndexError. */
  read({ rows, total }: Chosen, now: string): Selection {
    const read = inTheirOrder(rows, this.table.size, (row): Row => {
      const issue = this.head(row);
      return this.#rowOf(row, issue, isHeld(issue, now));
    });
    return { rows: read, total };
  }

  /** The same, with no more than lists show. */
  readBriefs({ rows, total }: Chosen, now: string): Selection<IssueBrief> {
    const { table } = this;
    const reader = new BriefReader();
    const idOf = idReader(table.ids);
    const read = inTheirOrder(rows, table.size, (row): Row<IssueBrief> => {
      const text = this.#textOf(row);
      const state = STATES[table.states[row]!]!;
      const priority = PRIORITIES[table.priorities[row]!]!;
      // What is on hold is read as a whole.
      const brief = text === null ? null : reader.read(text, idOf(row), state, priority);
      if (brief !== null) return this.#rowOf(row, brief, false);
      const issue = this.head(row);
      return this.#rowOf(row, issue, isHeld(issue, now));
    });
    return { rows: read, total };
  }

  #rowOf<T extends IssueBrief>(row: number, issue: T, isHeldNow: boolean): Row<T> {
    const blockedBy = blockersOf(this.table, row);
    if (issue.state !== 'backlog' && issue.state !== 'ready') return { issue, state: issue.state, blockedBy };
    return { issue, state: isHeldNow || blockedBy.length > 0 ? 'backlog' : 'ready', blockedBy };
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

  /** These rows and those that they need, as far as there are files; each once, ascending. */
  withNeeds(rows: Uint32Array): Uint32Array {
    const { size, offsets, targets } = this.table;
    const wanted = new Uint8Array(size);
    for (const row of rows) {
      wanted[row] = 1;
      for (let edge = offsets[row]!; edge < offsets[row + 1]!; edge += 1)
        if (targets[edge]! < MISSING) wanted[targets[edge]!] = 1;
    }
    return rowsIn(wanted);
  }

  /** The rows of these issues and of all that they need, directly or through others, as far as there are files; ascending. */
  reachable(from: readonly string[]): Uint32Array {
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
    return rowsIn(seen);
  }

  /** The rows of these ids, as far as there are files. */
  rowsOf(ids: readonly string[]): Uint32Array {
    const rows = ids.map((id) => findNode(this.table.ids, this.table.size, id));
    return new Uint32Array(rows.filter((row) => row >= 0));
  }

  /** The ids of rows that are marked. */
  idsAt(marks: Uint8Array): readonly string[] {
    return Array.from(rowsIn(marks), (row) => readId(this.table.ids, row));
  }

  graph(): Graph {
    return graphOf(this.table);
  }
}

function parseHead(text: string): IssueHead | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** What is read of some rows, as they are ordered; read in the order in which they lie there. */
function inTheirOrder<T>(rows: Uint32Array, size: number, read: (row: number) => T): readonly T[] {
  const found: T[] = new Array(rows.length);
  const places = new Uint32Array(size);
  for (let place = 0; place < rows.length; place += 1) places[rows[place]!] = place;
  for (const row of rows.slice().sort()) found[places[row]!] = read(row);
  return found;
}

/** The places at which something is marked. */
function rowsIn(marks: Uint8Array): Uint32Array {
  const rows: number[] = [];
  for (let row = marks.indexOf(1); row !== -1; row = marks.indexOf(1, row + 1)) rows.push(row);
  return new Uint32Array(rows);
}
