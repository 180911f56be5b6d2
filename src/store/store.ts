import type { Graph } from '../domain/graph.ts';
import type {
  Config,
  Event,
  GateRegistry,
  Issue,
  IssueBrief,
  IssueHead,
  Tombstone,
} from '../domain/issue.ts';
import type { Problem } from '../domain/problem.ts';
import type { Query, Selection } from '../domain/query.ts';

export type { Problem };

/**
 * What a graph is for. `tentative`: it only orders what is looked at again. `from`: only what these issues need, directly or through others,
 * is looked at.
 */
export type GraphPurpose = { readonly tentative: true } | { readonly from: readonly string[] };

/** Which events to read, in the order of the log. */
export interface EventRange {
  /** Only events at or after this time (UTC, RFC 3339). */
  readonly since?: string;
  readonly until?: string;
  /** Only events of this issue. */
  readonly id?: string;
  /** Only the last n of those that match. */
  readonly last?: number;
}

/** The events of one issue, or with null those of none; there is one at least. */
export interface History {
  readonly id: string | null;
  readonly events: readonly Event[];
}

/** All that a store has of one issue; with an id of null, the events of none. */
export interface IssueRecord {
  readonly id: string | null;
  /** undefined where there is no file, or none that can be read. */
  readonly image: Issue | Tombstone | undefined;
  readonly events: readonly Event[];
}

/**
 * An issue of which the events tell, one after another and without a gap, what is stored, and nothing about it is wrong by itself. Nothing
 * else is kept of it.
 */
export interface ToldRecord {
  /** What the rules between issues look at (`ruledPart`). */
  readonly told: IssueHead;
  /** How many events there are of it. */
  readonly events: number;
}

/**
 * A consistent picture of the store: nothing that another process commits meanwhile shows up in part.
 * What it returns must not be changed. Reading through it never writes a tracked file.
 */
export interface View {
  /** Ids under which something is stored, in ULID order: also tombstones, and what cannot be read. Reads none of it. */
  ids(): Promise<readonly string[]>;
  /**
   * The issue with this full id; undefined where there is none, or only a tombstone.
   * Throws CORRUPT_FILE where its file cannot be read as an issue.
   */
  get(id: string): Promise<Issue | undefined>;
  select(query: Query): Promise<Selection>;
  /** What `select` answers, of which the rest of the issues may be left out. */
  list(query: Query): Promise<Selection<IssueBrief>>;
  /** Ids of the issues that depend directly on this one, in ULID order. */
  dependents(id: string): Promise<readonly string[]>;
  /** The graph of dependencies; `purpose`: what of it must be of this moment, absent: all, and all that this view answers afterwards. */
  graph(purpose?: GraphPurpose): Promise<Graph>;
  tombstones(): Promise<readonly Tombstone[]>;
  /**
   * Everything that is stored, whole, in ULID order, one after another: for whoever wants all of it and keeps little. What cannot
   * be read is left out, and named by `problems`.
   */
  images(): AsyncIterable<Issue | Tombstone>;
  gates(): Promise<GateRegistry>;
  config(): Promise<Config>;
  /** Events in the order of the log; of several with the same `eid`, the first. */
  events(range: EventRange): AsyncIterable<Event>;
  /**
   * All events, one issue after another in ULID order, those of no issue first; each issue's as `events` has them. For whoever
   * wants all of the log, and keeps little of it.
   */
  histories(): AsyncIterable<History>;
  /**
   * Images and events side by side, one issue after another in ULID order, some at a time; those of no issue first. Of issues about
   * which nothing is wrong, by themselves and beside their events, a store may tell only so much.
   */
  records(): AsyncIterable<readonly (IssueRecord | ToldRecord)[]>;
  /** Everything that was passed over so far in this view, so that a command can name it. */
  problems(): readonly Problem[];
}

/**
 * An event before the store has chained it to the issue's previous one. One that names it itself stays as it is: its `eid`
 * may follow from that.
 */
export type EventDraft = Omit<Event, 'prev'> & { readonly prev?: string | null };

/** What a transaction decided: committed as one, or not at all. */
export interface Plan<T> {
  /** After-images, one per issue at most. A tombstone replaces the issue of its id. */
  readonly issues: readonly (Issue | Tombstone)[];
  /** Ids of tombstones to remove for good. */
  readonly purge?: readonly string[];
  /** The whole new registry; absent: unchanged. */
  readonly gates?: GateRegistry;
  /** The whole new configuration; absent: unchanged. */
  readonly config?: Config;
  /** In order. The store fills in `prev`: null for what is not there yet, and for events of no issue. */
  readonly events: readonly EventDraft[];
  readonly result: T;
}

/**
 * Keeps the issues. An adapter passes test/conformance/store.ts.
 *
 * `decide` may run more than once: a store that finds another commit in its way decides again on a
 * new view. It must therefore change nothing outside its return value.
 */
export interface Store {
  /** `use` may run more than once, too, when a commit came in between: it must only compute, and print nothing. */
  read<T>(use: (view: View) => Promise<T>): Promise<T>;
  /** Throws LOCK_TIMEOUT, DISK_FULL, IO: nothing was acknowledged then. What `decide` throws passes through. */
  transact<T>(decide: (view: View) => Promise<Plan<T>>): Promise<T>;
  /**
   * Does work of several steps when it is this writer's turn: nobody else who queues commits meanwhile, so that what was read at the
   * beginning still holds at the end. Only order and fairness come of it: who does not queue may commit all the same, and
   * transactions are as safe without. `work` gets this store as it is used within the turn; whoever uses another one there
   * waits for himself. Throws LOCK_TIMEOUT. What `work` throws passes through.
   */
  inTurn<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /**
   * Every problem of the stored form (unparsable, misnamed, not canonical, leftovers); the rules' own are the domain's. `use` looks
   * at the same view, as with `read`: what it reads is not read again.
   */
  inspect(use?: (view: View) => Promise<unknown>): Promise<readonly Problem[]>;
  /**
   * Mends those problems of the stored form that have a `fix`, and returns them. Without `apply` it only returns what it would mend.
   */
  repair(apply: boolean): Promise<readonly Problem[]>;
  /** Removes caches and leftovers of dead processes; returns what was removed, in words. Loses nothing acknowledged. */
  sweep(): Promise<readonly string[]>;
  /**
   * Calls `onChange` soon after the store may have changed: a hint, it may come late, twice, or for
   * nothing. Returns what stops it.
   */
  watch(onChange: () => void): Promise<() => Promise<void>>;
}
