import { JitError } from '../domain/errors.ts';
import { ref } from '../domain/issue.ts';
import type { Problem } from '../domain/problem.ts';
import type { DroppedSide, MergeFacts, UnmergedName } from './merging.ts';

/** How many issues a message names. */
const NAMED = 5;

/** The same, where git can be asked; where it fails, that is all there is to say. */
export async function askForMergeProblems(facts: MergeFacts): Promise<readonly Problem[]> {
  try {
    return await findMergeProblems(facts);
  } catch (error) {
    if (!(error instanceof JitError) || error.code !== 'GIT') throw error;
    const message = `what git knows of merges cannot be said: ${error.message}`;
    const nowhere = { file: null, path: null, id: null, fix: null };
    return [{ severity: 'warning', code: 'git-failed', message, ...nowhere }];
  }
}

/** What unfinished merges, and merges that took one side only, mean for the store. Cheap where there are none. Throws GIT. */
export async function findMergeProblems(facts: MergeFacts): Promise<readonly Problem[]> {
  const unmerged = await facts.unmerged();
  const dropped = await facts.droppedSides();
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

function droppedProblem({ commit, subject, events, issues }: DroppedSide): Problem {
  const short = commit.slice(0, 12);
  const more = issues.length > NAMED ? ` and ${issues.length - NAMED} more` : '';
  const whose = issues.length === 0 ? '' : `, of ${issues.slice(0, NAMED).map(ref).join(', ')}${more}`;
  const lost = events === 1 ? '1 event of the other is' : `${events} events of the other are`;
  return {
    severity: 'warning',
    code: 'dropped-merge',
    message: `the merge ${short} (${subject}) took one side only: ${lost} not in the log${whose}`,
    file: null,
    path: null,
    id: issues.length === 1 ? issues[0]! : null,
    fix: `jit merge --redo ${short}`,
  };
}
