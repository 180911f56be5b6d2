import { formatIssue, isTombstone } from '../canonical-json.ts';
import { isHashed } from '../event.ts';
import { checkIssue } from '../generated/checks/issue.js';
import type { Comment, Issue, Tombstone } from '../issue.ts';
import { LIMITS } from '../issue.ts';
import { compareText } from '../merge/order.ts';
import type { Problem } from '../problem.ts';
import type { Replayed } from '../replay.ts';
import { problemOf } from './problem-of.ts';

type Image = Issue | Tombstone;

/** A comment that the log tells of, and that the file has not. No command removes one, so nobody meant it. */
export interface LostComment {
  readonly id: string;
  /** As the log has it; null where the log has only its hash. */
  readonly comment: Comment | null;
  /** Who wrote it, and when, by the event that tells of it. */
  readonly by: string;
  readonly ts: string;
}

/** How many a message names. */
const NAMED = 5;

/** The comments that an issue had by its log, and has no more, by their ids. None of a tombstone. */
export function findLostComments(image: Image, history: Replayed | undefined): readonly LostComment[] {
  if (history === undefined || isTombstone(image)) return [];
  const told = toldComments(history);
  if (told.size === 0) return [];
  const present = new Set(image.comments.map(({ id }) => id));
  return [...told.values()].filter(({ id }) => !present.has(id)).sort((a, b) => compareText(a.id, b.id));
}

/** The issue with those of its lost comments whose text is known; null where there is none, or it would be no issue then. */
export function withComments(issue: Issue, lost: readonly LostComment[]): Issue | null {
  const found = lost.flatMap(({ comment }) => (comment === null ? [] : [comment]));
  if (found.length === 0) return null;
  const comments = [...issue.comments, ...found].sort((a, b) => compareText(a.id, b.id));
  const whole = { ...issue, comments };
  if (!checkIssue(whole) || bytesOf(formatIssue(whole)) > LIMITS.issueFileBytes) return null;
  return found.every(({ body }) => bytesOf(body) <= LIMITS.textBytes) ? whole : null;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** What the log tells of an issue but its lost comments: these are never reconciled away. */
export function withoutLost(history: Replayed, lost: readonly LostComment[]): Replayed {
  const { comments } = history.image as Partial<Issue>;
  if (lost.length === 0 || !Array.isArray(comments)) return history;
  const ids = new Set(lost.map(({ id }) => id));
  const rest = comments.filter(({ id }) => !ids.has(id));
  return { ...history, image: { ...history.image, comments: rest } as Image };
}

/** Comments that are lost, as problems: those that can be put back, and those that cannot. */
export function diagnoseComments(image: Image, history: Replayed | undefined): readonly Problem[] {
  const lost = findLostComments(image, history);
  if (lost.length === 0) return [];
  const whole = withComments(image as Issue, lost);
  const report = (some: readonly LostComment[], why: string, fix: string | null): readonly Problem[] => {
    if (some.length === 0) return [];
    const count = some.length === 1 ? 'a comment' : `${some.length} comments`;
    const message = `lacks ${count} that the log tells of, and no command removes any: ${describeLost(some)}${why}`;
    return [problemOf(image, { severity: 'error', code: 'lost-comment', path: '/comments', message, fix })];
  };
  const known = lost.filter(({ comment }) => comment !== null);
  const hashed = lost.filter(({ comment }) => comment === null);
  return [
    ...report(
      known,
      whole === null ? '; with them it would not be readable' : '',
      whole === null ? null : PUT_BACK,
    ),
    ...report(hashed, '; the log has only the hash, git may have the text', null),
  ];
}

const PUT_BACK = 'put back into the file what the log has';

/** Their ids and authors, of the first few. */
export function describeLost(lost: readonly LostComment[]): string {
  const named = lost.slice(0, NAMED).map(({ id, by }) => `${id} by ${by}`);
  const more = lost.length > NAMED ? [`${lost.length - NAMED} more`] : [];
  return [...named, ...more].join(', ');
}

/** The comments of an issue, as its events add and remove them. */
function toldComments({ events }: Replayed): ReadonlyMap<string, LostComment> {
  const told = new Map<string, LostComment>();
  for (const { by, ts, changes } of events) {
    for (const path in changes) {
      if (!path.startsWith('comments')) continue;
      const after = changes[path]![1];
      // Told whole: what was before no longer counts, and of a hash nobody knows what is in it.
      if (path === 'comments') {
        told.clear();
        for (const comment of commentsIn(after))
          told.set(comment.id, { id: comment.id, comment, by: comment.author ?? by, ts });
      }
      if (!path.startsWith('comments.')) continue;
      const id = path.slice('comments.'.length);
      if (after === null) told.delete(id);
      else if (isHashed(after)) told.set(id, { id, comment: null, by, ts });
      else told.set(id, { id, comment: after as Comment, by: (after as Comment).author ?? by, ts });
    }
  }
  return told;
}

const commentsIn = (value: unknown): readonly Comment[] =>
  Array.isArray(value)
    ? value.filter((item) => typeof (item as Partial<Comment> | null)?.id === 'string')
    : [];
