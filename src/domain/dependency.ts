import { JitError } from './errors.ts';
import { findPath, type Graph } from './graph.ts';
import { type Issue, isSatisfied, LIMITS, ref } from './issue.ts';
import { change, type Facts, name, type Step, wrongState } from './transition.ts';

/** Longest path that an error message spells out; the details always have all of it, shortened in the middle. */
const SHOWN_PATH = 12;

/**
 * Makes `issue` need each of `dependencies`; what it needs already is left alone.
 * `graph` is the graph before. Throws CYCLE with the path, INVALID_TRANSITION, LIMIT_EXCEEDED.
 */
export function addDependencies(
  issue: Issue,
  dependencies: readonly Issue[],
  graph: Graph,
  facts: Facts,
): readonly Step[] {
  const added = [...new Map(dependencies.map((d) => [d.id, d])).values()].filter(
    (dependency) => !issue.dependencies.includes(dependency.id),
  );
  for (const dependency of added) checkMayDepend(issue, dependency, graph);
  const total = issue.dependencies.length + added.length;
  if (total > LIMITS.dependencies) {
    throw new JitError('LIMIT_EXCEEDED', `${name(issue)} would have ${total} dependencies`, {
      details: { limit: LIMITS.dependencies },
      hint: `at most ${LIMITS.dependencies}; put an issue in between that collects some of them`,
    });
  }
  let current = issue;
  return added.map((dependency) => {
    current = change(current, { dependencies: [...current.dependencies, dependency.id].sort() }, facts.now);
    return { event: 'dependency.added', after: current, note: { dependency: dependency.id } };
  });
}

function checkMayDepend(issue: Issue, dependency: Issue, graph: Graph): void {
  const path = issue.id === dependency.id ? [issue.id] : findPath(graph, dependency.id, issue.id);
  if (path !== null) throw cycleError(issue, dependency, [issue.id, ...path]);
  const finished = issue.state === 'done' || issue.state === 'archived';
  if (finished && !isSatisfied(dependency)) throw wrongState(issue, 'add an open dependency to');
  if (dependency.state === 'archived' && !isSatisfied(dependency)) {
    throw wrongState(
      dependency,
      'depend on',
      `it was archived unfinished: jit issue reopen ${ref(dependency.id)}`,
    );
  }
}

function cycleError(issue: Issue, dependency: Issue, cycle: readonly string[]): JitError {
  const short = shorten(cycle.map(ref));
  return new JitError(
    'CYCLE',
    `${name(issue)} cannot need ${name(dependency)}: it would wait for itself, ${short.join(' → ')}`,
    {
      details: { cycle: shorten(cycle), length: cycle.length - 1 },
      hint:
        cycle.length <= 2
          ? 'an issue cannot need itself'
          : `an arrow means "needs"; drop one of these edges first, for example jit dep rm ${ref(cycle[1]!)} ${ref(cycle[2] ?? cycle[1]!)}`,
    },
  );
}

/** The path with its middle left out when it is long: `… (n more) …` stands for it. */
export function shorten(path: readonly string[]): readonly string[] {
  if (path.length <= SHOWN_PATH) return path;
  const half = SHOWN_PATH / 2;
  return [...path.slice(0, half), `… (${path.length - SHOWN_PATH} more) …`, ...path.slice(-half)];
}

/** Removes edges; what the issue does not need is left alone. */
export function removeDependencies(issue: Issue, ids: readonly string[], facts: Facts): readonly Step[] {
  let current = issue;
  return [...new Set(ids)]
    .filter((id) => issue.dependencies.includes(id))
    .map((id) => {
      current = change(
        current,
        { dependencies: current.dependencies.filter((dependency) => dependency !== id) },
        facts.now,
      );
      return { event: 'dependency.removed', after: current, note: { dependency: id } };
    });
}
