import { describe, expect, test } from 'vitest';
import { assign, type Candidate, claim, compareCandidates, release } from '../../src/domain/claim.ts';
import { agent, bareAgent, inferred } from '../support/actors.ts';
import { factsWith, idOf, inState, issueWith, leaseWith } from '../support/issues.ts';
import { reasonTypes, refusalOf } from '../support/refusal.ts';

const me = agent('me');
const facts = factsWith({ actor: me });

describe('claim', () => {
  test('takes a ready issue that is unassigned, or assigned to the claimer', () => {
    for (const assignee of [null, 'agent:me']) {
      const { outcome, steps } = claim(issueWith(1, { assignee }), facts);
      expect(outcome).toBe('claimed');
      expect(steps[0]).toMatchObject({
        after: { state: 'in_progress', assignee: 'agent:me' },
        note: { assignee: 'agent:me' },
      });
    }
  });

  test('is idempotent for the holder: held, and nothing happens', () => {
    const issue = issueWith(1, { state: 'in_progress', assignee: 'agent:me', claim_epoch: 1 });
    expect(claim(issue, { ...facts, lease: leaseWith(issue.id, { holder: 'agent:me' }) })).toEqual({
      outcome: 'held',
      steps: [],
    });
  });

  test.each([
    ['ready', 'is assigned to'],
    ['in_progress', 'is held by'],
    ['gated', 'is assigned to'],
  ] as const)('refuses what is %s and belongs to another', (state, words) => {
    const error = refusalOf(() => claim(issueWith(1, { state, assignee: 'agent:other' }), facts));
    expect(error).toMatchObject({ code: 'ALREADY_CLAIMED', exit: 6, retry: 'other' });
    expect(error.message).toContain(`${words} agent:other`);
  });

  test('lists every reason at once', () => {
    const issue = issueWith(1, {
      assignee: 'agent:other',
      hold: { reason: 'later' },
      dependencies: [idOf(2)],
      gates_required: ['plan', 'tests'],
    });
    const error = refusalOf(() => claim(issue, factsWith({ actor: me, others: [issueWith(2)] })));
    expect(reasonTypes(error)).toEqual(['assignee', 'dependency', 'gate', 'hold']);
  });

  test('a precheck that has not passed blocks it; other gates do not', () => {
    const error = refusalOf(() => claim(issueWith(1, { gates_required: ['plan', 'tests'] }), facts));
    expect(error.code).toBe('BLOCKED');
    expect(error.details.reasons).toMatchObject([{ type: 'gate', key: 'plan' }]);
    const passed = { plan: { status: 'passed', updated_by: 'ci:x', updated_at: facts.now } } as const;
    const free = issueWith(1, { gates_required: ['plan', 'tests'], gates_status: passed });
    expect(claim(free, facts).outcome).toBe('claimed');
  });

  test('goes by what is derived, not by what is stored', () => {
    const lapsed = { reason: 'wait', until: facts.now };
    expect(claim(issueWith(1, { state: 'backlog', hold: lapsed }), facts).outcome).toBe('claimed');
    const stale = issueWith(1, { state: 'ready', dependencies: [idOf(2)] });
    expect(refusalOf(() => claim(stale, facts)).code).toBe('BLOCKED');
  });
});

describe('a bare name', () => {
  const bare = factsWith({ actor: bareAgent('w1') });

  test('matches a holder of that identifier whatever its type, and leaves the type as it is', () => {
    const held = issueWith(1, { state: 'in_progress', assignee: 'copilot:w1', claim_epoch: 1 });
    expect(claim(held, { ...bare, lease: leaseWith(held.id, { holder: 'copilot:w1' }) }).outcome).toBe(
      'held',
    );
    const { steps } = claim(issueWith(1, { assignee: 'copilot:w1' }), bare);
    expect(steps[0]!.after).toMatchObject({ assignee: 'copilot:w1' });
  });

  test('is taken as agent:NAME where nobody is assigned', () => {
    expect(claim(issueWith(1), bare).steps[0]!.after).toMatchObject({ assignee: 'agent:w1' });
  });

  test('a full name matches that one only', () => {
    const full = factsWith({ actor: agent('w1') });
    const issue = issueWith(1, { state: 'in_progress', assignee: 'copilot:w1' });
    expect(refusalOf(() => claim(issue, full)).code).toBe('ALREADY_CLAIMED');
  });
});

describe('who may release and assign what is being worked on', () => {
  const held = issueWith(1, inState('in_progress'));
  const verbs = {
    release: (options: object) => release(held, factsWith(options), null),
    assign: (options: object) => assign(held, factsWith(options), 'agent:next'),
    unassign: (options: object) => assign(held, factsWith(options), null),
  };

  test.each(Object.entries(verbs))(
    '%s: an explicit identity that is not the holder is refused',
    (_, verb) => {
      expect(refusalOf(() => verb({ actor: agent('other') }))).toMatchObject({ code: 'NOT_HOLDER', exit: 6 });
    },
  );

  test.each(Object.entries(verbs))('%s: with --force it is done, and recorded', (_, verb) => {
    expect(verb({ actor: agent('other'), force: true })[0]!.note?.forced).toBe(true);
  });

  test.each(Object.entries(verbs))('%s: the holder is not recorded as forcing', (_, verb) => {
    expect(verb({ force: true })[0]!.note?.forced).toBeUndefined();
  });

  const lease = leaseWith(held.id);
  test.each(Object.entries(verbs))(
    '%s: an inferred identity in the same work tree acts for the holder',
    (_, verb) => {
      expect(verb({ actor: inferred('someone'), lease })).toHaveLength(1);
    },
  );

  test('the event of a release names who had it', () => {
    expect(release(held, factsWith(), 'agent:next')[0]).toMatchObject({ note: { assignee: 'agent:holder' } });
  });
});

describe('the order of dispatch', () => {
  const failed = { tests: { status: 'failed', updated_by: 'ci:x', updated_at: facts.now } } as const;
  const candidates: readonly (Candidate & { readonly why: string })[] = [
    { why: 'assigned to me', issue: issueWith(9, { assignee: 'agent:me', priority: 'low' }), waiting: 0 },
    {
      why: 'rework',
      issue: issueWith(8, { gates_required: ['tests'], gates_status: failed, priority: 'low' }),
      waiting: 0,
    },
    { why: 'critical', issue: issueWith(7, { priority: 'critical' }), waiting: 0 },
    { why: 'high', issue: issueWith(6, { priority: 'high' }), waiting: 0 },
    { why: 'much waits on it', issue: issueWith(5), waiting: 3 },
    { why: 'something waits on it', issue: issueWith(4), waiting: 1 },
    { why: 'old', issue: issueWith(2), waiting: 0 },
    { why: 'young', issue: issueWith(3), waiting: 0 },
    { why: 'low', issue: issueWith(1, { priority: 'low' }), waiting: 99 },
  ];

  test('assigned to me, rework, priority, how much waits on it, age', () => {
    const compare = compareCandidates(me);
    const order = candidates.map(({ why }) => why);
    expect(
      [...candidates]
        .reverse()
        .sort(compare)
        .map((c) => (c as (typeof candidates)[number]).why),
    ).toEqual(order);
  });

  test('is a total order: of any two, one comes first', () => {
    const compare = compareCandidates(me);
    candidates.forEach((a, i) => {
      candidates.forEach((b, j) => {
        if (i !== j) expect(Math.sign(compare(a, b))).toBe(i < j ? -1 : 1);
      });
    });
  });
});
