import type { Event } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Disk } from '../../system/disk.ts';
import type { EventRange, History } from '../store.ts';
import { findLogEnd } from './events-log.ts';
import type { Layout } from './layout.ts';
import type { Overlay } from './overlay.ts';
import type { LogPart, PassLine } from './read-events.ts';

/** The log as one view shows it: the part that was there when it was first asked for, and what is wrong with the lines that were read. */
export class LogView {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #overlay: Overlay;
  readonly #problems = new Map<string, { readonly problem: Problem; readonly line: number }>();
  #part: LogPart | undefined;
  /** Every line was read. */
  #readAll = false;

  constructor(disk: Disk, layout: Layout, overlay: Overlay) {
    this.#disk = disk;
    this.#layout = layout;
    this.#overlay = overlay;
  }

  /** Settles now which part it is, for what is read later. */
  settle(): LogPart {
    this.#part ??= this.#find();
    return this.#part;
  }

  events(range: EventRange): AsyncIterable<Event> {
    return this.#read(this.settle(), range);
  }

  async *#read(part: LogPart, range: EventRange): AsyncIterable<Event> {
    const [{ readEvents }, { selectEvents }] = await Promise.all([
      import('./read-events.ts'),
      import('../event-range.ts'),
    ]);
    yield* selectEvents(readEvents(this.#disk, this.#layout, part, this.#pass), range);
  }

  async *histories(): AsyncIterable<History> {
    const part = this.settle();
    const { readHistories } = await import('./read-histories.ts');
    yield* this.readAll(() => readHistories(this.#disk, this.#layout, part, this.#pass));
  }

  /** What `read` makes of it: it reads every line. */
  *readAll<T>(read: (part: LogPart, pass: PassLine) => Iterable<T>): Iterable<T> {
    yield* read(this.settle(), this.#pass);
    this.#readAll = true;
  }

  /** What is wrong with its lines, in their order. Reads them where they were not read yet. */
  async inspect(): Promise<readonly Problem[]> {
    if (!this.#readAll) for await (const _ of this.histories());
    return this.problems();
  }

  /** What is wrong with the lines that were read, in their order. */
  problems(): readonly Problem[] {
    return [...this.#problems.values()].sort((a, b) => a.line - b.line).map(({ problem }) => problem);
  }

  readonly #pass: PassLine = (problem, line) => {
    this.#problems.set(`${problem.path} ${problem.code} ${problem.message}`, { problem, line });
  };

  #find(): LogPart {
    const { events } = this.#overlay;
    const { size, ino } = findLogEnd(this.#disk, this.#layout);
    if (events === null) return { size, pending: '' };
    // What a commit has written of its events so far is left out, and all of them are taken from the journal.
    return { size: ino === events.ino ? Math.min(size, events.at) : size, pending: events.text };
  }
}
