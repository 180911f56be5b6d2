import { type Issue, type IssueHead, isHeld, PRIORITIES, STATES, type State } from '../../../domain/issue.ts';
import type { Row } from '../../../domain/query.ts';
import type { Board } from './board.ts';
import { readId } from './ids.ts';
import { blockersOf, dependenciesOf, FLAG, isBlocked } from './table.ts';

/** A row that a query looks at: what the table has is told from it, and the rest is read when somebody asks. */
export class BoardRow implements Row {
  readonly issue: BoardHead;
  readonly #board: Board;
  readonly row: number;
  readonly #now: string;

  constructor(board: Board, row: number, now: string) {
    this.issue = new BoardHead(board, row);
    this.#board = board;
    this.row = row;
    this.#now = now;
  }

  #state: State | undefined;

  get state(): State {
    this.#state ??= this.#derive();
    return this.#state;
  }

  #derive(): State {
    const state = STATES[this.#board.table.states[this.row]!]!;
    if (state !== 'backlog' && state !== 'ready') return state;
    return isBlocked(this.#board.table, this.row) || isHeld(this.issue, this.#now) ? 'backlog' : 'ready';
  }

  get blockedBy(): readonly string[] {
    return blockersOf(this.#board.table, this.row);
  }
}

class BoardHead implements IssueHead {
  readonly #board: Board;
  readonly #row: number;
  #id: string | undefined;
  #head: IssueHead | undefined;

  constructor(board: Board, row: number) {
    this.#board = board;
    this.#row = row;
  }

  whole(): IssueHead {
    this.#head ??= this.#board.head(this.#row);
    return this.#head;
  }

  #has(flag: number): boolean {
    return (this.#board.table.flags[this.#row]! & flag) !== 0;
  }

  get id(): string {
    this.#id ??= readId(this.#board.table.ids, this.#row);
    return this.#id;
  }

  get state(): Issue['state'] {
    return STATES[this.#board.table.states[this.#row]!]!;
  }

  get priority(): Issue['priority'] {
    return PRIORITIES[this.#board.table.priorities[this.#row]!]!;
  }

  get dependencies(): readonly string[] {
    return dependenciesOf(this.#board.table, this.#row);
  }

  get hold(): Issue['hold'] {
    return this.#has(FLAG.held) ? this.whole().hold : null;
  }

  get assignee(): string | null {
    return this.#has(FLAG.assigned) ? this.whole().assignee : null;
  }

  get completed_at(): string | null {
    return this.#has(FLAG.satisfied) ? this.whole().completed_at : null;
  }

  get links(): Issue['links'] {
    return this.#has(FLAG.links) ? this.whole().links : [];
  }

  get gates_required(): readonly string[] {
    return this.#has(FLAG.gates) ? this.whole().gates_required : [];
  }

  get title(): string {
    return this.whole().title;
  }

  get claim_epoch(): number | null {
    return this.whole().claim_epoch;
  }

  get labels(): readonly string[] {
    return this.whole().labels;
  }

  get milestone(): string | null {
    return this.whole().milestone;
  }

  get gates_status(): Issue['gates_status'] {
    return this.#has(FLAG.judged) ? this.whole().gates_status : {};
  }

  get resolution(): Issue['resolution'] {
    return this.whole().resolution;
  }

  get created_by(): string | null {
    return this.whole().created_by;
  }

  get updated_at(): string {
    return this.whole().updated_at;
  }
}
