import { describe, expect, test } from 'vitest';
import { complete, completeStrictly, settle } from '../../src/domain/complete.ts';
import type { GateStatus, Issue } from '../../src/domain/issue.ts';
import { agent, inferred } from '../support/actors.ts';
import { BEFORE, factsWith, idOf, inState, issueWith, leaseWith, NOW } from '../support/issues.ts';
import { reasonTypes, refusalOf } from '../support/refusal.ts';

const verdict = (status: GateStatus['status']): GateStatus => ({
  status,
  updated_by: 'ci:x',
  updated_at: BEFORE,
});
const working = (fields: Partial<Issue> = {}) => issueWith(1, { ...inState('in_progress'), ...fields });
const openDependency = issueWith(2);
const doneDependency = issueWith(2, inState('done'));

describe('complete', () => {
  test('makes done what nothing is missing for, and says when and how', () => {
    const { outcome, missing, steps } = complete(working(), factsWith());
    expect([outcome, missing]).toEqual(['done', []]);
    expect(steps[0]!.after).toMatchObject({
      state: 'done',
      completed_at: NOW,
      resolution: 'completed',
      assignee: 'agent:holder',
    });
  });

  test('with gates pending moves to gated, lists what is missing, and keeps the holder', () => {
    const { outcome, missing, steps } = complete(
      working({ gates_required: ['review', 'tests'] }),
      factsWith(),
    );
    expect(outcome).toBe('gated');
    expect(missing).toMatchObject([{ key: 'review' }, { key: 'tests' }]);
    expect(steps[0]!.after).toMatchObject({ state: 'gated', assignee: 'agent:holder', completed_at: null });
  });

  test('with a dependency that was added later moves to gated too: it cannot finish', () => {
    const facts = factsWith({ others: [openDependency] });
    const { outcome, missing } = complete(working({ dependencies: [idOf(2)] }), facts);
    expect([outcome, missing.length]).toEqual(['gated', 1]);
  });

  test('from ready claims and completes in one; a gate then makes it gated, held by who completed', () => {
    const { steps } = complete(issueWith(1, { gates_required: ['tests'] }), factsWith());
    expect(steps.map(({ event }) => event)).toEqual(['issue.claimed', 'issue.gated']);
    expect(steps.at(-1)!.after).toMatchObject({ state: 'gated', assignee: 'agent:holder' });
  });

  test('from a blocked, held or prechecked issue is refused with every reason', () => {
    const issue = issueWith(1, {
      dependencies: [idOf(2)],
      hold: { reason: 'later' },
      gates_required: ['plan', 'tests'],
    });
    const error = refusalOf(() => complete(issue, factsWith({ others: [openDependency] })));
    expect(error.code).toBe('BLOCKED');
    expect(reasonTypes(error)).toEqual(['dependency', 'gate', 'hold']);
  });

  test('from ready and assigned to another is refused; an inferred identity acts for the assignee', () => {
    const issue = issueWith(1, { assignee: 'agent:other' });
    expect(refusalOf(() => complete(issue, factsWith())).code).toBe('ALREADY_CLAIMED');
    const { steps } = complete(issue, factsWith({ actor: inferred('someone') }));
    expect(steps.at(-1)!.after).toMatchObject({ state: 'done', assignee: 'agent:other' });
  });

  test('is the holder’s: others are refused, --force is recorded, an inferred identity may', () => {
    const other = agent('other');
    expect(refusalOf(() => complete(working(), factsWith({ actor: other }))).code).toBe('NOT_HOLDER');
    const forced = complete(working(), factsWith({ actor: other, force: true }));
    expect(forced.steps[0]!.note).toMatchObject({ forced: true, assignee: 'agent:holder' });
    const lease = leaseWith(working().id);
    expect(
      complete(working({ claim_epoch: 1 }), factsWith({ actor: inferred('someone'), lease })).outcome,
    ).toBe('done');
  });

  test('makes “failed” pending, as it was about earlier work, keeps why it failed, and keeps “passed”', () => {
    const issue = working({
      gates_required: ['lint', 'tests'],
      gates_status: { lint: verdict('passed'), tests: verdict('failed') },
    });
    const after = complete(issue, factsWith()).steps[0]!.after as Issue;
    expect(after.gates_status).toEqual({
      lint: verdict('passed'),
      tests: { ...verdict('failed'), status: 'pending' },
    });
    expect(after.state).toBe('gated');
  });
});

describe('gated work becomes done by itself', () => {
  const gated = (fields: Partial<Issue>) => issueWith(1, { ...inState('gated'), ...fields });

  test('not while a gate or a dependency is open', () => {
    expect(settle(gated({}), factsWith())).toEqual([]);
    const waiting = gated({ gates_required: [], dependencies: [idOf(2)] });
    expect(settle(waiting, factsWith({ others: [openDependency] }))).toEqual([]);
  });

  test('when both are satisfied', () => {
    const issue = gated({ gates_status: { review: verdict('passed') }, dependencies: [idOf(2)] });
    const [step] = settle(issue, factsWith({ others: [doneDependency] }));
    expect(step).toMatchObject({ event: 'issue.completed', after: { state: 'done', completed_at: NOW } });
  });
});

describe('settling what is derived', () => {
  test('follows dependencies and hold both ways, with an event, and does not change updated_at', () => {
    const stale = issueWith(1, { state: 'backlog', dependencies: [idOf(2)] });
    const [ready] = settle(stale, factsWith({ others: [doneDependency] }));
    expect(ready).toEqual({ event: 'issue.ready', after: { ...stale, state: 'ready' } });
    const [blocked] = settle({ ...stale, state: 'ready' }, factsWith({ others: [openDependency] }));
    expect(blocked).toEqual({ event: 'issue.blocked', after: { ...stale, state: 'backlog' } });
  });

  test('does nothing to what is right already', () => {
    expect(settle(issueWith(1), factsWith())).toEqual([]);
    expect(settle(working({ dependencies: [idOf(2)] }), factsWith())).toEqual([]);
  });
});

describe('update --state done is strict', () => {
  test('only gates open: GATES_PENDING, with each', () => {
    const error = refusalOf(() =>
      completeStrictly(working({ gates_required: ['lint', 'tests'] }), factsWith()),
    );
    expect([error.code, reasonTypes(error)]).toEqual(['GATES_PENDING', ['gate', 'gate']]);
  });

  test('a dependency open: BLOCKED, with dependencies, gates and hold, each once', () => {
    const issue = issueWith(1, {
      dependencies: [idOf(2)],
      gates_required: ['plan', 'tests'],
      hold: { reason: 'x' },
    });
    const error = refusalOf(() => completeStrictly(issue, factsWith({ others: [openDependency] })));
    expect([error.code, reasonTypes(error)]).toEqual(['BLOCKED', ['dependency', 'gate', 'gate', 'hold']]);
  });

  test('somebody else’s: the refusal says so besides, by the same codes as claim and complete', () => {
    const other = factsWith({ actor: agent('other') });
    const held = refusalOf(() => completeStrictly(working({ gates_required: ['tests'] }), other));
    expect([held.code, reasonTypes(held)]).toEqual(['NOT_HOLDER', ['assignee', 'gate']]);
    const assigned = issueWith(1, { assignee: 'agent:holder', gates_required: ['tests'] });
    const taken = refusalOf(() => completeStrictly(assigned, other));
    expect([taken.code, reasonTypes(taken)]).toEqual(['ALREADY_CLAIMED', ['assignee', 'gate']]);
  });

  test('a failed verdict counts as open: nothing is reset', () => {
    const issue = working({ gates_required: ['tests'], gates_status: { tests: verdict('failed') } });
    expect(refusalOf(() => completeStrictly(issue, factsWith())).details.reasons).toMatchObject([
      { key: 'tests', status: 'failed' },
    ]);
  });

  test('nothing open: done, from in progress and from ready', () => {
    const issue = working({ gates_required: ['tests'], gates_status: { tests: verdict('passed') } });
    expect(completeStrictly(issue, factsWith()).outcome).toBe('done');
    expect(completeStrictly(issueWith(1), factsWith()).outcome).toBe('done');
  });
});
