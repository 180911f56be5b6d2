import { JitError } from '../domain/errors.ts';
import type { Event, Issue, Tombstone } from '../domain/issue.ts';
import type { Problem } from '../domain/problem.ts';
import { type Step, tellHistory, type Version } from '../domain/review/history.ts';
import type { View } from '../store/store.ts';
import { notFound, resolveId } from './resolve.ts';
import type { Revisions } from './revisions.ts';
import type { Session } from './session.ts';

/** The history of an issue. */
export interface IssueHistory {
  readonly id: string;
  /** Null where the issue is gone, or cannot be read. */
  readonly title: string | null;
  /** The newest last. */
  readonly steps: readonly Step[];
  /** How many there are before a limit. */
  readonly total: number;
}

/**
 * What happened to an issue, from its events and from git; `revisions` null: from its events alone. Also of a deleted one.
 * Throws ISSUE_NOT_FOUND, AMBIGUOUS_ID, USAGE, GIT.
 */
export const readHistory = (
  { store, digest, tell }: Pick<Session, 'store' | 'digest' | 'tell'>,
  revisions: Revisions | null,
  text: string,
  last: number | undefined,
): Promise<IssueHistory> =>
  store.read(async (view) => {
    const id = await resolveId(view, text);
    if (id === null) throw await notFound(view, text);
    const events: Event[] = [];
    for await (const event of view.events({ id })) events.push(event);
    const versions = revisions === null ? [] : await revisions.versions(id);
    const now = await readNow(view, id);
    if (now === null && events.length === 0 && versions.length === 0) throw await notFound(view, text);
    const first = tellHistory(events, versions, now, digest);
    const doubted = new Set(
      first.flatMap((step) => (step.type === 'commit' && step.untold.length > 0 ? [step.commit.oid] : [])),
    );
    const steps =
      revisions === null || doubted.size === 0
        ? first
        : tellHistory(events, await withTheirLogs(versions, doubted, revisions, id), now, digest);
    if (revisions?.isShallow() === true) tell(SHALLOW);
    const title = now?.title ?? null;
    return { id, title, steps: last === undefined ? steps : steps.slice(-last), total: steps.length };
  });

/** A log may be large: it is read for those versions alone that the log of now does not explain, and one at a time. */
async function withTheirLogs(
  versions: readonly Version[],
  doubted: ReadonlySet<string>,
  revisions: Revisions,
  id: string,
): Promise<readonly Version[]> {
  const found: Version[] = [];
  for (const version of versions) {
    const { oid } = version.commit;
    found.push(doubted.has(oid) ? { ...version, events: await revisions.eventsAt(oid, id) } : version);
  }
  return found;
}

const SHALLOW: Problem = {
  severity: 'warning',
  code: 'shallow-clone',
  message:
    'this clone is shallow: earlier commits are not here, and its oldest one seems to have made all that it holds (git fetch --unshallow)',
  file: null,
  path: null,
  id: null,
  fix: null,
};

async function readNow(view: View, id: string): Promise<Issue | Tombstone | null> {
  try {
    const issue = await view.get(id);
    if (issue !== undefined) return issue;
  } catch (error) {
    if (error instanceof JitError && error.code === 'CORRUPT_FILE') return null;
    throw error;
  }
  return (await view.tombstones()).find((tombstone) => tombstone.id === id) ?? null;
}
