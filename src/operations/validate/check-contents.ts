import { isTombstone } from '../../domain/canonical-json.ts';
import { diagnoseClaims } from '../../domain/check/claims.ts';
import { diagnoseLog } from '../../domain/check/log.ts';
import { diagnose } from '../../domain/diagnose.ts';
import { buildGraph } from '../../domain/graph.ts';
import type { Issue } from '../../domain/issue.ts';
import type { Problem } from '../../domain/problem.ts';
import { replay } from '../../domain/replay.ts';
import type { ReadContents } from './read-contents.ts';

/** Everything in which what a store holds contradicts itself, the rules, or its log. */
export function checkContents(contents: ReadContents): readonly Problem[] {
  const { events, logIsWhole } = contents;
  const issues = contents.images.filter((image) => !isTombstone(image)) as readonly Issue[];
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const histories = replay(events);
  const images = new Map(contents.images.map((image) => [image.id, image]));
  const rules = diagnose({
    ...contents,
    issues,
    graph: buildGraph(issues),
    dependencyOf: (id) => byId.get(id),
  });
  const log = diagnoseLog({ ...contents, images, histories });
  // A line that cannot be read may tell what the others do not: nothing is concluded from its absence.
  if (!logIsWhole) {
    const sure = log.filter(({ code }) => code !== 'missing-issue');
    return [...rules, ...sure.map((problem) => ({ ...problem, fix: null }))];
  }
  const claims = issues.flatMap((issue) => {
    const history = histories.get(issue.id);
    return history === undefined ? [] : diagnoseClaims(issue, history);
  });
  return [...rules, ...claims, ...log];
}
