import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/domain/diagnose.ts';
import { buildGraph } from '../../src/domain/graph.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { REPAIRS } from '../../src/domain/repair/mend-store.ts';
import { BEFORE, GATES, idOf, inState, issueWith, NOW } from '../support/issues.ts';

function diagnosed(issues: readonly Issue[], unreadable: readonly string[] = []) {
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  return diagnose({
    issues,
    graph: buildGraph(issues),
    gates: GATES,
    dependencyOf: (id) => byId.get(id),
    now: NOW,
    unreadable: new Set(unreadable),
  });
}

const needing = (number: number, needs: readonly number[], fields: Partial<Issue> = {}) =>
  issueWith(number, { state: 'backlog', dependencies: needs.map(idOf), ...fields });

/** For each code: issues that have this problem and no other, where it lies, and what --fix would do. */
const CASES: readonly (readonly [string, 'error' | 'warning', readonly Issue[], string, string | null])[] = [
  ['dangling-dependency', 'error', [needing(1, [7])], '/dependencies/0', 'remove the dependency'],
  [
    'dangling-link',
    'error',
    [issueWith(1, { links: [{ type: 'parent', target: idOf(7) }] })],
    '/links/0',
    'remove the link',
  ],
  [
    'archived-dependency',
    'error',
    [needing(1, [2]), issueWith(2, inState('archived'))],
    '/dependencies/0',
    'remove the dependency',
  ],
  [
    'undefined-gate',
    'error',
    [issueWith(1, { gates_required: ['constructor'] })],
    '/gates_required/0',
    'define the gate as the log last knew it, or as a manual one',
  ],
  [
    'done-without-completion',
    'error',
    [issueWith(1, { ...inState('done'), completed_at: null })],
    '/completed_at',
    'take the time of its completion from the log, or of its last change',
  ],
  [
    'completed-but-open',
    'error',
    [issueWith(1, { completed_at: BEFORE })],
    '/completed_at',
    'remove completed_at: the state stands',
  ],
  [
    'done-with-pending-gates',
    'error',
    [issueWith(1, { ...inState('done'), gates_required: ['tests'] })],
    '/gates_status',
    'let it wait at its gates, or go back to work',
  ],
  [
    'in-progress-without-assignee',
    'error',
    [issueWith(1, { state: 'in_progress' })],
    '/assignee',
    'give it back',
  ],
  ['stale-state', 'warning', [issueWith(1, { state: 'backlog' })], '/state', 'store ready'],
  [
    'cycle',
    'error',
    [needing(1, [2]), needing(2, [1])],
    '/dependencies',
    'remove the dependency that was added last',
  ],
];

describe('each contradiction has its own name', () => {
  test.each(CASES)('%s', (code, severity, issues, path, fix) => {
    expect(diagnosed(issues)).toEqual([
      {
        code,
        severity,
        path,
        fix,
        id: idOf(1),
        file: `.jit/issues/${idOf(1)}.json`,
        message: expect.any(String),
      },
    ]);
  });
});

test('each can be mended, and docs/merge.md says how', () => {
  for (const [code, , , , fix] of CASES)
    expect([code, fix === null, REPAIRS[code]]).toEqual([code, false, expect.any(String)]);
});

describe('no contradiction', () => {
  test.each<[string, readonly Issue[]]>([
    ['nothing at all', []],
    [
      'each state as jit leaves it',
      (['backlog', 'ready', 'in_progress', 'gated', 'done', 'archived'] as const).map((s, i) =>
        issueWith(i, inState(s)),
      ),
    ],
    [
      'a link to another repository',
      [issueWith(1, { links: [{ type: 'relates', target: 'https://example.org/7' }] })],
    ],
    [
      'a finished issue that requires a gate whose definition was removed',
      [issueWith(1, { ...inState('done'), gates_required: ['gone'] })],
    ],
    [
      'an archived issue that needs another one archived unfinished',
      [issueWith(1, { ...inState('archived'), dependencies: [idOf(2)] }), issueWith(2, inState('archived'))],
    ],
    [
      'a done issue whose dependency was reopened',
      [issueWith(1, { ...inState('done'), dependencies: [idOf(2)] }), issueWith(2)],
    ],
    [
      'an issue in progress whose dependency was reopened',
      [issueWith(1, { ...inState('in_progress'), dependencies: [idOf(2)] }), issueWith(2)],
    ],
  ])('%s', (_, issues) => {
    expect(diagnosed(issues)).toEqual([]);
  });

  test('in naming an issue whose file is there but cannot be read', () => {
    const naming = needing(1, [7], { links: [{ type: 'parent', target: idOf(7) }] });
    expect(diagnosed([naming], [idOf(7)])).toEqual([]);
  });
});

test('gated with nothing missing is stale too, and would be completed', () => {
  const issue = issueWith(1, { ...inState('gated'), gates_required: [] });
  expect(diagnosed([issue])).toMatchObject([{ code: 'stale-state', fix: 'complete it' }]);
});

test('a long cycle is told in part', () => {
  const size = 1000;
  const ring = Array.from({ length: size }, (_, i) => needing(i, [(i + 1) % size]));
  const [problem, ...others] = diagnosed(ring);
  expect([problem!.code, others.length]).toEqual(['cycle', 0]);
  expect(problem!.message.length).toBeLessThan(300);
});
