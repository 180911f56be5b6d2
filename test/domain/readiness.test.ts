import { describe, expect, test } from 'vitest';
import { isHeld } from '../../src/domain/issue.ts';
import {
  deriveState,
  finishReasons,
  isRework,
  openDependencies,
  startReasons,
} from '../../src/domain/readiness.ts';
import { BEFORE, factsWith, GATES, idOf, inState, issueWith, NOW } from '../support/issues.ts';

const needing = (...numbers: number[]) => issueWith(9, { dependencies: numbers.map(idOf) });

describe('a dependency is satisfied when the issue it names has completed_at', () => {
  const done = issueWith(1, inState('done'));
  const archivedAfterDone = issueWith(2, { ...inState('done'), state: 'archived' });
  const archivedUnfinished = issueWith(3, inState('archived'));
  const open = issueWith(4);
  const gated = issueWith(5, inState('gated'));
  const { dependencyOf } = factsWith({ others: [done, archivedAfterDone, archivedUnfinished, open, gated] });

  test('done, and archived after done, satisfy; all else does not, missing ones included', () => {
    expect(openDependencies(needing(1, 2, 3, 4, 5, 6), dependencyOf)).toEqual([3, 4, 5, 6].map(idOf));
  });

  test('each open one is a reason with title, state, and the command that resolves it', () => {
    expect(startReasons(needing(3, 4, 6), dependencyOf, GATES, NOW)).toMatchObject(
      [
        { type: 'dependency', id: idOf(3), title: 'issue 3', state: 'archived', resolve: /reopen/ },
        { type: 'dependency', id: idOf(4), title: 'issue 4', state: 'ready', resolve: /claim/ },
        { type: 'dependency', id: idOf(6), title: null, state: 'missing', resolve: /jit validate/ },
      ].map((reason) => ({ ...reason, resolve: expect.stringMatching(reason.resolve) })),
    );
  });
});

describe('backlog and ready are derived', () => {
  const { dependencyOf } = factsWith({ others: [issueWith(1), issueWith(2, inState('done'))] });
  const derive = (issue: ReturnType<typeof issueWith>) => deriveState(issue, dependencyOf, NOW);

  test.each(['backlog', 'ready'] as const)('whatever is stored: %s', (state) => {
    expect(derive({ ...needing(2), state })).toBe('ready');
    expect(derive({ ...needing(1, 2), state })).toBe('backlog');
    expect(derive(issueWith(9, { state, hold: { reason: 'x' } }))).toBe('backlog');
  });

  test.each(['in_progress', 'gated', 'done', 'archived'] as const)('%s is what is stored', (state) => {
    expect(derive({ ...needing(1), state, hold: { reason: 'x' } })).toBe(state);
  });

  test('pending gates do not keep an issue from ready: gates gate the end', () => {
    expect(derive(issueWith(9, { gates_required: ['review', 'plan'] }))).toBe('ready');
  });
});

describe('a hold', () => {
  const until = (time: string) => issueWith(1, { hold: { reason: 'wait', until: time } });

  test('without an end holds for ever', () => {
    expect(isHeld(issueWith(1, { hold: { reason: 'wait' } }), '9999-12-31T23:59:59.999Z')).toBe(true);
  });

  test('lapses by itself at its end, not a millisecond later', () => {
    expect(isHeld(until(NOW), '2026-01-02T03:04:04.999Z')).toBe(true);
    expect(isHeld(until(NOW), NOW)).toBe(false);
  });

  test('may be written without milliseconds', () => {
    expect(isHeld(until('2026-01-02T03:04:05Z'), '2026-01-02T03:04:04.999Z')).toBe(true);
    expect(isHeld(until('2026-01-02T03:04:05Z'), '2026-01-02T03:04:05.000Z')).toBe(false);
  });

  test('that lapsed is no reason and leaves the issue ready', () => {
    const { dependencyOf } = factsWith();
    expect(deriveState(until(BEFORE), dependencyOf, NOW)).toBe('ready');
    expect(startReasons(until(BEFORE), dependencyOf, GATES, NOW)).toEqual([]);
    expect(startReasons(until('2027-01-01T00:00:00.000Z'), dependencyOf, GATES, NOW)).toMatchObject([
      { type: 'hold', reason: 'wait', until: '2027-01-01T00:00:00.000Z' },
    ]);
  });
});

describe('gates', () => {
  test('a required gate without an entry is pending, also when its key is a word of the language', () => {
    const issue = issueWith(1, { gates_required: ['constructor', 'tests'] });
    expect(finishReasons(issue, () => undefined, GATES)).toMatchObject([
      { type: 'gate', key: 'constructor', status: 'pending', auto: false },
      { type: 'gate', key: 'tests', status: 'pending', auto: true },
    ]);
  });

  test('only a precheck keeps from starting; everything required keeps from done', () => {
    const issue = issueWith(1, { gates_required: ['plan', 'review'] });
    const keys = (reasons: readonly object[]) => reasons.map((reason) => (reason as { key: string }).key);
    expect(keys(startReasons(issue, () => undefined, GATES, NOW))).toEqual(['plan']);
    expect(keys(finishReasons(issue, () => undefined, GATES))).toEqual(['plan', 'review']);
  });

  test('a failed verdict of a required gate marks rework; one of a gate no longer required does not', () => {
    const failed = { tests: { status: 'failed', updated_by: 'ci:x', updated_at: NOW } } as const;
    expect(isRework(issueWith(1, { gates_required: ['tests'], gates_status: failed }))).toBe(true);
    expect(isRework(issueWith(1, { gates_status: failed }))).toBe(false);
  });
});
