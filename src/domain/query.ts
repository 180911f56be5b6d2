import { sameHolder } from './identity.ts';
import {
  type IssueBrief,
  type IssueHead,
  isHeld,
  isOpen,
  PRIORITIES,
  type Priority,
  type State,
} from './issue.ts';
import { gateVerdict } from './readiness.ts';

/**
 * A filter on issues, as data: a store may answer it from an index, or compile it to SQL.
 * `state` means the derived state, never the stored one.
 */
export type Filter =
  | { readonly op: 'all' }
  | { readonly op: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'state'; readonly in: readonly State[] }
  | { readonly op: 'priority'; readonly in: readonly Priority[] }
  /** `null` stands for "nobody"; a bare name matches whatever type the assignee has. */
  | { readonly op: 'assignee'; readonly in: readonly (string | null)[] }
  | { readonly op: 'label'; readonly in: readonly string[] }
  | { readonly op: 'milestone'; readonly in: readonly (string | null)[] }
  /** Has a link to this id. */
  | { readonly op: 'links-to'; readonly id: string }
  /** Of these gates, all that the issue requires have passed. */
  | { readonly op: 'passed'; readonly gates: readonly string[] }
  /** `open`: neither done nor archived. `blocked`: open, not yet started, with an unsatisfied dependency. `held`: on hold now. */
  | { readonly op: 'is'; readonly what: 'open' | 'blocked' | 'held' };

export type SortKey = 'priority' | 'id' | 'updated_at' | 'title' | 'state';

export interface Query {
  readonly where: Filter;
  /** Applied in turn; the id decides at the end. Default: priority, then id. `-` in front reverses. */
  readonly sort?: readonly (SortKey | `-${SortKey}`)[];
  /** At most this many rows; absent: all. */
  readonly limit?: number;
  /**
   * Whoever asks looks again at each issue that it acts on: a store need not make sure that the answer is of this moment, and the
   * fields of a row may be read only when they are looked at.
   */
  readonly tentative?: boolean;
}

/** An issue as a query sees it, with what is derived from its neighbours. `T`: as much of it as was read. */
export interface Row<T extends IssueBrief = IssueHead> {
  readonly issue: T;
  /** Derived state. */
  readonly state: State;
  /** Ids of the dependencies that are not satisfied, missing ones included. */
  readonly blockedBy: readonly string[];
}

export interface Selection<T extends IssueBrief = IssueHead> {
  readonly rows: readonly Row<T>[];
  /** How many matched before the limit. */
  readonly total: number;
}

/** Whether a row matches a filter. `now`: UTC, RFC 3339, for holds that lapse. */
export function matches(filter: Filter, row: Row, now: string): boolean {
  switch (filter.op) {
    case 'all':
      return true;
    case 'and':
      return filter.of.every((f) => matches(f, row, now));
    case 'or':
      return filter.of.some((f) => matches(f, row, now));
    case 'not':
      return !matches(filter.of, row, now);
    case 'state':
      return filter.in.includes(row.state);
    case 'priority':
      return filter.in.includes(row.issue.priority);
    case 'assignee': {
      const { assignee } = row.issue;
      return filter.in.some((name) =>
        assignee === null || name === null ? assignee === name : sameHolder(name, assignee),
      );
    }
    case 'label':
      return filter.in.some((label) => row.issue.labels.includes(label));
    case 'milestone':
      return filter.in.includes(row.issue.milestone);
    case 'links-to':
      return row.issue.links.some(({ target }) => target === filter.id);
    case 'passed':
      return filter.gates.every(
        (key) => !row.issue.gates_required.includes(key) || gateVerdict(row.issue, key) === 'passed',
      );
    case 'is':
      return is(filter.what, row, now);
  }
}

function is(what: 'open' | 'blocked' | 'held', row: Row, now: string): boolean {
  switch (what) {
    case 'open':
      return isOpen(row.issue);
    case 'blocked':
      return (row.state === 'backlog' || row.state === 'ready') && row.blockedBy.length > 0;
    case 'held':
      return isHeld(row.issue, now);
  }
}

const DEFAULT_SORT: NonNullable<Query['sort']> = ['priority', 'id'];

/** The rows that a query selects, sorted and cut. */
export function select<T extends IssueHead>(rows: Iterable<Row<T>>, query: Query, now: string): Selection<T> {
  const matched: Row<T>[] = [];
  for (const row of rows) if (matches(query.where, row, now)) matched.push(row);
  matched.sort(comparator(query.sort ?? DEFAULT_SORT));
  return {
    rows: query.limit === undefined ? matched : matched.slice(0, query.limit),
    total: matched.length,
  };
}

function comparator(keys: NonNullable<Query['sort']>): (a: Row, b: Row) => number {
  return (a, b) => {
    for (const key of keys) {
      const reversed = key.startsWith('-');
      const order = compareBy((reversed ? key.slice(1) : key) as SortKey, a, b);
      if (order !== 0) return reversed ? -order : order;
    }
    return compareText(a.issue.id, b.issue.id);
  };
}

const STATE_ORDER: readonly State[] = ['in_progress', 'gated', 'ready', 'backlog', 'done', 'archived'];

function compareBy(key: SortKey, a: Row, b: Row): number {
  switch (key) {
    case 'priority':
      return PRIORITIES.indexOf(a.issue.priority) - PRIORITIES.indexOf(b.issue.priority);
    case 'state':
      return STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state);
    case 'id':
    case 'title':
    case 'updated_at':
      return compareText(a.issue[key], b.issue[key]);
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
