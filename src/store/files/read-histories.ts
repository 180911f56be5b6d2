import type { Event } from '../../domain/issue.ts';
import type { Disk } from '../../system/disk.ts';
import type { History } from '../store.ts';
import { openLog } from './events-log.ts';
import type { Layout } from './layout.ts';
import { LogLines } from './log-lines.ts';
import { type LogPart, type PassLine, pendingEvents, readEventLine } from './read-events.ts';

/** So many bytes of lines are read at a time. */
const BATCH = 256 * 1024;

/**
 * The events of a part of the log, issue by issue. It goes through the log twice: to find which lines are whose, and to read them, some
 * issues at a time. So little is kept, however long the log. Lines that cannot be used go to `pass`.
 */
export function* readHistories(
  disk: Disk,
  layout: Layout,
  { size, pending }: LogPart,
  pass: PassLine,
): Iterable<History> {
  const fd = openLog(disk, layout);
  try {
    const log = fd === null ? null : new LogLines(disk, fd);
    yield* new Histories(log, layout.nameOf(layout.events), pass).read(size, [...pendingEvents(pending)]);
  } finally {
    if (fd !== null) disk.close(fd);
  }
}

class Histories {
  readonly #log: LogLines | null;
  readonly #file: string;
  readonly #pass: PassLine;
  /** The lines of each issue, in their order. */
  readonly #places = new Map<string | null, number[]>();
  /** The first line of each eid, and all lines of those that several have. */
  readonly #firsts = new Map<string, number>();
  readonly #repeated = new Map<string, number[]>();
  /** Lines that do not begin as jit writes them, and events that are not in the log yet: they are read at once. */
  readonly #known = new Map<number, Event>();
  /** Lines whose event another line had before. */
  readonly #dropped = new Set<number>();

  constructor(log: LogLines | null, file: string, pass: PassLine) {
    this.#log = log;
    this.#file = file;
    this.#pass = pass;
  }

  *read(size: number, pending: readonly Event[]): Iterable<History> {
    const odd: number[] = [];
    this.#log?.find(size, (place, start) => {
      if (start === null) odd.push(place);
      else this.#place(place, start);
    });
    for (const place of odd) this.#placeEvent(place, this.#readLine(place));
    const count = this.#log?.count ?? 0;
    for (const [at, event] of pending.entries()) this.#placeEvent(count + at, event);
    // Those that were read at once came last, wherever they stand.
    if (this.#known.size > 0) for (const places of this.#places.values()) places.sort((a, b) => a - b);
    this.#dropRepeated();
    this.#firsts.clear();
    const ids = [...this.#places.keys()].sort((a, b) => (a === null || (b !== null && a < b) ? -1 : 1));
    for (let from = 0; from < ids.length; ) {
      let to = from;
      for (let bytes = 0; to < ids.length && (to === from || bytes < BATCH); to += 1)
        bytes += this.#sizeOf(ids[to]!);
      yield* this.#readBatch(ids.slice(from, to));
      from = to;
    }
  }

  #placeEvent(place: number, event: Event | null): void {
    if (event === null) return;
    this.#known.set(place, event);
    this.#place(place, event);
  }

  #place(place: number, { id, eid }: { readonly id: string | null; readonly eid: string }): void {
    const first = this.#firsts.get(eid);
    if (first === undefined) this.#firsts.set(eid, place);
    else {
      const several = this.#repeated.get(eid);
      if (several === undefined) this.#repeated.set(eid, [first, place]);
      else several.push(place);
    }
    const places = this.#places.get(id);
    if (places === undefined) this.#places.set(id, [place]);
    else places.push(place);
  }

  /** Of several events with one eid the first counts that can be read. */
  #dropRepeated(): void {
    for (const places of this.#repeated.values()) {
      const sorted = places.sort((a, b) => a - b);
      const read = sorted.filter((place) => this.#known.has(place) || this.#readLine(place) !== null);
      for (const place of read.slice(1)) this.#dropped.add(place);
    }
  }

  #readLine(place: number): Event | null {
    const [line] = this.#log!.read([place]);
    return readEventLine(line!, this.#file, this.#pass);
  }

  #sizeOf(id: string | null): number {
    let bytes = 0;
    for (const place of this.#places.get(id)!) if (!this.#known.has(place)) bytes += this.#log!.sizeOf(place);
    return bytes;
  }

  *#readBatch(ids: readonly (string | null)[]): Iterable<History> {
    const ahead = ids.flatMap((id) => this.#places.get(id)!.filter((place) => this.#isAhead(place)));
    const lines = (this.#log?.read(ahead) ?? [])[Symbol.iterator]();
    for (const id of ids) {
      const events: Event[] = [];
      for (const place of this.#places.get(id)!) {
        const event = this.#isAhead(place)
          ? readEventLine(lines.next().value!, this.#file, this.#pass)
          : this.#known.get(place);
        if (event != null && !this.#dropped.has(place)) events.push(event);
      }
      if (events.length > 0) yield { id, events };
      this.#places.delete(id);
    }
  }

  /** Whether a line is still to be read. */
  #isAhead(place: number): boolean {
    return !this.#known.has(place) && !this.#dropped.has(place);
  }
}
