import type { Graph } from '../../../domain/graph.ts';
import type { Query, Selection } from '../../../domain/query.ts';
import type { GraphPurpose } from '../../store.ts';
import type { Overlay } from '../overlay.ts';
import type { ReadFile } from '../read-issues.ts';
import type { Board } from './board.ts';
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
  /** Ids that were looked at since, where the directory alone is trusted. */
  readonly #confirmed = new Set<string>();

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
    return this.#confirming(
      (board) => board.select(query, now),
      ({ rows }) => rows.flatMap(({ issue }) => [issue.id, ...issue.dependencies]),
    );
  }

  dependents(id: string): readonly string[] {
    return this.#confirming(
      (board) => board.dependents(id),
      (ids) => ids,
    );
  }

  /** Where all edges are the answer, all files are looked at. */
  graph(purpose?: GraphPurpose): Graph {
    if (purpose !== undefined && 'from' in purpose) {
      const { from } = purpose;
      this.#confirming(
        (board) => board.reachable(from),
        (ids) => ids,
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
    this.#refreshed = refreshed;
    this.#board = overlaid(refreshed.board, this.#overlay);
  }

  /** Answers from the board; where the directory alone is trusted, until all that the answer is about was looked at. */
  #confirming<T>(ask: (board: Board) => T, about: (answer: T) => readonly string[]): T {
    for (;;) {
      const answer = ask(this.#open());
      if (this.#trusted === 'files') return answer;
      const doubtful = about(answer).filter((id) => !this.#confirmed.has(id));
      if (doubtful.length === 0) return answer;
      for (const id of doubtful) this.#confirmed.add(id);
      const { table } = this.#refreshed!.board;
      this.#take(this.#index.refresh(this.#trusted, doubtful));
      if (this.#refreshed!.board.table === table) return answer;
    }
  }
}

function overlaid(board: Board, { files }: Overlay): Board {
  if (files.size === 0) return board;
  const changes = new Map<string, Change>();
  for (const { id, stored } of files.values())
    changes.set(id, stored === undefined ? null : { stamp: NEVER, head: headOf(stored) });
  return board.with(changes);
}
