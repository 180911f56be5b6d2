import { createHash } from 'node:crypto';
import {
  formatEvent,
  formatIssue,
  formatTombstone,
  isTombstone,
} from '../../../src/domain/canonical-json.ts';
import { diffImages } from '../../../src/domain/event.ts';
import type { Event, Issue, Tombstone } from '../../../src/domain/issue.ts';
import { deriveId } from '../../../src/domain/merge/derive-id.ts';
import { type MergedIssue, mergeIssue, type Stored } from '../../../src/domain/merge/merge-issue.ts';
import { mergeEvents } from '../../../src/domain/merge/merge-log.ts';
import { stableText } from '../../../src/domain/merge/order.ts';
import { issueWith } from '../../support/issues.ts';
import { doEdit, type Edit } from './edits.ts';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The bytes of what is stored; empty where there is no file. */
export function bytesOf(stored: Stored): string {
  if (stored === undefined) return '';
  return isTombstone(stored) ? formatTombstone(stored) : formatIssue(stored);
}

/** One state of the store: an issue and the log, and where it came from. */
export interface Commit {
  readonly parents: readonly Commit[];
  readonly stored: Issue | Tombstone;
  readonly log: string;
}

const START = Date.parse('2026-01-02T03:00:00.000Z');

/** Somebody who works on a clone, by a clock of their own. */
export class Replica {
  readonly name: string;
  head: Commit;
  #now: number;
  #made = 0;

  /** `skew`: milliseconds by which the clock is ahead. */
  constructor(name: string, head: Commit, skew: number) {
    this.name = name;
    this.head = head;
    this.#now = START + skew;
  }

  /** Makes an edit, `after` milliseconds later, and commits it where it changed anything. */
  edit(edit: Edit, after: number): void {
    this.#now += after;
    const now = new Date(this.#now).toISOString();
    let { stored, log } = this.head;
    for (const step of doEdit(stored, edit, { name: this.name, now, id: this.#id(now) })) {
      const event = {
        ts: now,
        event: step.event,
        id: stored.id,
        eid: this.#id(now),
        by: `human:${this.name}`,
        changes: diffImages(stored, step.after),
      };
      stored = step.after;
      log = append(log, event);
    }
    if (log !== this.head.log) this.head = { parents: [this.head], stored, log };
  }

  /** Makes several edits, one after another. */
  work(edits: readonly (readonly [edit: Edit, after: number])[]): void {
    for (const [edit, after] of edits) this.edit(edit, after);
  }

  #id(now: string): string {
    this.#made += 1;
    return deriveId(now, digest(`${this.name} ${this.#made}`));
  }
}

/** What everybody starts from. */
export function firstCommit(): Commit {
  const issue = issueWith(0, { description: 'one\ntwo\nthree\nfour\nfive\n', labels: ['a'] });
  const event = {
    ts: issue.updated_at,
    event: 'issue.created',
    id: issue.id,
    eid: issue.id,
    by: 'human:o',
    changes: diffImages(null, issue),
  };
  return { parents: [], stored: issue, log: append('', event) };
}

const eventsIn = (log: string): readonly Event[] =>
  log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Event]));

/** The log with an event more. */
const append = (log: string, event: Omit<Event, 'prev'>): string =>
  `${log}${formatEvent({ ...event, prev: eventsIn(log).at(-1)?.eid ?? null })}\n`;

/** The log with an event of a merge more, unless it says that already: named by all that it says, as jit does it. */
function tell(log: string, event: MergedIssue['events'][number]): string {
  const events = eventsIn(log);
  const saidBy = ({ eid: _, prev: __, ...said }: Partial<Event>): string => stableText(said);
  if (events.some((one) => saidBy(one) === saidBy(event))) return log;
  const whole = { ...event, prev: events.at(-1)!.eid };
  return `${log}${formatEvent({ ...whole, eid: deriveId(event.ts, digest(stableText(whole))) })}\n`;
}

export interface Merged {
  readonly commit: Commit;
  /** null: there was nothing to merge. */
  readonly result: MergedIssue | null;
}

/** `git merge`: forward where that is enough, else a merge on the merge base. */
export function mergeCommits(ours: Commit, theirs: Commit): Merged {
  const left = ancestors(ours);
  if (left.has(theirs)) return { commit: ours, result: null };
  if (ancestors(theirs).has(ours)) return { commit: theirs, result: null };
  const result = mergeIssue(baseOf(ours, theirs).stored, ours.stored, theirs.stored, digest);
  const log = result.events.reduce<string>(tell, mergeEvents(ours.log, theirs.log));
  const stored = result.stored!;
  return { commit: { parents: [ours, theirs], stored, log }, result };
}

/** The merge base: the one there is, or all of them merged into one that nobody sees, as git does it. */
export function baseOf(a: Commit, b: Commit): Commit {
  const [first, ...more] = mergeBases(a, b);
  let base = first!;
  for (const next of more) {
    const { stored } = mergeIssue(baseOf(base, next).stored, base.stored, next.stored, digest);
    base = { parents: [base, next], stored: stored!, log: '' };
  }
  return base;
}

function mergeBases(a: Commit, b: Commit): readonly Commit[] {
  const others = ancestors(b);
  const common = [...ancestors(a)].filter((commit) => others.has(commit));
  const bases = common.filter(
    (commit) => !common.some((other) => other !== commit && ancestors(other).has(commit)),
  );
  const text = (commit: Commit): string => bytesOf(commit.stored) + commit.log;
  return bases.length === 1 ? bases : bases.sort((one, two) => (text(one) < text(two) ? -1 : 1));
}

const known = new WeakMap<Commit, ReadonlySet<Commit>>();

/** A commit and all it came from. */
export function ancestors(commit: Commit): ReadonlySet<Commit> {
  const found =
    known.get(commit) ?? new Set([commit, ...commit.parents.flatMap((one) => [...ancestors(one)])]);
  known.set(commit, found);
  return found;
}
