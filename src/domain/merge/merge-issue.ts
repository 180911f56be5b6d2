import { canonicalIssue, canonicalTombstone, isTombstone } from '../canonical-json.ts';
import { JitError } from '../errors.ts';
import type { Issue, Tombstone } from '../issue.ts';
import type { Decision } from './decision.ts';
import type { Digest } from './derive-id.ts';
import { judgeBy } from './judge.ts';
import { mergeFields } from './merge-fields.ts';
import { type MergeEvent, recordMerge, recordRestored } from './merge-record.ts';
import { mergeTombstones } from './merge-tombstones.ts';
import { settle, type Three } from './three-way.ts';

/** What an issue's file holds; undefined: there is no file. */
export type Stored = Issue | Tombstone | undefined;

/** What a merge of one issue came to. */
export interface MergedIssue {
  readonly stored: Stored;
  /** What both sides had changed, and a rule decided; in the same order on either side. */
  readonly decided: readonly Decision[];
  /** What to append to the merged log, if it does not say so. */
  readonly events: readonly MergeEvent[];
}

/**
 * Merges what two branches made of one issue. `from`: as it was where they parted; undefined where it was not there, or is
 * not known. Everything in the result follows from the three alone, and is the same with the sides swapped: `digest` makes
 * the ids of comments. There is no conflict that is left to anybody. Throws INVALID where the sides are two issues,
 * as git takes them for one when it believes that a file was renamed; a base that is another issue is none.
 */
export function mergeIssue(from: Stored, ours: Stored, theirs: Stored, digest: Digest): MergedIssue {
  checkSame(ours, theirs);
  const base = from?.id === (ours ?? theirs)?.id ? from : undefined;
  const settled = settle<Issue | Tombstone>({ base, ours, theirs });
  if (settled !== null) return { stored: settled.value, decided: [], events: [] };
  if (ours !== undefined && theirs !== undefined) {
    if (isTombstone(ours)) {
      return isTombstone(theirs) ? mergeDeletions(base, ours, theirs) : restore(theirs, ours);
    }
    if (isTombstone(theirs)) return restore(ours, theirs);
    return mergeEdits(
      { base: base === undefined || isTombstone(base) ? undefined : base, ours, theirs },
      digest,
    );
  }
  // Its file is gone on one side, without a tombstone, and changed on the other.
  const stored = (ours ?? theirs)!;
  const decided = isTombstone(stored)
    ? []
    : [{ field: 'id', rule: 'deletion', kept: stored.id, dropped: null } as const];
  return { stored, decided, events: [] };
}

function checkSame(ours: Stored, theirs: Stored): void {
  if (ours === undefined || theirs === undefined || ours.id === theirs.id) return;
  const ids = [ours.id, theirs.id].sort();
  throw new JitError('INVALID', `two issues cannot be merged into one: ${ids.join(' and ')}`, {
    details: { ids },
    hint: 'each belongs into the file that is named after it',
  });
}

function mergeEdits(
  three: Three<Issue> & { readonly ours: Issue; readonly theirs: Issue },
  digest: Digest,
): MergedIssue {
  const { judge, decided } = judgeBy(three.ours, three.theirs);
  const merged = canonicalIssue(mergeFields(three, judge, digest));
  return { stored: merged, decided, events: recordMerge(three, merged, decided) };
}

function restore(issue: Issue, tombstone: Tombstone): MergedIssue {
  const decision = { field: 'deleted_at', rule: 'deletion', kept: null, dropped: tombstone } as const;
  return {
    stored: canonicalIssue(issue),
    decided: [decision],
    events: [recordRestored(issue, tombstone)],
  };
}

function mergeDeletions(base: Stored, ours: Tombstone, theirs: Tombstone): MergedIssue {
  const deleted = base !== undefined && isTombstone(base) ? base : undefined;
  return {
    stored: canonicalTombstone(mergeTombstones({ base: deleted, ours, theirs })),
    decided: [],
    events: [],
  };
}
