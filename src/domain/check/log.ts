import { isTombstone } from '../canonical-json.ts';
import { checkIssue } from '../generated/checks/issue.js';
import type { Issue, Tombstone } from '../issue.ts';
import type { Problem } from '../problem.ts';
import { differences, type Replayed } from '../replay.ts';
import { findLostComments, withoutLost } from './comments.ts';
import { problemOf } from './problem-of.ts';

type Image = Issue | Tombstone;

/** The files and the log beside each other. */
export interface Records {
  /** What the files hold, by id. */
  readonly images: ReadonlyMap<string, Image>;
  readonly histories: ReadonlyMap<string, Replayed>;
  /** Ids whose files are there but cannot be read. */
  readonly unreadable: ReadonlySet<string>;
  /** Hex SHA-256 of a text. */
  readonly digest: (text: string) => string;
}

/** What stands in `fix` of a problem that `issue.reconciled` mends. */
export const RECONCILE = 'write into the log how the issue is';

/** Where the log does not tell of an issue what its file says: one problem at most. Lost comments are another. */
export function diagnoseHistory(
  image: Image,
  history: Replayed | undefined,
  digest: Records['digest'],
): readonly Problem[] {
  const report = (code: string, message: string, path: string | null = null): readonly Problem[] => [
    problemOf(image, { severity: 'warning', code, path, message, fix: RECONCILE }),
  ];
  if (history === undefined) return report('no-events', 'has no events: it was not made by jit');
  if (history.broken.length > 0) {
    const eids = history.broken.slice(0, 3).map(({ eid }) => eid);
    const message = `has events that do not follow the one before them, as where lines of the log are lost: ${eids.join(', ')}`;
    return report('broken-history', message);
  }
  // Where the comments are the same, none is lost.
  if (differences(image, history, digest).length === 0) return [];
  const fields = differences(image, withoutLost(history, findLostComments(image, history)), digest);
  if (fields.length === 0) return [];
  const message = `differs from its events, after an edit by hand or a merge: ${fields.join(', ')}`;
  return report('edited-outside', message, `/${fields[0]}`);
}

/** Whether the file tells of a later change than the log: so it is of all that was changed since where git has put back an older log. */
export const isBehind = (image: Image, history: Replayed | undefined): boolean =>
  history === undefined || changedAt(image) > changedAt(history.image);

const changedAt = (image: Partial<Issue & Tombstone>): string => image.deleted_at ?? image.updated_at ?? '';

/** Issues that the log tells of, that nobody deleted, and that have no file. */
export const diagnoseMissing = ({
  images,
  histories,
  unreadable,
}: Omit<Records, 'digest'>): readonly Problem[] =>
  [...histories.keys()]
    .sort()
    .flatMap((id) => (images.has(id) || unreadable.has(id) ? [] : diagnoseGone(id, histories.get(id)!)));

/** An issue that has no file: one problem at most. */
export function diagnoseGone(id: string, history: Replayed): readonly Problem[] {
  if (isTombstone(history.image)) return [];
  const message = 'is not there, and nobody deleted it: the log tells of it';
  const told = { code: 'missing-issue', path: null } as const;
  return isWhole(history)
    ? [problemOf({ id }, { ...told, severity: 'error', message, fix: 'restore it from the log' })]
    : [
        problemOf(
          { id },
          { ...told, severity: 'warning', message: `${message}, but not all; git may have its file` },
        ),
      ];
}

/** Whether the log can rebuild an issue wholly. */
const isWhole = ({ image, events, broken, unknown }: Replayed): boolean =>
  events[0]?.event === 'issue.created' && broken.length === 0 && unknown.length === 0 && checkIssue(image);

/** Where the log does not tell what the files say, and of which of them; of an empty log it is said once. */
export function diagnoseHistories({ images, histories, digest }: Records): {
  readonly problems: readonly Problem[];
  /** In the order of their ids. */
  readonly images: readonly Image[];
} {
  const untold = [...images.keys()].sort().flatMap((id) => {
    const problems = diagnoseHistory(images.get(id)!, histories.get(id), digest);
    return problems.length === 0 ? [] : [{ image: images.get(id)!, problems }];
  });
  return {
    problems:
      histories.size === 0 && images.size > 0 ? [EMPTY_LOG] : untold.flatMap(({ problems }) => problems),
    images: untold.map(({ image }) => image),
  };
}

/** Said once, where a log that is there tells of none of the issues that are there. */
export const EMPTY_LOG: Problem = {
  severity: 'warning',
  code: 'empty-log',
  message: 'tells of no issue, although there are some: their history is lost, unless git has it',
  file: '.jit/events.jsonl',
  path: null,
  id: null,
  fix: 'write into the log how the issues are',
};
