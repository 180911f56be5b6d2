import { describe, expect, test } from 'vitest';
import { assign, claim, release } from '../../src/domain/claim.ts';
import { complete, completeStrictly } from '../../src/domain/complete.ts';
import { addDependencies } from '../../src/domain/dependency.ts';
import { addGates, dropGates, judge } from '../../src/domain/gate.ts';
import { buildGraph } from '../../src/domain/graph.ts';
import { type Issue, STATES, type State } from '../../src/domain/issue.ts';
import { archive, liftHold, putOnHold, remove, reopen } from '../../src/domain/lifecycle.ts';
import type { Facts, Step } from '../../src/domain/transition.ts';
import { human } from '../support/actors.ts';
import { factsWith, inState, issueWith, leaseIn, NOW } from '../support/issues.ts';
import { refusalOf } from '../support/refusal.ts';

type Verb = (issue: Issue, facts: Facts) => readonly Step[];

const free = issueWith(2);

const VERBS: Readonly<Record<string, Verb>> = {
  claim: (issue, facts) => claim(issue, facts).steps,
  release: (issue, facts) => release(issue, facts, null),
  'hand over': (issue, facts) => release(issue, facts, 'agent:next'),
  assign: (issue, facts) => assign(issue, facts, 'agent:next'),
  unassign: (issue, facts) => assign(issue, facts, null),
  complete: (issue, facts) => complete(issue, facts).steps,
  'complete strictly': (issue, facts) => completeStrictly(issue, facts).steps,
  hold: (issue, facts) => putOnHold(issue, { reason: 'later' }, facts),
  unhold: liftHold,
  reopen,
  archive: (issue, facts) => archive(issue, facts, { resolution: null, duplicateOf: null, neededBy: [] }),
  delete: (issue, facts) => remove(issue, facts, []),
  'add a gate': (issue, facts) => addGates(issue, ['tests'], facts),
  'need an open issue': (issue, facts) => addDependencies(issue, [free], buildGraph([issue, free]), facts),
  'fail a gate': (issue, facts) =>
    judge(
      { ...issue, gates_required: ['tests'] },
      { key: 'tests', status: 'failed', reason: null, override: false },
      facts,
    ),
  'drop a gate': (issue, facts) =>
    dropGates({ ...issue, gates_required: ['tests'] }, ['tests'], {
      ...facts,
      actor: human('holder'),
      force: true,
    }),
};

/** `event → state assignee`, `nothing`, or the code of the refusal. */
function outcomeOf(verb: Verb, state: State): string {
  const issue = issueWith(1, inState(state));
  const facts = factsWith({ lease: leaseIn(state, issue.id) });
  let steps: readonly Step[];
  try {
    steps = verb(issue, facts);
  } catch {
    return refusalOf(() => verb(issue, facts)).code;
  }
  if (steps.length === 0) return 'nothing';
  const after = steps.at(-1)!.after;
  const image = 'deleted_at' in after ? 'tombstone' : `${after.state} ${after.assignee ?? '-'}`;
  return `${steps.map(({ event }) => event).join(' ')} → ${image}`;
}

const BACK = 'INVALID_TRANSITION';

/** What each verb comes to in each state, done by agent:holder, who holds what is started. */
const TABLE: Readonly<Record<string, Readonly<Record<State, string>>>> = {
  claim: {
    backlog: 'BLOCKED',
    ready: 'issue.claimed → in_progress agent:holder',
    in_progress: 'nothing',
    gated: BACK,
    done: BACK,
    archived: BACK,
  },
  release: {
    backlog: 'nothing',
    ready: 'nothing',
    in_progress: 'issue.released → ready -',
    gated: BACK,
    done: BACK,
    archived: BACK,
  },
  'hand over': {
    backlog: 'issue.updated → backlog agent:next',
    ready: 'issue.updated → ready agent:next',
    in_progress: 'issue.released → ready agent:next',
    gated: BACK,
    done: BACK,
    archived: BACK,
  },
  assign: {
    backlog: 'issue.updated → backlog agent:next',
    ready: 'issue.updated → ready agent:next',
    in_progress: 'issue.updated → in_progress agent:next',
    gated: 'issue.updated → gated agent:next',
    done: BACK,
    archived: BACK,
  },
  unassign: {
    backlog: 'nothing',
    ready: 'nothing',
    in_progress: 'issue.released → ready -',
    gated: 'issue.updated → gated -',
    done: BACK,
    archived: 'nothing',
  },
  complete: {
    backlog: 'BLOCKED',
    ready: 'issue.claimed issue.completed → done agent:holder',
    in_progress: 'issue.completed → done agent:holder',
    gated: 'nothing',
    done: 'nothing',
    archived: BACK,
  },
  'complete strictly': {
    backlog: 'BLOCKED',
    ready: 'issue.claimed issue.completed → done agent:holder',
    in_progress: 'issue.completed → done agent:holder',
    gated: 'GATES_PENDING',
    done: 'nothing',
    archived: BACK,
  },
  hold: {
    backlog: 'issue.updated → backlog -',
    ready: 'issue.updated → ready -',
    in_progress: BACK,
    gated: BACK,
    done: BACK,
    archived: BACK,
  },
  unhold: {
    backlog: 'issue.updated → backlog -',
    ready: 'nothing',
    in_progress: 'nothing',
    gated: 'nothing',
    done: 'nothing',
    archived: 'nothing',
  },
  reopen: {
    backlog: 'nothing',
    ready: 'nothing',
    in_progress: BACK,
    gated: BACK,
    done: 'issue.reopened → ready -',
    archived: 'issue.reopened → ready -',
  },
  archive: {
    backlog: 'issue.archived → archived -',
    ready: 'issue.archived → archived -',
    in_progress: 'issue.archived → archived agent:holder',
    gated: 'issue.archived → archived agent:holder',
    done: 'issue.archived → archived agent:holder',
    archived: 'nothing',
  },
  delete: {
    backlog: 'issue.deleted → tombstone',
    ready: 'issue.deleted → tombstone',
    in_progress: 'issue.deleted → tombstone',
    gated: 'issue.deleted → tombstone',
    done: 'issue.deleted → tombstone',
    archived: 'issue.deleted → tombstone',
  },
  'add a gate': {
    backlog: 'gate.added → backlog -',
    ready: 'gate.added → ready -',
    in_progress: 'gate.added → in_progress agent:holder',
    gated: 'gate.added → gated agent:holder',
    done: BACK,
    archived: BACK,
  },
  'need an open issue': {
    backlog: 'dependency.added → backlog -',
    ready: 'dependency.added → ready -',
    in_progress: 'dependency.added → in_progress agent:holder',
    gated: 'dependency.added → gated agent:holder',
    done: BACK,
    archived: BACK,
  },
  'fail a gate': {
    backlog: 'gate.failed → backlog -',
    ready: 'gate.failed → ready -',
    in_progress: 'gate.failed → in_progress agent:holder',
    gated: 'gate.failed → in_progress agent:holder',
    done: BACK,
    archived: BACK,
  },
  'drop a gate': {
    backlog: 'gate.removed → backlog -',
    ready: 'gate.removed → ready -',
    in_progress: 'gate.removed → in_progress agent:holder',
    gated: 'gate.removed → gated agent:holder',
    done: BACK,
    archived: BACK,
  },
};

describe('what each verb does in each state', () => {
  test('the table names every verb and every state', () => {
    expect(Object.keys(TABLE)).toEqual(Object.keys(VERBS));
    for (const row of Object.values(TABLE)) expect(Object.keys(row)).toEqual(STATES);
  });
  for (const [name, row] of Object.entries(TABLE)) {
    test.each(STATES.map((state) => [state, row[state]] as const))(`${name} on %s: %s`, (state, expected) => {
      expect(outcomeOf(VERBS[name]!, state)).toBe(expected);
    });
  }
});

describe('every step', () => {
  const all = Object.keys(VERBS).flatMap((verb) => STATES.map((state) => [verb, state] as const));
  test.each(all)(
    '%s on %s leaves its input alone, keeps id and creator, and is stamped now',
    (verb, state) => {
      const issue = issueWith(1, inState(state));
      const copy = structuredClone(issue);
      let steps: readonly Step[] = [];
      try {
        steps = VERBS[verb]!(issue, factsWith({ lease: leaseIn(state, issue.id) }));
      } catch {}
      expect(issue).toEqual(copy);
      for (const { after } of steps) {
        expect(after.id).toBe(issue.id);
        if ('deleted_at' in after) expect(after.deleted_at).toBe(NOW);
        else expect([after.updated_at, after.created_by]).toEqual([NOW, 'agent:maker']);
      }
    },
  );

  test('a refusal because of the state names the state, and a command that leads on', () => {
    const error = refusalOf(() => claim(issueWith(1, inState('done')), factsWith()));
    expect(error.details).toMatchObject({ state: 'done', reasons: [{ type: 'state', state: 'done' }] });
    expect(error.hint).toContain('jit issue reopen');
    expect(error.exit).toBe(4);
  });
});
