import { isTombstone } from '../canonical-json.ts';
import { type Changes, diffImages } from '../event.ts';
import type { Event, GateRegistry, Issue, Tombstone } from '../issue.ts';
import type { Digest } from '../merge/derive-id.ts';
import { nameEvent } from '../merge/name-event.ts';
import { laterOf } from '../merge/order.ts';
import type { Problem } from '../problem.ts';
import type { DependencyOf } from '../readiness.ts';
import { linesByIssue, type Replayed, replayIssue } from '../replay.ts';
import type { Note } from '../transition.ts';

type Image = Issue | Tombstone;

/** Who is named as the author of what a repair writes. */
export const FIXER = 'jit:fix';

/** All that a repair may look at. */
export interface Contents {
  /** Issues and tombstones, as the files hold them. */
  readonly images: readonly Image[];
  /** Ids of files that are there but cannot be read. */
  readonly unreadable: ReadonlySet<string>;
  readonly gates: GateRegistry;
  /** In the order of the log. */
  readonly events: readonly Event[];
  /** Whether every line of the log could be read: what it does not tell may stand in one that could not. */
  readonly logIsWhole: boolean;
  /** UTC, RFC 3339: only to judge whether a hold is over. */
  readonly now: string;
  /** Hex SHA-256 of a text. */
  readonly digest: Digest;
}

/** One event, before its time and its id are worked out. */
export interface Entry {
  readonly event: string;
  readonly note: Note;
  /** The times of what it touches; its own is the latest. There is one at least. */
  readonly times: readonly string[];
}

/**
 * What a repair has decided so far, laid over what it started from. Everything that it writes follows from the contents:
 * events are by `jit:fix`, their time is the latest of what they touch, their id follows from what they say.
 */
export class Repair {
  readonly unreadable: ReadonlySet<string>;
  readonly logIsWhole: boolean;
  readonly now: string;
  readonly digest: Digest;
  readonly #images: Map<string, Image>;
  readonly #lines: Map<string, readonly Event[]>;
  readonly #histories = new Map<string, Replayed>();
  readonly #changed = new Set<string>();
  readonly #log: Event[];
  readonly #known: number;
  readonly #mended: Problem[] = [];
  #gates: GateRegistry;
  #gatesChanged = false;

  constructor({ images, unreadable, gates, events, logIsWhole, now, digest }: Contents) {
    this.unreadable = unreadable;
    this.logIsWhole = logIsWhole;
    this.now = now;
    this.digest = digest;
    this.#images = new Map(images.map((image) => [image.id, image]));
    this.#lines = new Map(linesByIssue(events));
    this.#log = [...events];
    this.#known = events.length;
    this.#gates = gates;
  }

  get gates(): GateRegistry {
    return this.#gates;
  }

  /** The whole log, with what was added so far. */
  get log(): readonly Event[] {
    return this.#log;
  }

  /** What was added so far. */
  get added(): readonly Event[] {
    return this.#log.slice(this.#known);
  }

  /** What was mended so far. */
  get mended(): readonly Problem[] {
    return this.#mended;
  }

  /** Images that were changed, and the gates where they were. */
  get changes(): { readonly images: readonly Image[]; readonly gates?: GateRegistry } {
    const images = [...this.#changed].sort().map((id) => this.#images.get(id)!);
    return this.#gatesChanged ? { images, gates: this.#gates } : { images };
  }

  /** The issues as they are by now, in the order of their ids. */
  issues(): readonly Issue[] {
    return this.images().filter((image) => !isTombstone(image)) as readonly Issue[];
  }

  images(): readonly Image[] {
    return [...this.#images.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  image(id: string): Image | undefined {
    return this.#images.get(id);
  }

  readonly dependencyOf: DependencyOf<Issue> = (id) => {
    const image = this.#images.get(id);
    return image === undefined || isTombstone(image) ? undefined : image;
  };

  /** What the log tells of an issue; undefined where it tells nothing. */
  history(id: string): Replayed | undefined {
    const lines = this.#lines.get(id);
    if (lines === undefined) return undefined;
    const known = this.#histories.get(id) ?? replayIssue(id, lines);
    this.#histories.set(id, known);
    return known;
  }

  histories(): ReadonlyMap<string, Replayed> {
    return new Map([...this.#lines.keys()].map((id) => [id, this.history(id)!]));
  }

  /** Says that something was, or is about to be, mended. */
  mend(problems: readonly Problem[]): void {
    this.#mended.push(...problems);
  }

  /** Puts an issue in the place of what was there, with an event; `change` gets the time of that. */
  change(issue: Issue, entry: Entry, change: (now: string) => Partial<Issue>): Issue {
    const ts = latest([issue.updated_at, ...entry.times]);
    const after = { ...issue, ...change(ts) };
    this.write(after, { ...entry, times: [ts] }, diffImages(this.#images.get(issue.id) ?? null, after));
    return after;
  }

  /** Puts an image in the place of what was there, with an event of these changes. */
  write(image: Image, entry: Entry, changes: Changes): void {
    if (this.#images.get(image.id) !== image) {
      this.#images.set(image.id, image);
      this.#changed.add(image.id);
    }
    this.tell(image.id, entry, changes);
  }

  /** Adds an event of an issue that is as it was. */
  tell(id: string, entry: Entry, changes: Changes = {}): void {
    const lines = this.#lines.get(id) ?? [];
    const event = this.#append(id, lines.at(-1)?.eid ?? null, entry, changes);
    this.#lines.set(id, [...lines, event]);
    this.#histories.delete(id);
  }

  /** Defines a gate, with an event. */
  define(key: string, definition: GateRegistry[string], entry: Entry): void {
    this.#gates = { ...this.#gates, [key]: definition };
    this.#gatesChanged = true;
    this.#append(null, null, entry, { [key]: [null, definition] });
  }

  #append(id: string | null, prev: string | null, { event, note, times }: Entry, changes: Changes): Event {
    const whole = nameEvent({ ts: latest(times), event, id, prev, by: FIXER, ...note, changes }, this.digest);
    this.#log.push(whole);
    return whole;
  }
}

/** The latest of some moments, of which there is one at least. */
export const latest = (times: readonly string[]): string => times.reduce(laterOf);
