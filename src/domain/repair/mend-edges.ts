import { diagnoseEdges, isGone, waitsForEver } from '../check/edges.ts';
import { isUlid } from '../ids.ts';
import { type Issue, ref } from '../issue.ts';
import type { Repair } from './repair.ts';

/** Removes dependencies and links that lead nowhere. */
export function mendEdges(repair: Repair): void {
  for (const issue of repair.issues()) {
    const problems = diagnoseEdges(issue, repair);
    if (problems.length === 0) continue;
    repair.mend(problems);
    let current = issue;
    for (const dependency of issue.dependencies) {
      const target = repair.dependencyOf(dependency);
      const reason = isGone(dependency, repair)
        ? 'there is no such issue'
        : waitsForEver(issue, target)
          ? `${ref(dependency)} was archived unfinished`
          : null;
      if (reason === null) continue;
      const times = target === undefined ? [] : [target.updated_at];
      current = removeDependency(repair, current, dependency, reason, times);
    }
    removeLinks(repair, current);
  }
}

/** Removes one dependency, with an event that says why. */
export const removeDependency = (
  repair: Repair,
  issue: Issue,
  dependency: string,
  reason: string,
  times: readonly string[],
): Issue =>
  repair.change(
    issue,
    { event: 'dependency.removed', note: { dependency, reason }, times },
    (updated_at) => ({
      dependencies: issue.dependencies.filter((id) => id !== dependency),
      updated_at,
    }),
  );

function removeLinks(repair: Repair, issue: Issue): void {
  const links = issue.links.filter(({ target }) => !isUlid(target) || !isGone(target, repair));
  if (links.length === issue.links.length) return;
  const note = { reason: 'there is no such issue' };
  repair.change(issue, { event: 'issue.updated', note, times: [] }, (updated_at) => ({ links, updated_at }));
}
