import type { Board } from '../diagnose.ts';
import { isUlid } from '../ids.ts';
import { type IssueHead, isOpen, isSatisfied, ref } from '../issue.ts';
import type { Problem } from '../problem.ts';
import { problemOf } from './problem-of.ts';

type Neighbourhood = Pick<Board, 'dependencyOf' | 'unreadable'>;

/** Dependencies and links that lead nowhere. */
export const diagnoseEdges = (issue: IssueHead, board: Neighbourhood): readonly Problem[] => [
  ...issue.dependencies.flatMap((id, index) => diagnoseDependency(issue, id, index, board)),
  ...issue.links.flatMap(({ target, type }, index): readonly Problem[] => {
    if (!isUlid(target) || !isGone(target, board)) return [];
    const message = `has a ${type} link to ${target}, which is not there`;
    const [code, path] = ['dangling-link', `/links/${index}`] as const;
    return [problemOf(issue, { severity: 'error', code, path, message, fix: 'remove the link' })];
  }),
];

/** There is no such issue, and no file that could be one. */
export const isGone = (id: string, { dependencyOf, unreadable }: Neighbourhood): boolean =>
  dependencyOf(id) === undefined && !unreadable.has(id);

/** Whether an open issue would wait for another one for ever, because that was archived unfinished. */
export const waitsForEver = (issue: IssueHead, dependency: IssueHead | undefined): boolean =>
  dependency?.state === 'archived' && !isSatisfied(dependency) && isOpen(issue);

function diagnoseDependency(
  issue: IssueHead,
  id: string,
  index: number,
  board: Neighbourhood,
): readonly Problem[] {
  const told = { severity: 'error', path: `/dependencies/${index}`, fix: 'remove the dependency' } as const;
  if (isGone(id, board)) {
    const message = `needs ${id}, which is not there; git may have its file`;
    return [problemOf(issue, { ...told, code: 'dangling-dependency', message })];
  }
  if (!waitsForEver(issue, board.dependencyOf(id))) return [];
  const message = `needs ${ref(id)}, which was archived unfinished: it would wait for ever`;
  return [problemOf(issue, { ...told, code: 'archived-dependency', message })];
}
