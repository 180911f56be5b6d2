import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Event, Issue } from '../../src/domain/issue.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { openFilesStore } from '../../src/store/files/files-store.ts';
import { idOf } from './issues.ts';
import { writeIssues } from './project.ts';
import { makeScratch, type Ran, type Scratch } from './scratch.ts';
import { standingClock, startSession } from './session.ts';
import { eventsOf, expectClean, issuesOf } from './verdict.ts';

/** Who works in these stores. */
export const WORKER = { JIT_AGENT_ID: 'agent:w' };

// The issues of the store that every kill starts from.
const [FREE, WAITS, MINE, NEXT, THIRD, GATED, AFTER, LOST, OTHER] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(idOf) as [
  ...(readonly [string, string, string, string, string, string, string, string, string]),
];

const ISSUES: Readonly<Record<number, Partial<Issue>>> = {
  1: { state: 'ready' },
  2: { state: 'backlog', dependencies: [FREE] },
  3: { state: 'ready' },
  4: { state: 'backlog', dependencies: [MINE] },
  5: { state: 'backlog', dependencies: [MINE] },
  6: { state: 'ready', gates_required: ['unit-tests'] },
  7: { state: 'backlog', dependencies: [GATED] },
  8: { state: 'ready' },
  9: { state: 'ready', priority: 'low' },
};

// What agent:w has done before: it works on MINE, and GATED waits for its gate.
const DONE_BEFORE: readonly (readonly string[])[] = [
  ['claim', MINE],
  ['claim', GATED],
  ['complete', GATED],
];

/** The commands that are killed. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  create: ['create', 'new', '--needs', FREE, '--label', 'x'],
  update: ['update', OTHER, '--title', 'a new title', '--add-label', 'l'],
  claim: ['claim', FREE],
  'claim-next': ['claim-next'],
  release: ['release', MINE],
  'complete, which makes two others ready': ['complete', MINE],
  'gate pass, which completes': ['gate', 'pass', GATED, 'unit-tests'],
  'dep add': ['dep', 'add', FREE, OTHER],
  delete: ['delete', LOST, '--yes'],
};

export const ids = { FREE, WAITS, MINE, NEXT, THIRD, GATED, AFTER, LOST, OTHER };

/** What a store showed to readers. */
export interface Seen {
  readonly issues: readonly Issue[];
  readonly events: readonly Event[];
}

/** A store that can be put back to how it was. */
export interface Scene {
  readonly scratch: Scratch;
  readonly start: Seen;
  /** Puts the store and the leases back. */
  reset(): void;
}

/**
 * Makes the store that is killed. `warm`: how many commits its journal holds; without any it is as in a fresh clone.
 */
export async function makeScene(warm: number): Promise<Scene> {
  const scratch = await makeScratch();
  writeIssues(scratch.store, 9, (number) => ISSUES[number]!);
  for (const args of DONE_BEFORE) await scratch.ok(args, { env: WORKER });
  rmSync(join(scratch.store, 'local'), { recursive: true });
  const clock = standingClock();
  const store = openFilesStore({ root: scratch.root, dir: scratch.store, clock, durability: 'fast' });
  const session = startSession({ store, clock });
  for (let i = 0; i < warm; i += 1) await commentIssues(session, [OTHER], `warm ${i}`);
  const kept = [scratch.store, join(scratch.root, '.git', 'jit')];
  const template = (i: number): string => join(scratch.beside, `template-${i}`);
  for (const [i, directory] of kept.entries()) cpSync(directory, template(i), { recursive: true });
  const start = await see(scratch);
  await expectClean(scratch, 'at the start');
  const reset = (): void => {
    for (const [i, directory] of kept.entries()) {
      rmSync(directory, { recursive: true });
      cpSync(template(i), directory, { recursive: true });
    }
  };
  return { scratch, start, reset };
}

/** What two reading commands show. */
const see = async (scratch: Scratch): Promise<Seen> => ({
  issues: await issuesOf(scratch),
  events: await eventsOf(scratch),
});

/** Every file of the store, with all that a write would change of it, but for what readers keep of what they have read. */
export function snapshot(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !INDEX.test(path))
    .map((path) => {
      const { ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
      return `${path} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
    })
    .sort();
}

/** The cache, and the directory above, which changes when it is made. */
const INDEX = /\/\.jit\/local(?:\/cache(?:\/.*)?)?$/;

const namesOf = (events: readonly Event[]): readonly string[] => events.map(({ event }) => event);

/**
 * What must hold after a command ended in whatever way. `whole`: the events that the command appends when it is left
 * alone. Returns whether the change was committed.
 */
export async function expectWhole(
  { scratch, start }: Scene,
  ran: Ran,
  whole: readonly string[],
  where: string,
): Promise<boolean> {
  const before = snapshot(scratch.store);
  const seen = await see(scratch);
  expect(snapshot(scratch.store), `${where}: a reader wrote`).toEqual(before);

  expect(seen.events.slice(0, start.events.length), where).toEqual(start.events);
  const added = seen.events.slice(start.events.length);
  const committed = added.length > 0;
  if (committed) expect(namesOf(added), `${where}: in part`).toEqual(whole);
  else expect(seen.issues, `${where}: changed without events`).toEqual(start.issues);
  if (ran.exit === 0) expect(committed, `${where}: acknowledged, and lost`).toBe(true);

  await scratch.ok(['comment', OTHER, 'the next writer'], { env: { JIT_AGENT_ID: 'agent:next' } });
  await expectClean(scratch, where);
  const stored = storedIssues(scratch);
  const kept = seen.issues.map((issue) => (issue.id === OTHER ? withComment(issue, stored) : issue));
  expect(stored, `${where}: the next writer changed more than its own`).toMatchObject(kept.map(asStored));
  expect(stored.length, where).toBe(kept.length);
  const log = readFileSync(join(scratch.store, 'events.jsonl'), 'utf8').trimEnd().split('\n');
  const names = log.map((line) => (JSON.parse(line) as Event).event);
  expect(names, where).toEqual([...namesOf(seen.events), 'comment.added']);
  return committed;
}

const asStored = (issue: Issue): Partial<Issue> => {
  const { ref: _, blocked_by_count: __, progress: ___, ...fields } = issue as Issue & Record<string, unknown>;
  return fields;
};

function withComment(issue: Issue, stored: readonly Issue[]): Issue {
  const now = stored.find(({ id }) => id === issue.id)!;
  expect(now.comments.slice(0, -1)).toEqual(issue.comments);
  return { ...issue, comments: now.comments, updated_at: now.updated_at };
}

/** The issues as their files hold them: after a writer nothing is pending. */
const storedIssues = ({ store }: Scratch): readonly Issue[] =>
  readdirSync(join(store, 'issues'))
    .sort()
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(store, 'issues', name), 'utf8')))
    .filter((stored) => stored.deleted_at === undefined);
