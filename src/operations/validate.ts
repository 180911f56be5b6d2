import { JitError } from '../domain/errors.ts';
import type { Problem } from '../domain/problem.ts';
import type { Plan, View } from '../store/store.ts';
import { askForMergeProblems, unmergedIn } from './merge-problems.ts';
import type { MergeFacts } from './merging.ts';
import type { Comparison } from './revisions.ts';
import type { Session } from './session.ts';
import { type CheckedContents, checkContents } from './validate/check-contents.ts';

/** What a check of the whole store found. */
export interface Validation {
  /** No errors; there may be warnings. */
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  /** Issues whose files tell of a later change than the log. */
  readonly behind: readonly string[];
  /** What was mended, or with `apply` false would be. */
  readonly fixed: readonly Problem[];
  readonly issues: number;
  readonly events: number;
}

/** What git may be asked besides; absent or null: it is not. */
export interface GitFacts {
  /** Its merges. */
  readonly merges?: MergeFacts | null;
  /** An earlier board, beside the one that is checked: no gate may be weaker than there. */
  readonly against?: Comparison | null;
}

/** Is told how many issues of how many were looked at. What it returns is waited for. */
export type Tell = (done: number, total: number) => Promise<void> | undefined;

/** Checks everything: the stored form, the rules between issues, the log against the files, and what git says. */
export const validateStore = (
  session: Session,
  git: GitFacts = {},
  tell: Tell = () => undefined,
): Promise<Validation> => check(session, git, [], tell);

/** `mended`: what was wrong a moment ago, which git may know the cause of. */
async function check(
  session: Session,
  { merges = null, against = null }: GitFacts,
  mended: readonly Problem[],
  tell: Tell,
): Promise<Validation> {
  let found: CheckedContents = { problems: [], behind: [], issues: 0, events: 0 };
  const stored = await session.store.inspect(async (view) => {
    found = await checkContents(view, session, tell);
  });
  const weakened = against === null ? [] : await findWeakenedIn(against);
  const suspects = suspectsIn([...found.problems, ...mended]);
  const merging = merges === null ? [] : await askForMergeProblems(merges, suspects);
  const problems = [...merging, ...stored, ...found.problems, ...weakened];
  const valid = !problems.some(({ severity }) => severity === 'error');
  return { ...found, valid, problems, fixed: [] };
}

async function findWeakenedIn(against: Comparison): Promise<readonly Problem[]> {
  const { findWeakened } = await import('./validate/find-weakened.ts');
  return findWeakened(against);
}

/** Issues that do not agree with the log, as where a merge dropped a side. */
function suspectsIn(problems: readonly Problem[]): readonly string[] {
  const some = problems.filter(({ code }) => code === 'edited-outside' || code === 'lost-comment');
  return [...new Set(some.flatMap(({ id }) => (id === null ? [] : [id])))];
}

/**
 * Mends what can be mended by rule. With `apply` false it only says what would be. Throws INVALID where it is to write while git
 * waits for a merge of the store to be finished: what the files hold then is nobody's yet.
 */
export async function fixStore(
  session: Session,
  apply: boolean,
  git: GitFacts = {},
  tell: Tell = () => undefined,
): Promise<Validation> {
  const { store } = session;
  if (apply) await checkMerged(git.merges ?? null);
  const plan = (view: View): Promise<Plan<readonly Problem[]>> => planRepair(view, session);
  const form = await store.repair(apply);
  const rules = apply
    ? await store.transact(plan)
    : await store.read(async (view) => (await plan(view)).result);
  return { ...(await check(session, git, rules, tell)), fixed: [...form, ...rules] };
}

async function checkMerged(merges: MergeFacts | null): Promise<void> {
  const unmerged = merges === null ? [] : await unmergedIn(merges);
  if (unmerged.length === 0) return;
  throw new JitError(
    'INVALID',
    'git waits for a merge of the store to be finished: nothing is mended before',
    {
      details: { files: unmerged.map(({ file }) => file) },
      hint: 'jit merge --resolve finishes it',
    },
  );
}

async function planRepair(view: View, session: Session): Promise<Plan<readonly Problem[]>> {
  // As a rule nothing has to be mended, and to see that takes little: mending wants all of the store at once.
  const { problems } = await checkContents(view, session, () => undefined);
  if (problems.length === 0) return { issues: [], events: [], result: [] };
  const [{ mendStore }, { readContents }] = await Promise.all([
    import('../domain/repair/mend-store.ts'),
    import('./validate/read-contents.ts'),
  ]);
  const contents = await readContents(view, session);
  const { gates } = contents;
  // Without the gates nobody knows what is finished.
  if (gates === null) return { issues: [], events: [], result: [] };
  const repair = mendStore({ ...contents, gates });
  const { images, ...changes } = repair.changes;
  return { issues: images, events: repair.added, ...changes, result: repair.mended };
}
