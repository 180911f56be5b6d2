import { describe, expect, test } from 'vitest';
import { isTombstone } from '../../../src/domain/canonical-json.ts';
import { isUlid } from '../../../src/domain/ids.ts';
import type { Comment, GateStatus, Issue, Tombstone } from '../../../src/domain/issue.ts';
import { LIMITS } from '../../../src/domain/issue.ts';
import type { Rule } from '../../../src/domain/merge/decision.ts';
import { MERGE_CONFLICT } from '../../../src/domain/merge/keep-lost-text.ts';
import { type MergedIssue, mergeIssue, type Stored } from '../../../src/domain/merge/merge-issue.ts';
import { STAGES, STATE_TABLE, type Stage, stageOf, standing } from '../../../src/domain/merge/state-table.ts';
import { BEFORE, idOf, inState, issueWith } from '../../support/issues.ts';
import { refusalOf } from '../../support/refusal.ts';
import { digest } from './history.ts';

const EARLY = '2026-01-02T00:00:00.000Z';
const LATE = '2026-01-03T00:00:00.000Z';

const base = issueWith(0, { description: 'one\ntwo\nthree', labels: ['a', 'b'], context: { k: 'v' } });
const early = (fields: Partial<Issue>, from = base): Issue => ({ ...from, updated_at: EARLY, ...fields });
const late = (fields: Partial<Issue>, from = base): Issue => ({ ...from, updated_at: LATE, ...fields });

/** Merges, and sees to it that the order of the sides does not matter. */
function merge(from: Stored, ours: Stored, theirs: Stored): MergedIssue & { readonly issue: Issue } {
  const merged = mergeIssue(from, ours, theirs, digest);
  expect(mergeIssue(from, theirs, ours, digest)).toEqual(merged);
  return { ...merged, issue: merged.stored as Issue };
}

const rulesOf = ({ decided }: MergedIssue): readonly (readonly [string, Rule])[] =>
  decided.map(({ field, rule }) => [field, rule]);

describe('fields that only one side changed', () => {
  test('are taken from that side', () => {
    const ours = early({ title: 'new', priority: 'high', labels: ['a', 'c'], context: { k: 'v', x: '1' } });
    const theirs = late({ milestone: 'm', labels: ['b'], dependencies: [idOf(5)], context: {} });
    const { issue, decided, events } = merge(base, ours, theirs);
    expect(issue).toEqual({
      ...base,
      title: 'new',
      priority: 'high',
      milestone: 'm',
      labels: ['c'],
      dependencies: [idOf(5)],
      context: { x: '1' },
      updated_at: LATE,
    });
    expect([decided, events]).toEqual([[], []]);
  });

  test('are taken although jit does not know them', () => {
    const from = { ...base, estimate: { low: 1, high: 2 }, tags: ['x', 'y'], steps: ['b', 'a'] } as Issue;
    const ours = early({ estimate: { low: 0, high: 2 }, tags: ['x'] } as Partial<Issue>, from);
    const theirs = late(
      { estimate: { low: 1, high: 3 }, tags: ['x', 'y', 'z'], steps: ['c', 'a'] } as Partial<Issue>,
      from,
    );
    const { issue, decided } = merge(from, ours, theirs);
    expect(issue).toMatchObject({ estimate: { low: 0, high: 3 }, tags: ['x', 'z'], steps: ['c', 'a'] });
    expect(decided).toEqual([]);
  });

  test('are taken key by key from the progress', () => {
    const from = { ...base, progress: { fraction: 0.1, stage: 'start' } };
    const { issue } = merge(
      from,
      early({ progress: { fraction: 0.5, stage: 'start' } }, from),
      late({ progress: { fraction: 0.1, stage: 'end' } }, from),
    );
    expect(issue.progress).toEqual({ fraction: 0.5, stage: 'end' });
  });
});

describe('fields that both sides changed', () => {
  test('go to the side that was updated later', () => {
    const merged = merge(
      base,
      early({ priority: 'critical', milestone: 'm1' }),
      late({ priority: 'low', milestone: 'm2' }),
    );
    expect(merged.issue).toMatchObject({ priority: 'low', milestone: 'm2' });
    expect(merged.decided).toContainEqual({
      field: 'priority',
      rule: 'later',
      kept: 'low',
      dropped: 'critical',
    });
  });

  test('go to the greater content where both were updated at the same time', () => {
    const at = { updated_at: EARLY };
    expect(merge(base, early({ milestone: 'm1' }), early({ milestone: 'm2' })).issue.milestone).toBe('m2');
    // One moment, written in two ways.
    const other = merge(
      base,
      early({ milestone: 'm2' }),
      early({ milestone: 'm1', updated_at: '2026-01-02T00:00:00Z' }),
    );
    expect(other.issue).toMatchObject({ milestone: 'm2', updated_at: at.updated_at.replace('.000', '') });
  });

  test('stay changed where the other side took them away', () => {
    const held = { ...base, state: 'backlog', hold: { reason: 'wait' } } as const;
    const merged = merge(
      held,
      early({ hold: { reason: 'wait longer' } }, held),
      late({ hold: null, state: 'ready', context: {} }, held),
    );
    expect(merged.issue).toMatchObject({ hold: { reason: 'wait longer' }, state: 'backlog', context: {} });
    expect(rulesOf(merged)).toEqual([['hold', 'change']]);
  });

  test('are told in an event, with what was dropped', () => {
    const { events } = merge(
      base,
      early({ priority: 'low', context: { k: 'x' } }),
      late({ priority: 'high', context: { k: 'y' } }),
    );
    expect(events).toEqual([
      {
        ts: LATE,
        event: 'issue.merged',
        id: base.id,
        by: 'jit:merge',
        changes: {
          'context.k': ['x', 'y'],
          priority: ['low', 'high'],
          updated_at: [EARLY, LATE],
        },
      },
    ]);
  });

  test('that are over a limit together stay as the later side has them', () => {
    const ids = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, i) => idOf(from + i));
    const merged = merge(base, early({ dependencies: ids(1, 600) }), late({ dependencies: ids(1001, 600) }));
    expect(merged.issue.dependencies).toEqual(ids(1001, 600));
    expect(rulesOf(merged)).toEqual([['dependencies', 'limit']]);
  });
});

describe('texts', () => {
  const conflicts = ({ issue }: { readonly issue: Issue }): readonly Comment[] =>
    issue.comments.filter(({ kind }) => kind === MERGE_CONFLICT);

  test('that both changed in different lines are taken together', () => {
    const merged = merge(
      base,
      early({ description: 'ONE\ntwo\nthree' }),
      late({ description: 'one\ntwo\nTHREE' }),
    );
    expect(merged.issue.description).toBe('ONE\ntwo\nTHREE');
    expect(merged.decided).toEqual([]);
    // Neither log has the whole of it.
    expect(merged.events[0]!.changes.description![1]).toBe('ONE\ntwo\nTHREE');
  });

  test('that both changed are kept in a comment where they were not taken', () => {
    const merged = merge(
      base,
      early({ title: 'Early', description: 'one\nX\nthree' }),
      late({ title: 'Late', description: 'one\nY\nTHREE' }),
    );
    expect(merged.issue).toMatchObject({ title: 'Late', description: 'one\nY\nTHREE' });
    expect(merged.issue.comments).toEqual(
      [
        {
          id: expect.toSatisfy(isUlid),
          author: 'jit:merge',
          at: EARLY,
          body: `Not taken in a merge: both branches had changed the title. This is of the branch that changed the issue last at ${EARLY}.\n\nEarly`,
          kind: MERGE_CONFLICT,
          data: { field: 'title' },
        },
        {
          id: expect.toSatisfy(isUlid),
          author: 'jit:merge',
          at: EARLY,
          body: `Not taken in a merge: both branches had changed these lines of the description. This is of the branch that changed the issue last at ${EARLY}.\n\nX\nthree`,
          kind: MERGE_CONFLICT,
          data: { field: 'description' },
        },
      ].sort(() => (merged.issue.comments[0]!.body.includes('title') ? 0 : -1)),
    );
    expect(rulesOf(merged)).toEqual([
      ['title', 'lines'],
      ['description', 'lines'],
    ]);
    expect(Object.keys(merged.events[0]!.changes)).toContain(`comments.${merged.issue.comments[0]!.id}`);
  });

  test('are kept once, however often they lose', () => {
    const first = merge(base, early({ title: 'Early' }), late({ title: 'Late' })).issue;
    const again = merge(base, first, early({ title: 'Early', updated_at: '2026-01-02T05:00:00.000Z' }));
    expect(conflicts(again).map(({ body }) => body)).toEqual(
      conflicts({ issue: first }).map(({ body }) => body),
    );
  });

  test('need no comment where one side only deleted', () => {
    const merged = merge(base, early({ description: 'one\nthree' }), late({ description: 'one\nX\nthree' }));
    expect(merged.issue).toMatchObject({ description: 'one\nX\nthree', comments: [] });
  });

  test('that are too long together stay as one side has them, and the other is kept', () => {
    const long = (letter: string): string => letter.repeat(LIMITS.textBytes - 100);
    const merged = merge(
      base,
      early({ description: `${long('x')}\none\ntwo\nthree` }),
      late({ description: `one\ntwo\nthree\n${long('y')}` }),
    );
    expect(merged.issue.description).toBe(`one\ntwo\nthree\n${long('y')}`);
    expect(conflicts(merged)[0]!.body).toContain(long('x'));
    expect(Buffer.byteLength(conflicts(merged)[0]!.body)).toBeLessThanOrEqual(LIMITS.textBytes);
    expect(rulesOf(merged)).toEqual([['description', 'limit']]);
  });
});

describe('comments', () => {
  const comment = (number: number, body: string, fields: Partial<Comment> = {}): Comment => ({
    id: idOf(number),
    author: 'agent:a',
    at: EARLY,
    body,
    ...fields,
  });

  test('of both sides are all there, in the order of their ids', () => {
    const from = { ...base, comments: [comment(2, 'old')] };
    const ours = early({ comments: [comment(2, 'old'), comment(4, 'ours')] }, from);
    const theirs = late({ comments: [comment(1, 'theirs'), comment(2, 'old'), comment(3, 'more')] }, from);
    expect(merge(from, ours, theirs).issue.comments.map(({ body }) => body)).toEqual([
      'theirs',
      'old',
      'more',
      'ours',
    ]);
  });

  test('that somebody took out of the file stay out', () => {
    const from = { ...base, comments: [comment(1, 'secret'), comment(2, 'x')] };
    const merged = merge(from, early({ comments: [comment(2, 'x')] }, from), late({ title: 'new' }, from));
    expect(merged.issue.comments.map(({ body }) => body)).toEqual(['x']);
  });

  test('that a merge kept go only when neither side has them', () => {
    const kept = comment(1, 'kept', { kind: MERGE_CONFLICT });
    const from = { ...base, comments: [kept] };
    expect(merge(from, early({ comments: [] }, from), late({ title: 'new' }, from)).issue.comments).toEqual([
      kept,
    ]);
    expect(merge(from, early({ comments: [] }, from), late({ comments: [] }, from)).issue.comments).toEqual(
      [],
    );
  });

  test('that keep one text are not written twice, whenever it was lost', () => {
    const first = merge(base, early({ title: 'Lost' }), late({ title: 'Stays' })).issue;
    const [kept] = first.comments;
    for (const known of [kept!, { ...kept!, body: kept!.body.replace(/ This is of .*/, '') }]) {
      const from = { ...base, title: 'Again' };
      const ours = early({ title: 'Lost', updated_at: LATE }, from);
      const theirs = late(
        { title: 'Stays', comments: [{ ...known, id: idOf(1), at: base.updated_at }] },
        from,
      );
      const { comments } = merge(from, ours, theirs).issue;
      expect(comments.filter(({ body }) => body.endsWith('\n\nLost'))).toHaveLength(1);
    }
  });

  test('with one id that say different things are both kept', () => {
    const edited = merge(
      base,
      early({ comments: [comment(1, 'one')] }),
      late({ comments: [comment(1, 'two')] }),
    );
    expect(edited.issue.comments.map(({ body }) => body).sort()).toEqual([
      `Not taken in a merge: both branches had changed the comment ${idOf(1).slice(-8)}. This is of the branch that changed the issue last at ${EARLY}.\n\none`,
      'two',
    ]);
    // As git's own merge can leave them.
    const twice = early({ comments: [comment(1, 'one'), comment(1, 'two')] });
    expect(
      merge(base, twice, late({ comments: [comment(1, 'one')] })).issue.comments.map(({ body }) => body),
    ).toEqual(['one', 'two']);
  });
});

describe('gates', () => {
  const verdict = (status: GateStatus['status'], at: string): GateStatus => ({
    status,
    updated_by: 'human:b',
    updated_at: at,
  });
  const gated = { ...base, ...inState('gated'), gates_required: ['review', 'tests'] };

  test('go by the later verdict, whichever side was updated later', () => {
    const ours = late({ gates_status: { review: verdict('failed', BEFORE) } }, gated);
    const theirs = early({ gates_status: { review: verdict('passed', EARLY) } }, gated);
    expect(merge(gated, ours, theirs).issue.gates_status).toEqual({ review: verdict('passed', EARLY) });
  });

  test.each([
    ['failed', 'passed'],
    ['passed', 'pending'],
    ['failed', 'pending'],
  ] as const)('are %s rather than %s when both were said at the same time', (kept, dropped) => {
    const from = { ...base, gates_required: ['review'] };
    const merged = merge(
      from,
      early({ gates_status: { review: verdict(kept, EARLY) } }, from),
      late({ gates_status: { review: verdict(dropped, EARLY) } }, from),
    );
    expect(merged.issue.gates_status.review!.status).toBe(kept);
    expect(rulesOf(merged)).toEqual([['gates_status.review', 'verdict']]);
  });

  test('that one side no longer requires take their verdict with them', () => {
    const merged = merge(
      gated,
      early({ gates_required: ['tests'] }, gated),
      late({ gates_status: { review: verdict('passed', LATE) } }, gated),
    );
    expect([merged.issue.gates_required, merged.issue.gates_status]).toEqual([['tests'], {}]);
  });

  test('keep an issue from done that the other side required', () => {
    const from = { ...base, ...inState('in_progress') };
    const done = early({ ...inState('done') }, from);
    const merged = merge(from, done, late({ gates_required: ['tests'] }, from));
    expect(merged.issue).toMatchObject({
      state: 'gated',
      completed_at: null,
      resolution: null,
      assignee: 'agent:holder',
    });
    expect(rulesOf(merged)).toEqual([['state', 'gates']]);
    expect(merged.events[0]!.changes).toMatchObject({
      state: ['done', 'gated'],
      completed_at: [BEFORE, null],
    });
  });

  test('that failed on the other side send the work back, and what had passed must pass again', () => {
    const from = { ...base, ...inState('gated'), gates_required: ['review', 'tests'] };
    const passed = { review: verdict('passed', EARLY), tests: verdict('passed', EARLY) };
    const done = early(
      { ...inState('done'), gates_required: ['review', 'tests'], gates_status: passed },
      from,
    );
    const failed = late({ state: 'in_progress', gates_status: { review: verdict('failed', LATE) } }, from);
    const merged = merge(from, done, failed);
    expect(merged.issue).toMatchObject({
      state: 'in_progress',
      completed_at: null,
      gates_status: { review: verdict('failed', LATE) },
    });
    expect(merged.issue.gates_status.tests).toBeUndefined();
    expect(rulesOf(merged)).toContainEqual(['state', 'rework']);
    // The verdict that came first does not.
    const before = late({ state: 'in_progress', gates_status: { review: verdict('failed', BEFORE) } }, from);
    expect(merge(from, done, before).issue.state).toBe('done');
  });

  test('leave alone what was so on one side already', () => {
    const from = { ...base, ...inState('done'), gates_required: ['tests'] };
    expect(merge(from, early({ title: 'new' }, from), late({ labels: [] }, from)).issue.state).toBe('done');
    const failed = { ...gated, gates_status: { review: verdict('failed', EARLY) } };
    expect(merge(failed, early({ title: 'new' }, failed), late({ labels: [] }, failed)).issue.state).toBe(
      'gated',
    );
  });
});

describe('who works on it, and how far it has come', () => {
  const at = (stage: Stage, claim: Partial<Issue> = {}): Partial<Issue> => {
    if (stage === 'as_before') return { ...inState('done'), state: 'archived' };
    if (stage === 'unstarted') return { ...inState('ready'), assignee: 'agent:later', ...claim };
    const completed = stage === 'done' ? { completed_at: EARLY } : {};
    return { ...inState(stage), gates_required: [], ...completed, ...claim };
  };

  test.each(STATE_TABLE)('$between: $stands', ({ between: [a, b], stands }) => {
    const from: Issue = a === 'as_before' ? { ...base, ...inState('done') } : base;
    const reopened = a === 'as_before' ? { completed_at: null, resolution: null } : {};
    const sides = [early({ ...reopened, ...at(a) }, from), late({ ...reopened, ...at(b) }, from)] as const;
    const { issue, decided } = merge(from, sides[0], sides[1]);
    expect(stageOf(issue.state)).toBe(stands);
    expect(decided).toContainEqual({
      field: 'state',
      rule: 'state',
      kept: sides[1].state,
      dropped: sides[0].state,
    });
    // The later side does not matter.
    expect(
      merge(from, { ...sides[0], updated_at: LATE }, { ...sides[1], updated_at: EARLY }).issue.state,
    ).toBe(issue.state);
  });

  test('the table has a row for each two stages, and an order', () => {
    const pairs = STAGES.flatMap((a, i) => STAGES.slice(i + 1).map((b) => [a, b].sort().join()));
    expect(STATE_TABLE.map(({ between }) => [...between].sort().join()).sort()).toEqual(pairs.sort());
    for (const a of STAGES) {
      for (const b of STAGES) {
        expect([a, b]).toContain(standing(a, b));
        expect(standing(a, b)).toBe(standing(b, a));
        for (const c of STAGES) expect(standing(standing(a, b), c)).toBe(standing(a, standing(b, c)));
      }
    }
  });

  test('claimed on both sides: the higher epoch has it, and the other is told', () => {
    const first = late({ ...at('in_progress'), assignee: 'agent:a', claim_epoch: 1 });
    const second = early({ ...at('in_progress'), assignee: 'agent:b', claim_epoch: 2 });
    const merged = merge(base, first, second);
    expect(merged.issue).toMatchObject({ state: 'in_progress', assignee: 'agent:b', claim_epoch: 2 });
    expect(rulesOf(merged)).toEqual([['assignee', 'claim']]);
    expect(merged.events.map(({ event, assignee, reason }) => ({ event, assignee, reason }))).toEqual([
      { event: 'issue.merged', assignee: undefined, reason: undefined },
      { event: 'lease.lost', assignee: 'agent:a', reason: 'the claim of agent:b stands' },
    ]);
  });

  test('claimed on both sides under one epoch: the later side has it', () => {
    const merged = merge(
      base,
      early({ ...at('in_progress'), assignee: 'agent:b' }),
      late({ ...at('in_progress'), assignee: 'agent:a' }),
    );
    expect(merged.issue.assignee).toBe('agent:a');
  });

  test('claimed anew on one side, given back on the other', () => {
    const from = { ...base, ...at('in_progress') };
    const stolen = early({ assignee: 'agent:b', claim_epoch: 2 }, from);
    const released = late({ state: 'ready', assignee: null }, from);
    expect(merge(from, stolen, released).issue).toMatchObject({
      state: 'in_progress',
      assignee: 'agent:b',
      claim_epoch: 2,
    });
    expect(merge(from, released, late({ title: 'new' }, from)).issue).toMatchObject({
      state: 'ready',
      assignee: null,
    });
  });

  test('done under an old claim, taken over on the other side: it is done, by who did it', () => {
    const from = { ...base, ...at('in_progress') };
    const merged = merge(from, early(at('done'), from), late({ assignee: 'agent:b', claim_epoch: 2 }, from));
    expect(merged.issue).toMatchObject({ state: 'done', assignee: 'agent:holder', completed_at: EARLY });
    expect(merged.events.map(({ event, assignee }) => [event, assignee])).toContainEqual([
      'lease.lost',
      'agent:b',
    ]);
  });

  test('completed on both sides: the earlier completion', () => {
    const merged = merge(
      base,
      late({ ...at('done'), assignee: 'agent:a', completed_at: EARLY }),
      early({ ...at('done'), assignee: 'agent:b', completed_at: LATE }),
    );
    expect(merged.issue).toMatchObject({ assignee: 'agent:a', completed_at: EARLY });
    expect(rulesOf(merged)).toEqual([['completed_at', 'completion']]);
  });

  test('put away on one side, completed on the other: both', () => {
    const merged = merge(base, late({ state: 'archived', resolution: 'not-planned' }), early(at('done')));
    expect(merged.issue).toMatchObject({
      state: 'archived',
      resolution: 'completed',
      completed_at: EARLY,
      assignee: 'agent:holder',
    });
  });

  test('archived against edited: archived, with the edit', () => {
    const merged = merge(
      base,
      early({ state: 'archived', resolution: 'not-planned' }),
      late({ title: 'new' }),
    );
    expect(merged.issue).toMatchObject({ state: 'archived', resolution: 'not-planned', title: 'new' });
    expect(merged.decided).toEqual([]);
  });

  test('reopened against edited: reopened, with the edit', () => {
    const from = { ...base, ...at('done') };
    const reopened = early({ state: 'ready', assignee: null, completed_at: null, resolution: null }, from);
    expect(merge(from, reopened, late({ title: 'new' }, from)).issue).toMatchObject({
      state: 'ready',
      completed_at: null,
      resolution: null,
      title: 'new',
    });
  });

  test('put on hold against claimed: claimed, and the hold stays for later', () => {
    const merged = merge(
      base,
      late({ state: 'backlog', hold: { reason: 'wait' } }),
      early(at('in_progress')),
    );
    expect(merged.issue).toMatchObject({
      state: 'in_progress',
      assignee: 'agent:holder',
      hold: { reason: 'wait' },
    });
    expect(merged.decided).toEqual([]);
  });

  test('assigned on both sides: the later side', () => {
    const merged = merge(base, early({ assignee: 'agent:b' }), late({ assignee: 'agent:a', claim_epoch: 3 }));
    expect(merged.issue).toMatchObject({ state: 'ready', assignee: 'agent:a', claim_epoch: 3 });
  });

  test('ready on one side, blocked on the other: as the side has it that changed it', () => {
    const blocked = { ...base, state: 'backlog', dependencies: [idOf(1)] } as const;
    expect(
      merge(blocked, early({ state: 'ready' }, blocked), late({ title: 'new' }, blocked)).issue.state,
    ).toBe('ready');
    expect(
      merge(base, early({ state: 'backlog', dependencies: [idOf(1)] }), late({ title: 'new' })).issue.state,
    ).toBe('backlog');
  });
});

describe('deletions', () => {
  const tombstone = (at = LATE): Tombstone => ({
    id: base.id,
    title: base.title,
    deleted_by: 'human:b',
    deleted_at: at,
  });

  test('against an edit: the edit stays, with an event', () => {
    const edited = early({ title: 'new' });
    const { stored, events, decided } = merge(base, edited, tombstone());
    expect(stored).toEqual(edited);
    expect(decided.map(({ rule }) => rule)).toEqual(['deletion']);
    expect(events).toMatchObject([
      {
        ts: LATE,
        event: 'issue.restored',
        title: 'new',
        changes: { title: [base.title, 'new'], deleted_at: [LATE, null] },
      },
    ]);
  });

  test('against nothing: deleted', () => {
    expect(merge(base, base, tombstone()).stored).toEqual(tombstone());
  });

  test('on both sides: the later one is told', () => {
    const { stored, decided } = merge(base, tombstone(EARLY), tombstone(LATE));
    expect(stored).toEqual(tombstone(LATE));
    expect(decided).toEqual([]);
  });

  test('without a tombstone: what was changed, or the tombstone, stays', () => {
    const edited = early({ title: 'new' });
    expect(merge(base, edited, undefined).stored).toEqual(edited);
    expect(merge(base, tombstone(), undefined).stored).toEqual(tombstone());
    expect(merge(base, base, undefined).stored).toBeUndefined();
    expect(merge(undefined, undefined, edited).stored).toEqual(edited);
  });

  test('keep what a newer jit wrote into the tombstone', () => {
    const from = { ...tombstone(EARLY), why: { a: 1, b: 1 } } as Tombstone;
    const { stored } = merge(
      from,
      { ...from, why: { a: 2, b: 1 } } as Tombstone,
      { ...from, deleted_at: LATE, why: { a: 1, b: 2 } } as Tombstone,
    );
    expect(stored).toEqual({ ...tombstone(LATE), why: { a: 2, b: 2 } });
    expect(isTombstone(stored!)).toBe(true);
  });
});

test('issues made on both sides without a base have all that either has', () => {
  const merged = merge(
    undefined,
    early({ labels: ['a'], description: '' }),
    late({ labels: ['b'], description: 'text' }),
  );
  expect(merged.issue).toMatchObject({ labels: ['a', 'b'], description: 'text' });
});

test('two issues are never made one', () => {
  const other = issueWith(1);
  const codes = [
    () => mergeIssue(base, early({ title: 'new' }), other, digest),
    () => mergeIssue(base, base, other, digest),
    () => mergeIssue(base, other, base, digest),
  ].map((act) => refusalOf(act).code);
  expect(codes).toEqual(['INVALID', 'INVALID', 'INVALID']);
  // The base that git found for a file that it believes was renamed.
  const merged = merge(other, early({ labels: ['a'] }), late({ labels: ['b'] }));
  expect(merged.issue.labels).toEqual(['a', 'b']);
});

test('the keys of an object may come in any order, and what is written is the same', () => {
  const ours = early({ title: 'new', estimate: { low: 1, high: 2 } } as Partial<Issue>);
  const theirs = late({ estimate: { high: 2, low: 1 } } as Partial<Issue>);
  const text = (a: Issue, b: Issue): string => JSON.stringify(mergeIssue(base, a, b, digest).stored);
  expect(text(ours, theirs)).toBe(text(theirs, ours));
  expect(mergeIssue(base, ours, { ...ours, estimate: { high: 2, low: 1 } } as Issue, digest)).toMatchObject({
    decided: [],
  });
});

test('what a merge writes follows from what it merges', () => {
  const one = mergeIssue(base, early({ title: 'x' }), late({ title: 'y' }), digest);
  const two = mergeIssue(base, late({ title: 'y' }), early({ title: 'x' }), digest);
  const other = mergeIssue(base, early({ title: 'z' }), late({ title: 'y' }), digest);
  const ids = ({ stored }: MergedIssue): readonly string[] => (stored as Issue).comments.map(({ id }) => id);
  expect([one.events, ids(one)]).toEqual([two.events, ids(two)]);
  expect(ids(one).filter((id) => ids(other).includes(id))).toEqual([]);
});
