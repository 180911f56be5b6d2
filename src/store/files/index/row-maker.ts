import { type IssueHead, PRIORITIES, STATES } from '../../../domain/issue.ts';
import { headTextOf, PLAIN, type PlainIssue } from '../../../domain/plain-issue.ts';
import type { Stamp } from '../../../system/disk.ts';
import { Heads } from './heads.ts';
import { FLAG, flagsOf, MISSING, PLACE_NUMBERS, STAMP_NUMBERS, type Table, TOMBSTONE } from './table.ts';

/** Makes a table of nothing: rows are added in the order of their ids, and some of the ids may turn out to have none. */
export class RowMaker {
  readonly heads = new Heads();
  /** Of the rows that there are. */
  readonly ids: string[] = [];
  /** The place of each id that may have a row. */
  readonly #places = new Map<string, number>();
  readonly #rowOfPlace: Uint32Array;
  readonly #states: Uint8Array;
  readonly #priorities: Uint8Array;
  readonly #flags: Uint8Array;
  readonly #stamps: Float64Array;
  readonly #headPlaces: Uint32Array;
  readonly #offsets: Uint32Array;
  /** Places; from MISSING on, places in `missing`. */
  #targets = new Uint32Array(1024);
  #edges = 0;
  readonly #missing = new Map<string, number>();

  /** `ids`: sorted. */
  constructor(ids: readonly string[]) {
    const most = ids.length;
    for (let place = 0; place < most; place += 1) this.#places.set(ids[place]!, place);
    this.#rowOfPlace = new Uint32Array(most).fill(MISSING);
    this.#states = new Uint8Array(most);
    this.#priorities = new Uint8Array(most);
    this.#flags = new Uint8Array(most);
    this.#stamps = new Float64Array(most * STAMP_NUMBERS);
    this.#headPlaces = new Uint32Array(most * PLACE_NUMBERS);
    this.#offsets = new Uint32Array(most + 1);
  }

  /** Adds an issue from its text. */
  addPlain(place: number, stamp: Stamp, plain: PlainIssue): void {
    const row = this.#begin(place, plain[PLAIN.id]!, stamp);
    const state = STATES.indexOf(plain[PLAIN.state] as IssueHead['state']);
    this.#states[row] = state;
    this.#priorities[row] = PRIORITIES.indexOf(plain[PLAIN.priority] as IssueHead['priority']);
    this.#flags[row] =
      (plain[PLAIN.completedAt] === undefined ? 0 : FLAG.satisfied) |
      (state < DONE ? FLAG.open : 0) |
      (plain[PLAIN.hold] === undefined ? 0 : FLAG.held) |
      (plain[PLAIN.assignee] === undefined ? 0 : FLAG.assigned) |
      (plain[PLAIN.links] === '[]' ? 0 : FLAG.links) |
      (plain[PLAIN.gatesRequired] === '[]' ? 0 : FLAG.gates) |
      (plain[PLAIN.gatesStatus] === '{}' ? 0 : FLAG.judged);
    this.heads.add(headTextOf(plain), this.#headPlaces, row);
    const dependencies = plain[PLAIN.dependencies]!;
    for (let at = FIRST; at < dependencies.length; at += STEP)
      this.#addEdge(dependencies.slice(at, at + ULID));
    this.#offsets[row + 1] = this.#edges;
  }

  /** Adds an issue; null: a tombstone. */
  addHead(place: number, stamp: Stamp, id: string, head: IssueHead | null): void {
    const row = this.#begin(place, id, stamp);
    this.#states[row] = head === null ? TOMBSTONE : STATES.indexOf(head.state);
    if (head !== null) {
      this.#priorities[row] = PRIORITIES.indexOf(head.priority);
      this.#flags[row] = flagsOf(head);
      this.heads.add(JSON.stringify(head), this.#headPlaces, row);
      for (const id of head.dependencies) this.#addEdge(id);
    }
    this.#offsets[row + 1] = this.#edges;
  }

  #begin(place: number, id: string, { ino, size, mtime, ctime }: Stamp): number {
    const row = this.ids.push(id) - 1;
    this.#rowOfPlace[place] = row;
    const stamps = this.#stamps;
    const at = row * STAMP_NUMBERS;
    stamps[at] = ino;
    stamps[at + 1] = size;
    stamps[at + 2] = mtime;
    stamps[at + 3] = ctime;
    return row;
  }

  #addEdge(id: string): void {
    if (this.#edges === this.#targets.length) {
      const wider = new Uint32Array(2 * this.#edges);
      wider.set(this.#targets);
      this.#targets = wider;
    }
    this.#targets[this.#edges++] = this.#places.get(id) ?? this.#missingOf(id);
  }

  #missingOf(id: string): number {
    let place = this.#missing.get(id);
    if (place === undefined) {
      place = this.#missing.size;
      this.#missing.set(id, place);
    }
    return MISSING + place;
  }

  finish(): Table {
    const size = this.ids.length;
    if (size < this.#rowOfPlace.length) this.#moveTargets();
    return {
      size,
      // In memory of its own, as all columns are.
      ids: bufferOf(this.ids.join('')),
      states: this.#states.subarray(0, size),
      priorities: this.#priorities.subarray(0, size),
      flags: this.#flags.subarray(0, size),
      stamps: this.#stamps.subarray(0, size * STAMP_NUMBERS),
      offsets: this.#offsets.subarray(0, size + 1),
      targets: this.#targets.subarray(0, this.#edges),
      missing: [...this.#missing.keys()],
      places: this.#headPlaces.subarray(0, size * PLACE_NUMBERS),
      fresh: NONE,
    };
  }

  /** Some ids have no row: edges to them lead to what is not there, and others to rows that are not at their places. */
  #moveTargets(): void {
    const ids = [...this.#places.keys()];
    for (let edge = 0; edge < this.#edges; edge += 1) {
      const place = this.#targets[edge]!;
      if (place >= MISSING) continue;
      const row = this.#rowOfPlace[place]!;
      this.#targets[edge] = row === MISSING ? this.#missingOf(ids[place]!) : row;
    }
  }
}

function bufferOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(text.length);
  bytes.write(text, 'latin1');
  return bytes;
}

const NONE: ReadonlyMap<string, IssueHead> = new Map();
/** From this place in STATES on, an issue is not open. */
const DONE = STATES.indexOf('done');

// How ids stand in the text of a list: the first, the next, and how long each is.
const FIRST = '[\n    "'.length;
const ULID = 26;
const STEP = ULID + '",\n    "'.length;
