import { findCycles } from './cycles.ts';
import type { Graph } from './graph.ts';
import type { GateRegistry, Issue } from './issue.ts';
import { isOpen, isSatisfied, ref } from './issue.ts';
import type { Problem } from './problem.ts';
import { type DependencyOf, deriveState, finishReasons, gateDefinition, pendingGates } from './readiness.ts';

export interface Board {
  readonly issues: readonly Issue[];
  readonly graph: Graph;
  /** null where gates.json cannot be read, so that nothing is said of what it lacks. */
  readonly gates: GateRegistry | null;
  readonly dependencyOf: DependencyOf;
  /** UTC, RFC 3339. */
  readonly now: string;
  /** Ids whose files are there but cannot be read: edges to them are not called dangling. */
  readonly unreadable: ReadonlySet<string>;
}

/** Everything in which issues that are each well-formed contradict one another, or the rules. */
export function diagnose(board: Board): readonly Problem[] {
  return [
    ...diagnoseRegistry(board.gates ?? {}),
    ...board.issues.flatMap((issue) => diagnoseIssue(issue, board)),
    ...diagnoseCycles(board.graph),
  ];
}

/** Where the file of an issue is, as problems name it. */
export const issueFile = (id: string): string => `.jit/issues/${id}.json`;

function problem(
  issue: Issue,
  fields: Pick<Problem, 'severity' | 'code' | 'path' | 'message'> & { fix?: string },
): Problem {
  return { ...fields, file: issueFile(issue.id), id: issue.id, fix: fields.fix ?? null };
}

function diagnoseRegistry(gates: GateRegistry): readonly Problem[] {
  return Object.entries(gates).flatMap(([key, gate]): Problem[] => {
    if (gate.key === key) return [];
    const message = `defines ${key}, but says that its key is ${gate.key}`;
    const where = { file: '.jit/gates.json', path: `/${key}/key`, id: null, fix: null };
    return [{ severity: 'error', code: 'wrong-key', message, ...where }];
  });
}

function diagnoseIssue(issue: Issue, board: Board): readonly Problem[] {
  return [
    ...diagnoseEdges(issue, board),
    ...(board.gates === null ? [] : diagnoseGates(issue, board.gates)),
    ...diagnoseCompletion(issue, board.gates ?? {}),
    ...diagnoseDerived(issue, board),
  ];
}

function diagnoseEdges(issue: Issue, { dependencyOf, unreadable }: Board): readonly Problem[] {
  const isGone = (id: string): boolean => dependencyOf(id) === undefined && !unreadable.has(id);
  const dependencies = issue.dependencies.flatMap((id, index): Problem[] => {
    const path = `/dependencies/${index}`;
    if (isGone(id)) {
      const message = `needs ${id}, which is not there; git may have its file`;
      return [
        problem(issue, {
          severity: 'error',
          code: 'dangling-dependency',
          path,
          message,
          fix: 'remove the dependency',
        }),
      ];
    }
    const dependency = dependencyOf(id);
    const waitsForEver =
      dependency?.state === 'archived' &&
      !isSatisfied(dependency) &&
      issue.state !== 'archived' &&
      issue.state !== 'done';
    const message = `needs ${ref(id)}, which was archived unfinished: it would wait for ever`;
    return waitsForEver
      ? [problem(issue, { severity: 'error', code: 'archived-dependency', path, message })]
      : [];
  });
  const links = issue.links.flatMap(({ target, type }, index): Problem[] => {
    if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(target) || !isGone(target)) return [];
    const message = `has a ${type} link to ${target}, which is not there`;
    return [
      problem(issue, {
        severity: 'error',
        code: 'dangling-link',
        path: `/links/${index}`,
        message,
        fix: 'remove the link',
      }),
    ];
  });
  return [...dependencies, ...links];
}

function diagnoseGates(issue: Issue, gates: GateRegistry): readonly Problem[] {
  // The definition of a gate may be removed when no open issue requires it.
  return issue.gates_required.flatMap((key, index): Problem[] =>
    !isOpen(issue) || gateDefinition(gates, key) !== undefined
      ? []
      : [
          problem(issue, {
            severity: 'error',
            code: 'undefined-gate',
            path: `/gates_required/${index}`,
            message: `requires the gate ${key}, which .jit/gates.json does not define`,
          }),
        ],
  );
}

function diagnoseCompletion(issue: Issue, gates: GateRegistry): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (code: string, path: string, message: string): void => {
    problems.push(problem(issue, { severity: 'error', code, path, message }));
  };
  const finished = issue.state === 'done' || issue.state === 'archived';
  if (issue.state === 'done' && issue.completed_at === null) {
    report('done-without-completion', '/completed_at', 'is done, but has no completed_at');
  }
  if (!finished && issue.completed_at !== null) {
    report('completed-but-open', '/completed_at', `has completed_at, but is ${issue.state}`);
  }
  const pending =
    issue.completed_at === null ? [] : pendingGates(issue).filter((key) => gateDefinition(gates, key));
  if (finished && pending.length > 0) {
    report(
      'done-with-pending-gates',
      '/gates_status',
      `is ${issue.state}, but has not passed: ${pending.join(', ')}`,
    );
  }
  if (issue.state === 'in_progress' && issue.assignee === null) {
    report('in-progress-without-assignee', '/assignee', 'is in progress, but nobody holds it');
  }
  return problems;
}

function diagnoseDerived(issue: Issue, { dependencyOf, gates, now }: Board): readonly Problem[] {
  const state = deriveState(issue, dependencyOf, now);
  if (state !== issue.state) {
    const message = `is stored as ${issue.state}, but is ${state}`;
    return [
      problem(issue, {
        severity: 'warning',
        code: 'stale-state',
        path: '/state',
        message,
        fix: `store ${state}`,
      }),
    ];
  }
  if (issue.state === 'gated' && finishReasons(issue, dependencyOf, gates ?? {}).length === 0) {
    const message = 'is gated, but nothing is missing';
    return [
      problem(issue, {
        severity: 'warning',
        code: 'stale-state',
        path: '/state',
        message,
        fix: 'complete it',
      }),
    ];
  }
  return [];
}

/** Longest part of a cycle that a message spells out. */
const SHOWN = 12;

function diagnoseCycles(graph: Graph): readonly Problem[] {
  return findCycles(graph).map((cycle): Problem => {
    const shown = cycle.length > SHOWN ? [...cycle.slice(0, SHOWN), '…', cycle[0]!] : cycle;
    return {
      severity: 'error',
      code: 'cycle',
      file: issueFile(cycle[0]!),
      path: '/dependencies',
      id: cycle[0]!,
      message: `waits for itself: ${shown.map((id) => (id === '…' ? id : ref(id))).join(' → ')}; remove one of these edges, for example: jit dep rm ${ref(cycle[0]!)} ${ref(cycle[1]!)}`,
      fix: null,
    };
  });
}
