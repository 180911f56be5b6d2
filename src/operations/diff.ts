import { JitError } from '../domain/errors.ts';
import type { Config, GateRegistry, Issue } from '../domain/issue.ts';
import {
  type IssueReview,
  type Pair,
  type Review,
  reviewConfig,
  reviewGates,
  reviewIssues,
  type Side,
} from '../domain/review/review.ts';
import type { View } from '../store/store.ts';
import { notFound, resolveId } from './resolve.ts';
import type { Comparison } from './revisions.ts';

/** A file that could not be read on one side: what happened to it is not known. */
export interface Unread {
  readonly side: 'before' | 'after';
  readonly id: string | null;
  readonly message: string;
}

/** What happened between two boards. */
export interface BoardDiff extends Review {
  readonly unread: readonly Unread[];
  /** By id: the issues that those of the review need, or needed, and that are not in it. */
  readonly neighbours: ReadonlyMap<string, Issue>;
}

/**
 * Reviews what differs between two boards; of the issues that are asked for, or of all. Reads no issue that is the same on both
 * sides but for those that a changed one needs. Throws ISSUE_NOT_FOUND, AMBIGUOUS_ID, USAGE.
 */
export const diffBoards = (comparison: Comparison, asked: readonly string[]): Promise<BoardDiff> =>
  readOr(comparison.before.store, (before) =>
    readOr(comparison.after.store, (after) => reviewViews(comparison, asked, before, after)),
  );

const readOr = <T>(
  store: Comparison['before']['store'],
  use: (view: View | null) => Promise<T>,
): Promise<T> => (store === null ? use(null) : store.read(use));

async function reviewViews(
  { changed, events }: Comparison,
  asked: readonly string[],
  before: View | null,
  after: View | null,
): Promise<BoardDiff> {
  const unread: Unread[] = [];
  const wanted = asked.length === 0 ? null : new Set(await resolveOnEither(asked, before, after));
  const ids = changed.filter((id) => wanted?.has(id) ?? true);
  const pairs = await Promise.all(
    ids.map(async (id): Promise<Pair | null> => {
      const sides = await Promise.all([
        readSide(before, 'before', id, unread),
        readSide(after, 'after', id, unread),
      ]);
      return sides[0] === null || sides[1] === null ? null : { id, before: sides[0], after: sides[1] };
    }),
  );
  const issues = reviewIssues(
    pairs.filter((pair) => pair !== null),
    events,
  );
  const whole = wanted === null;
  const none = async () => ({});
  const gates = whole ? await bothOf(before, after, (view) => view.gates(), none, unread) : null;
  const config = whole ? await bothOf(before, after, (view) => view.config(), none, unread) : null;
  return {
    issues,
    gates: gates === null ? [] : reviewGates(...(gates as [GateRegistry, GateRegistry])),
    config: config === null ? [] : reviewConfig(...(config as [Config, Config])),
    unread: unread.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    neighbours: await readNeighbours(issues, after ?? before),
  };
}

const keyOf = ({ side, id, message }: Unread): string => JSON.stringify([id, side === 'after', message]);

async function resolveOnEither(asked: readonly string[], before: View | null, after: View | null) {
  const views = [after, before].filter((view) => view !== null);
  return Promise.all(
    asked.map(async (text) => {
      for (const view of views) {
        const id = await resolveId(view, text);
        if (id !== null && (await view.ids()).includes(id)) return id;
      }
      throw await notFound(views[0]!, text);
    }),
  );
}

/** `gone` where there is no issue; null where it cannot be read, which is noted. */
async function readSide(
  view: View | null,
  side: Unread['side'],
  id: string,
  unread: Unread[],
): Promise<Side | null> {
  if (view === null) return 'gone';
  const issue = await guard(() => view.get(id), side, id, unread, null);
  return issue === undefined ? 'gone' : issue;
}

async function guard<T, E>(
  read: () => Promise<T>,
  side: Unread['side'],
  id: string | null,
  unread: Unread[],
  otherwise: E,
): Promise<T | E> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof JitError) || error.code !== 'CORRUPT_FILE') throw error;
    unread.push({ side, id, message: error.message });
    return otherwise;
  }
}

/** The same part of both boards; null where one cannot be read, which is noted. */
async function bothOf<T>(
  before: View | null,
  after: View | null,
  read: (view: View) => Promise<T>,
  none: () => Promise<T>,
  unread: Unread[],
): Promise<readonly [T, T] | null> {
  const of = (view: View | null): Promise<T> => (view === null ? none() : read(view));
  const old = await guard(() => of(before), 'before', null, unread, null);
  const young = await guard(() => of(after), 'after', null, unread, null);
  return old === null || young === null ? null : [old, young];
}

async function readNeighbours(issues: readonly IssueReview[], view: View | null) {
  const inside = new Set(issues.map(({ id }) => id));
  const needed = issues.flatMap(({ issue, happenings }) => [
    ...issue.dependencies,
    ...happenings.flatMap(({ type, subject }) => (type === 'edge-removed' ? [subject!] : [])),
  ]);
  const ids = [...new Set(needed)].filter((id) => !inside.has(id)).sort();
  const found = await Promise.all(
    // What cannot be read has no title: its id stands for it.
    ids.map((id) => guard(async () => view?.get(id), 'after', id, [], undefined)),
  );
  return new Map(found.flatMap((issue) => (issue === undefined ? [] : [[issue.id, issue] as const])));
}
