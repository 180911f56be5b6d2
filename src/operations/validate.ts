import { isTombstone } from '../domain/canonical-json.ts';
import type { Problem } from '../domain/problem.ts';
import { mendStore } from '../domain/repair/mend-store.ts';
import type { Contents } from '../domain/repair/repair.ts';
import type { Plan, View } from '../store/store.ts';
import { askForMergeProblems } from './merge-problems.ts';
import type { MergeFacts } from './merging.ts';
import type { Comparison } from './revisions.ts';
import type { Session } from './session.ts';
import { checkContents } from './validate/check-contents.ts';
import { findWeakened } from './validate/find-weakened.ts';
import { readContents } from './validate/read-contents.ts';

/** What a check of the whole store found. */
export interface Validation {
  /** No errors; there may be warnings. */
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  /** What was mended, or with `apply` false would be. */
  readonly fixed: readonly Problem[];
  readonly issues: number;
  readonly events: number;
}

/** How a text's digest is made: hex SHA-256. */
export type Digest = Contents['digest'];

/** What git may be asked besides; absent or null: it is not. */
export interface GitFacts {
  /** Its merges. */
  readonly merges?: MergeFacts | null;
  /** An earlier board, beside the one that is checked: no gate may be weaker than there. */
  readonly against?: Comparison | null;
}

/** Checks everything: the stored form, the rules between issues, the log against the files, and what git says. */
export async function validateStore(
  session: Session,
  digest: Digest,
  { merges = null, against = null }: GitFacts = {},
): Promise<Validation> {
  const stored = await session.store.inspect();
  const merging = merges === null ? [] : await askForMergeProblems(merges);
  const weakened = against === null ? [] : await findWeakened(against);
  return session.store.read(async (view) => {
    const contents = await readContents(view, session.clock.now(), digest);
    const problems = [...merging, ...stored, ...checkContents(contents), ...weakened];
    return {
      valid: !problems.some(({ severity }) => severity === 'error'),
      problems,
      fixed: [],
      issues: contents.images.filter((image) => !isTombstone(image)).length,
      events: contents.events.length,
    };
  });
}

/** Mends what can be mended by rule. With `apply` false it only says what would be. */
export async function fixStore(
  session: Session,
  digest: Digest,
  apply: boolean,
  git: GitFacts = {},
): Promise<Validation> {
  const { store, clock } = session;
  const plan = (view: View): Promise<Plan<readonly Problem[]>> => planRepair(view, clock.now(), digest);
  const form = await store.repair(apply);
  const rules = apply
    ? await store.transact(plan)
    : await store.read(async (view) => (await plan(view)).result);
  return { ...(await validateStore(session, digest, git)), fixed: [...form, ...rules] };
}

async function planRepair(view: View, now: string, digest: Digest): Promise<Plan<readonly Problem[]>> {
  const contents = await readContents(view, now, digest);
  const { gates } = contents;
  // Without the gates nobody knows what is finished.
  if (gates === null) return { issues: [], events: [], result: [] };
  const repair = mendStore({ ...contents, gates });
  const { images, ...changes } = repair.changes;
  return { issues: images, events: repair.added, ...changes, result: repair.mended };
}
