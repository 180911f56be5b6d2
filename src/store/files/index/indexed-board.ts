import type { Graph } from '../../../domain/graph.ts';
import type { IssueBrief } from '../../../domain/issue.ts';
import type { Query, Selection } from '../../../domain/query.ts';
import type { GraphPurpose } from '../../store.ts';
import type { Overlay } from '../overlay.ts';
import type { ReadFile } from '../read-issues.ts';
import type { Board, Chosen } from './board.ts';
import { type Change, headOf, NEVER } from './change.ts';
import type { IssueIndex, Refreshed } from './issue-index.ts';
import type { Trust } from './refresh.ts';

/** What one view sees through the index: brought up to date when it is first asked, with what is committed but not yet in its place. */
export class IndexedBoard {
  readonly #index: IssueIndex;
  readonly #overlay: Overlay;
  readonly #trust: () => Trust;
  #trusted: Trust = 'files';
  #refreshed: Refreshed | undefined;
  #board: Board | undefined;
  /** 1 for each row of the board that was looked at since, where the directory alone is trusted. */
  #confirmed = new Uint8Array(0);

  constructor(index: IssueIndex, overlay: Overlay, trust: () => Trust) {
    this.#index = index;
    this.#overlay = overlay;
    this.#trust = trust;
  }

  /** Ids under which there are files, but for the overlay. */
  ids(): readonly string[] {
    return this.#index.ids();
  }

  select(query: Query, now: string): Selection {
    if (query.tentative === true) return this.#open().select(query, now);
    const { board, answer } = this.#choose(query, now);
    return board.read(answer, now);
  }

  list(query: Query, now: string): Selection<IssueBrief> {
    if (query.tentative === true) return this.#open().select(query, now);
    const { board, answer } = this.#choose(query, now);
    return board.readBriefs(answer, now);
  }

  #choose(query: Query, now: string): { readonly board: Board; readonly answer: Chosen } {
    return this.#confirming(
      (board) => board.choose(query, now),
      (board, { rows }) => board.withNeeds(rows),
    );
  }

  dependents(id: string): readonly string[] {
    return this.#confirming(
      (board) => board.dependents(id),
      (board, ids) => board.rowsOf(ids),
    ).answer;
  }

  /** Where all edges are the answer, all files are looked at. */
  graph(purpose?: GraphPurpose): Graph {
    if (purpose !== undefined && 'from' in purpose) {
      const { from } = purpose;
      this.#confirming(
        (board) => board.reachable(from),
        (_, rows) => rows,
      );
    }
    const board = this.#open();
    if (purpose !== undefined || this.#trusted === 'files') return board.graph();
    this.#trusted = 'files';
    this.#take(this.#index.refresh('files'));
    return this.#board!.graph();
  }

  tombstones(): readonly string[] {
    return this.#open().tombstones();
  }

  /** The files that are no issues, as far as they are known. */
  unreadable(): readonly ReadFile[] {
    const overlaid = new Set([...this.#overlay.files.values()].map(({ id }) => id));
    return (this.#refreshed?.unreadable ?? []).filter(({ id }) => !overlaid.has(id));
  }

  discard(): void {
    this.#index.discard();
  }

  #open(): Board {
    if (this.#board === undefined) {
      this.#trusted = this.#trust();
      this.#take(this.#index.refresh(this.#trusted));
    }
    return this.#board!;
  }

  #take(refreshed: Refreshed): void {
    const before = this.#board;
    const known = this.#refreshed?.board.table;
    this.#refreshed = refreshed;
    // Nothing has changed: what is laid over it need not be laid anew.
    if (before !== undefined && refreshed.board.table === known) return;
    this.#board = overlaid(refreshed.board, this.#overlay);
    const confirmed = new Uint8Array(this.#board.table.size);
    if (before !== undefined)
      for (const row of this.#board.rowsOf(before.idsAt(this.#confirmed))) confirmed[row] = 1;
    this.#confirmed = confirmed;
  }

  /** Answers from the board; where the directory alone is trusted, until all rows that the answer is about were looked at. */
  #confirming<T>(
    ask: (board: Board) => T,
    about: (board: Board, answer: T) => Uint32Array,
  ): { readonly board: Board; readonly answer: T } {
    for (;;) {
      const board = this.#open();
      const answer = ask(board);
      if (this.#trusted === 'files' || !this.#look(about(board, answer))) return { board, answer };
    }
  }

  /** Looks at those of some rows of the board that were not looked at yet; returns whether it is another board now. */
  #look(rows: Uint32Array): boolean {
    const board = this.#board!;
    const doubtful = rows.filter((row) => this.#confirmed[row] === 0);
    if (doubtful.length === 0) return false;
    for (const row of doubtful) this.#confirmed[row] = 1;
    this.#take(this.#index.refresh(this.#trusted, { table: board.table, rows: doubtful }));
    return this.#board !== board;
  }
}

function overlaid(board: Board, { files }: Overlay): Board {
  if (files.size === 0) return board;
  const changes = new Map<string, Change>();
  for (const { id, stored } of files.values())
    changes.set(id, stored === undefined ? null : { stamp: NEVER, head: headOf(stored) });
  return board.with(changes);
}
