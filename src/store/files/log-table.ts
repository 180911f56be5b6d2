import type { Event } from '../../domain/issue.ts';
import type { Line } from './events-log.ts';
import { type LineMeeter, type LogLines, markOf } from './log-lines.ts';
import { type PassLine, readEventLine } from './read-events.ts';

/** The lines of the log that tell of one issue, or with null of none, in their order, no eid twice. */
export interface IssueLines {
  readonly id: string | null;
  readonly lines: readonly Line[];
}

/** No line. */
const NONE = -1;

/** Which lines of the log tell of which issue. Of their contents nothing is kept. */
export class LogTable implements LineMeeter {
  readonly #log: LogLines | null;
  readonly #file: string;
  readonly #pass: PassLine;
  /** The number of each issue, and by it its first and its last line; by the line the next one. */
  readonly #numbers = new Map<string | null, number>();
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];
  readonly #nexts: number[] = [];
  /** By the line. */
  #marks: number[] = [];
  /** Lines that do not begin as jit writes them, and events that are not in the log yet: they are read at once. */
  readonly #known = new Map<number, Event>();
  readonly #odd: number[] = [];
  /** Lines whose event another line had before. */
  readonly #dropped = new Set<number>();
  /** The numbers of the ids; null: those that were given have theirs by their order, and there are no others. */
  readonly #order: readonly number[] | null = null;
  /** Those that were given, and those of which lines tell: null first, then in ULID order. */
  readonly ids: readonly (string | null)[];

  /** `ids`: in ULID order. `pending`: events that come after those of the log. Lines that cannot be used go to `pass`. */
  constructor(
    ids: readonly string[],
    log: LogLines | null,
    size: number,
    pending: readonly Event[],
    { file, pass }: { readonly file: string; readonly pass: PassLine },
  ) {
    this.#log = log;
    this.#file = file;
    this.#pass = pass;
    for (const id of ids) this.#add(id);
    log?.find(size, this);
    for (const place of this.#odd) this.#placeEvent(place, this.#readLine(place));
    const count = log?.count ?? 0;
    for (const [at, event] of pending.entries()) this.#placeEvent(count + at, event);
    this.#dropRepeated();
    this.#marks = [];
    this.ids = ids;
    if (this.#numbers.size === ids.length) return;
    this.ids = [...this.#numbers.keys()].sort((a, b) => (a === null || (b !== null && a < b) ? -1 : 1));
    this.#order = this.ids.map((id) => this.#numbers.get(id)!);
  }

  #add(id: string | null): number {
    const number = this.#firsts.push(NONE) - 1;
    this.#lasts.push(NONE);
    this.#numbers.set(id, number);
    return number;
  }

  meet(place: number, id: string | null, mark: number): void {
    this.#marks[place] = mark;
    this.#nexts[place] = NONE;
    // A part of a text keeps the whole of it.
    const number = this.#numbers.get(id) ?? this.#add(id === null ? null : copyOf(id));
    const last = this.#lasts[number]!;
    if (last === NONE) this.#firsts[number] = place;
    else this.#nexts[last] = place;
    this.#lasts[number] = place;
  }

  meetOdd(place: number): void {
    this.#marks[place] = Number.NaN;
    this.#nexts[place] = NONE;
    this.#odd.push(place);
  }

  #placeEvent(place: number, event: Event | null): void {
    if (event === null) return;
    this.#known.set(place, event);
    this.meet(place, event.id, markOf(event.eid));
  }

  #firstOf(at: number): number {
    return this.#firsts[this.#order === null ? at : this.#order[at]!]!;
  }

  /** The lines of an id, by its place. Those that were read at once came last, wherever they stand. */
  #placesOf(at: number): number[] {
    const places: number[] = [];
    for (let place = this.#firstOf(at); place !== NONE; place = this.#nexts[place]!)
      if (this.#dropped.size === 0 || !this.#dropped.has(place)) places.push(place);
    return this.#known.size === 0 ? places : places.sort((a, b) => a - b);
  }

  /** Of several events with one eid the first counts that can be read. */
  #dropRepeated(): void {
    const suspect = repeatedIn(this.#marks);
    if (suspect.size === 0) return;
    const eids = new Set<string>();
    for (const [place, mark] of this.#marks.entries()) {
      if (!suspect.has(mark)) continue;
      const event = this.#known.get(place) ?? this.#readLine(place);
      if (event === null) continue;
      if (eids.has(event.eid)) this.#dropped.add(place);
      else eids.add(event.eid);
    }
  }

  #readLine(place: number): Event | null {
    return readEventLine(this.#log!.read([place])(place), this.#file, this.#pass);
  }

  /** Takes `ids` apart into some of which the lines are read at a time: from where, and up to where. */
  *batches(): Iterable<readonly [from: number, to: number]> {
    for (let from = 0; from < this.ids.length; ) {
      let to = from;
      for (let bytes = 0; to < this.ids.length && to - from < MANY && (to === from || bytes < BATCH); to += 1)
        bytes += this.#sizeOf(to);
      yield [from, to];
      from = to;
    }
  }

  /** Bytes of the lines of an id, by its place. */
  #sizeOf(at: number): number {
    let bytes = 0;
    for (let place = this.#firstOf(at); place !== NONE; place = this.#nexts[place]!)
      if (!this.#known.has(place)) bytes += this.#log!.sizeOf(place);
    return bytes;
  }

  /** Reads the lines of some ids. */
  read(from: number, to: number): readonly IssueLines[] {
    const found = this.ids.slice(from, to).map((id, at) => ({ id, places: this.#placesOf(from + at) }));
    const ahead = found.flatMap(({ places }) => places).filter((place) => !this.#known.has(place));
    const read = this.#log?.read(ahead);
    const lineAt = (place: number): Line => (this.#known.has(place) ? new KnownLine(place) : read!(place));
    return found.map(({ id, places }) => ({ id, lines: places.map(lineAt) }));
  }

  /** The event of a line; null where it cannot be used. */
  eventOf(line: Line): Event | null {
    if (line instanceof KnownLine) return this.#known.get(line.place)!;
    return readEventLine(line, this.#file, this.#pass);
  }
}

/** So many bytes of lines are read at a time, and those of so many issues. */
const BATCH = 256 * 1024;
const MANY = 512;

/** A line whose event is known: its text is nobody's business. */
class KnownLine implements Line {
  readonly text = '';
  readonly ended = true;
  readonly place: number;

  constructor(place: number) {
    this.place = place;
  }

  get number(): number {
    return this.place + 1;
  }
}

/** Marks that are there more than once. */
function repeatedIn(marks: readonly number[]): ReadonlySet<number> {
  const sorted = Float64Array.from(marks).sort();
  const repeated = new Set<number>();
  for (let at = 1; at < sorted.length; at += 1) if (sorted[at] === sorted[at - 1]) repeated.add(sorted[at]!);
  return repeated;
}

const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
