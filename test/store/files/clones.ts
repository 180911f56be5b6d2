import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import {
  formatEvent,
  formatGates,
  formatIssue,
  formatTombstone,
  isTombstone,
} from '../../../src/domain/canonical-json.ts';
import type { Event, Issue, Tombstone } from '../../../src/domain/issue.ts';
import { differences, replay } from '../../../src/domain/replay.ts';
import { mergeFile } from '../../../src/store/files/merge-file.ts';
import type { MemoryContent } from '../../../src/store/memory/memory-store.ts';
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Command } from '../../support/commands-model.ts';
import { contentsOf } from '../../support/invariants.ts';
import { GATES } from '../../support/issues.ts';
import { runCommand } from '../../support/run-command.ts';
import { seededIds, standingClock, startSession, type TestSession } from '../../support/session.ts';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The files of a store, by their names inside `.jit`. */
export type Files = ReadonlyMap<string, string>;

/** A state of the files, and where it came from. */
export interface Commit {
  readonly parents: readonly Commit[];
  readonly files: Files;
}

/** The files before anybody worked. */
export const firstCommit = (): Commit => ({
  parents: [],
  files: new Map([
    ['gates.json', formatGates(GATES)],
    ['events.jsonl', ''],
  ]),
});

/** Somebody who works on a clone with jit's own commands, by a clock and ids of their own. */
export class Clone {
  head: Commit;
  readonly #session: TestSession;
  readonly #ids: string[] = [];
  readonly #newId: () => string;

  constructor(number: number, head: Commit, skew: number) {
    this.head = head;
    const clock = standingClock(new Date(Date.parse('2026-01-02T03:00:00.000Z') + skew).toISOString());
    const ids = seededIds(number + 1);
    // Ids of two clones differ, and still sort by when they were made.
    this.#newId = () => `${ids().slice(0, -1)}${number}`;
    this.#session = startSession({ clock, newId: this.#newId });
  }

  /** Runs commands, and commits what they came to. */
  async work(commands: readonly Command[]): Promise<void> {
    await this.act(async (session) => {
      for (const command of commands) {
        session.clock.forward(7);
        await runCommand(session, this.#ids, command);
      }
    });
  }

  /** Acts on the store, and commits what came of it. */
  async act(act: (session: TestSession) => Promise<unknown>): Promise<void> {
    const { clock, leases } = this.#session;
    const store = createMemoryStore({ clock, initial: contentOf(this.head.files) });
    clock.forward(7);
    const session = startSession({ store, clock, leases, newId: this.#newId });
    await act(session);
    const files = await filesOf(session, this.head.files);
    if (!sameFiles(files, this.head.files)) this.head = { parents: [this.head], files };
  }
}

export const sameFiles = (a: Files, b: Files): boolean =>
  a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);

async function filesOf(session: TestSession, before: Files): Promise<Files> {
  const { issues, tombstones, gates, events } = await contentsOf(session.store);
  // A log only grows: what stands in it before stays as it is, to the byte.
  const known = new Set(eventsIn(before.get('events.jsonl')!).map(({ eid }) => eid));
  const added = events.filter(({ eid }) => !known.has(eid)).map((event) => `${formatEvent(event)}\n`);
  return new Map([
    ['gates.json', formatGates(gates)],
    ['events.jsonl', before.get('events.jsonl')! + added.join('')],
    ...issues.map((issue) => [`issues/${issue.id}.json`, formatIssue(issue)] as const),
    ...tombstones.map((one) => [`issues/${one.id}.json`, formatTombstone(one)] as const),
  ]);
}

function contentOf(files: Files): MemoryContent {
  return {
    issues: storedIn(files),
    gates: JSON.parse(files.get('gates.json')!),
    events: eventsIn(files.get('events.jsonl')!),
  };
}

export const storedIn = (files: Files): readonly (Issue | Tombstone)[] =>
  [...files].flatMap(([name, text]) => (name.startsWith('issues/') ? [JSON.parse(text)] : []));

export const eventsIn = (log: string): readonly Event[] =>
  log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Event]));

export const textOf = (stored: Issue | Tombstone): string =>
  isTombstone(stored) ? formatTombstone(stored) : formatIssue(stored);

/** What the log says of each issue is what its file says, and nothing is missing in between. */
export function checkLog(files: Files): void {
  const replayed = replay(eventsIn(files.get('events.jsonl')!));
  for (const stored of storedIn(files)) {
    const history = replayed.get(stored.id);
    expect(history, stored.id).toBeDefined();
    const different = differences(stored, history!, digest);
    if (different.length > 0) {
      const image = history!.image as unknown as Record<string, unknown>;
      const file = stored as unknown as Record<string, unknown>;
      expect(Object.fromEntries(different.map((field) => [field, image[field]]))).toEqual(
        Object.fromEntries(different.map((field) => [field, file[field]])),
      );
    }
    expect(different).toEqual([]);
    expect(history!.broken).toEqual([]);
  }
}

/** Merges file by file, as git does it. */
export function mergeFiles(base: Files | null, ours: Files, theirs: Files, ancestor: boolean): Files {
  const merged = new Map<string, string>();
  const bytes = (files: Files | null, name: string): Buffer | null => {
    const text = files?.get(name);
    return text === undefined ? null : Buffer.from(text);
  };
  for (const name of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const versions = { base: bytes(base, name), ours: bytes(ours, name), theirs: bytes(theirs, name) };
    const { text } = mergeFile(name, versions, { digest, ancestor });
    if (text !== null) merged.set(name, text);
  }
  return merged;
}

/** `git merge`: forward where that is enough, else a merge on the merge base. */
export function mergeCommits(ours: Commit, theirs: Commit): Commit {
  const left = ancestors(ours);
  if (left.has(theirs)) return ours;
  if (ancestors(theirs).has(ours)) return theirs;
  const files = mergeFiles(baseOf(ours, theirs).files, ours.files, theirs.files, false);
  return { parents: [ours, theirs], files };
}

/** `git cherry-pick`: what a commit changed, on top of another. */
export function pick(commit: Commit, onto: Commit): Commit {
  return { parents: [onto], files: mergeFiles(commit.parents[0]!.files, onto.files, commit.files, false) };
}

/** `git revert`: takes back what a commit changed. */
export function revert(commit: Commit, head: Commit): Commit {
  return { parents: [head], files: mergeFiles(commit.files, head.files, commit.parents[0]!.files, false) };
}

/** The merge base: the one there is, or all of them merged into one that nobody sees, as git does it. */
export function baseOf(a: Commit, b: Commit): Commit {
  const [first, ...more] = mergeBases(a, b);
  let base = first!;
  for (const next of more) {
    const files = mergeFiles(baseOf(base, next).files, base.files, next.files, true);
    base = { parents: [base, next], files };
  }
  return base;
}

function mergeBases(a: Commit, b: Commit): readonly Commit[] {
  const others = ancestors(b);
  const common = [...ancestors(a)].filter((commit) => others.has(commit));
  const bases = common.filter(
    (commit) => !common.some((other) => other !== commit && ancestors(other).has(commit)),
  );
  const text = (commit: Commit): string => JSON.stringify([...commit.files]);
  return bases.length === 1 ? bases : bases.sort((one, two) => (text(one) < text(two) ? -1 : 1));
}

const known = new WeakMap<Commit, ReadonlySet<Commit>>();

function ancestors(commit: Commit): ReadonlySet<Commit> {
  const found =
    known.get(commit) ?? new Set([commit, ...commit.parents.flatMap((one) => [...ancestors(one)])]);
  known.set(commit, found);
  return found;
}
