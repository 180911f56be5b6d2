import { JitError } from '../domain/errors.ts';
import { ref } from '../domain/issue.ts';
import type { Problem } from '../domain/problem.ts';
import type { DroppedMerge, MergeFacts, UnmergedName } from './merging.ts';

/** How many issues a message names. */
const NAMED = 5;

/** The problems of merges, where git can be asked; where it fails, that is all there is to say. */
export const askForMergeProblems = (
  facts: MergeFacts,
  suspects: readonly string[],
): Promise<readonly Problem[]> =>
  unlessGitFails(
    () => findMergeProblems(facts, suspects),
    (error): readonly Problem[] => {
      const message = `what git knows of merges cannot be said: ${error.message}`;
      const nowhere = { file: null, path: null, id: null, fix: null };
      return [{ severity: 'warning', code: 'git-failed', message, ...nowhere }];
    },
  );

/** The files of the store that git left unmerged; none where it cannot be asked. */
export const unmergedIn = (facts: MergeFacts): Promise<readonly UnmergedName[]> =>
  unlessGitFails(
    () => facts.unmerged(),
    () => [],
  );

async function unlessGitFails<T>(ask: () => Promise<T>, instead: (error: JitError) => T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof JitError) || error.code !== 'GIT') throw error;
    return instead(error);
  }
}

/**
 * What unfinished merges, and merges that took one side only, mean for the store. Cheap where there are none. `suspects`: ids of
 * issues that do not agree with the log. Throws GIT.
 */
export async function findMergeProblems(
  facts: MergeFacts,
  suspects: readonly string[] = [],
): Promise<readonly Problem[]> {
  const unmerged = await facts.unmerged();
  const dropped = await facts.dropped(suspects);
  return [...unmerged.map(unmergedProblem), ...dropped.map(droppedProblem)];
}

const unmergedProblem = ({ file, id }: UnmergedName): Problem => ({
  severity: 'error',
  code: 'unmerged',
  message: 'git stopped while merging it, and waits',
  file,
  path: null,
  id,
  fix: 'jit merge --resolve',
});

function droppedProblem({ commit, subject, events, sides, issues, files }: DroppedMerge): Problem {
  const short = commit.slice(0, 12);
  const whose = issues.length === 0 ? '' : `, of ${listed(issues)}`;
  const lost = events === 1 ? '1 event' : `${events} events`;
  const from = sides > 1 ? 'of its parents' : 'of the other';
  const parts = [
    ...(events === 0 ? [] : [`${lost} ${from} ${events === 1 ? 'is' : 'are'} not in the log${whose}`]),
    ...(files.length === 0 ? [] : [`what the other made of ${listed(files)} is in the log only`]),
  ];
  const what = sides > 1 ? 'took neither side whole' : 'took one side only';
  const concerned = [...issues, ...files];
  return {
    severity: 'warning',
    code: 'dropped-merge',
    message: `the merge ${short} (${subject}) ${what}: ${parts.join('; ')}`,
    file: null,
    path: null,
    id: concerned.length === 1 ? concerned[0]! : null,
    fix: `jit merge --redo ${short}`,
  };
}

function listed(ids: readonly string[]): string {
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  return `${ids.slice(0, NAMED).map(ref).join(', ')}${more}`;
}
