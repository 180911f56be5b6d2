import { describe, expect, test } from 'vitest';
import { complete } from '../../src/domain/complete.ts';
import {
  addGates,
  defineGate,
  dropGates,
  GATE_KEY,
  judge,
  undefineGate,
  type Verdict,
} from '../../src/domain/gate.ts';
import type { Actor } from '../../src/domain/identity.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { Standing } from '../../src/domain/lease.ts';
import { isRework, pendingGates } from '../../src/domain/readiness.ts';
import { agent, human, inferred } from '../support/actors.ts';
import { factsWith, GATES, inState, issueWith, leaseWith, NOW } from '../support/issues.ts';
import { refusalOf } from '../support/refusal.ts';

const KEYS = ['lint', 'plan', 'review', 'scan', 'tests'];
const gated = issueWith(1, { ...inState('gated'), gates_required: KEYS });
const verdict = (key: string, status: 'passed' | 'failed', fields: Partial<Verdict> = {}): Verdict => ({
  key,
  status,
  reason: null,
  override: false,
  ...fields,
});
const pass = (actor: Actor, key: string, fields: Partial<Verdict> = {}) =>
  judge(gated, verdict(key, 'passed', fields), factsWith({ actor }));
const passedBefore = { status: 'passed', updated_by: 'ci:x', updated_at: NOW } as const;
const alice = human('alice');
const borrowed: Actor = { ...alice, processIsAgent: true };
const atTerminal: Actor = { ...inferred('alice'), atTerminal: true };

describe('who may pass a gate', () => {
  test('automation may pass an automatic one', () => {
    expect(pass(agent('ci'), 'tests')).toHaveLength(1);
  });

  test('a manual one needs a person: by --by human:NAME, or at a terminal', () => {
    expect(pass(alice, 'review')).toHaveLength(1);
    expect(pass(atTerminal, 'review')).toHaveLength(1);
  });

  test.each([
    ['an agent', agent('w1')],
    ['a name that was only inferred, without a terminal', inferred('alice')],
    ['a process of an agent that speaks as a human', borrowed],
    ['a process of an agent at a terminal', { ...atTerminal, processIsAgent: true }],
  ])('%s cannot pass a manual one', (_, actor) => {
    expect(refusalOf(() => pass(actor, 'review'))).toMatchObject({ code: 'HUMAN_REQUIRED', exit: 4 });
  });

  test('one with a checker is passed by hand only by a person with --override --reason', () => {
    const full = { override: true, reason: 'the scanner is down' };
    expect(refusalOf(() => pass(agent('ci'), 'scan', full)).code).toBe('HUMAN_REQUIRED');
    expect(refusalOf(() => pass(alice, 'scan')).code).toBe('HUMAN_REQUIRED');
    expect(refusalOf(() => pass(alice, 'scan', { override: true })).code).toBe('HUMAN_REQUIRED');
    expect(refusalOf(() => pass(alice, 'scan', { reason: 'x' })).code).toBe('HUMAN_REQUIRED');
    const after = pass(alice, 'scan', full)[0]!.after as Issue;
    expect(after.gates_status.scan).toMatchObject({ status: 'passed', override: true, reason: full.reason });
  });

  test('anybody may fail any', () => {
    for (const key of KEYS)
      expect(judge(gated, verdict(key, 'failed'), factsWith({ actor: agent('ci') }))).toHaveLength(1);
  });
});

describe('a verdict', () => {
  test('records who, when, and at which commit', () => {
    const facts = factsWith({ actor: agent('ci'), commit: 'abc' });
    const after = judge(gated, verdict('tests', 'passed'), facts)[0]!.after as Issue;
    expect(after.gates_status.tests).toEqual({
      status: 'passed',
      updated_by: 'agent:ci',
      updated_at: NOW,
      commit: 'abc',
    });
  });

  test('without git says nothing of a commit', () => {
    const after = pass(agent('ci'), 'tests')[0]!.after as Issue;
    expect(after.gates_status.tests).not.toHaveProperty('commit');
  });

  test('given again changes nothing, with the same reason or none, on a done issue too', () => {
    const once = judge(gated, verdict('tests', 'passed', { reason: 'green' }), factsWith())[0]!
      .after as Issue;
    for (const state of ['gated', 'done'] as const) {
      expect(judge({ ...once, state }, verdict('tests', 'passed'), factsWith())).toEqual([]);
      const same = verdict('tests', 'passed', { reason: 'green' });
      expect(judge({ ...once, state }, same, factsWith())).toEqual([]);
    }
    const anew = verdict('tests', 'passed', { reason: 'green again' });
    expect(judge(once, anew, factsWith())).toHaveLength(1);
  });

  test('on a gate that is not required, or not defined, is refused by its own code', () => {
    const other = issueWith(2);
    expect(refusalOf(() => judge(other, verdict('tests', 'passed'), factsWith())).code).toBe(
      'GATE_NOT_REQUIRED',
    );
    const unknown = refusalOf(() => judge(other, verdict('constructor', 'passed'), factsWith()));
    expect([unknown.code, unknown.exit]).toEqual(['GATE_NOT_DEFINED', 3]);
  });

  test('with a reason longer than the schema allows is refused by name', () => {
    const long = verdict('tests', 'failed', { reason: 'x'.repeat(4001) });
    expect(refusalOf(() => judge(gated, long, factsWith())).code).toBe('LIMIT_EXCEEDED');
  });
});

describe('a gate that fails on finished work sends it back', () => {
  const suspended = leaseWith(gated.id, { status: 'suspended' });
  const fail = (lease: Standing | null, issue = gated) =>
    judge(issue, verdict('tests', 'failed'), factsWith({ lease }))[0]!.after as Issue;

  test('to its holder while the lease lives', () => {
    expect(fail(suspended)).toMatchObject({ state: 'in_progress', assignee: 'agent:holder' });
  });

  test('else to ready, unassigned, as rework', () => {
    const dead = { ...suspended, life: 'overdue' } as const;
    for (const lease of [null, dead, leaseWith(gated.id, { status: 'released' }, 'over')]) {
      expect(fail(lease)).toMatchObject({ state: 'ready', assignee: null });
      expect(isRework(fail(lease))).toBe(true);
    }
    expect(fail(suspended, { ...gated, assignee: null })).toMatchObject({ state: 'ready', assignee: null });
  });

  test('and can fail again once the work was completed again', () => {
    const again = complete(fail(suspended), factsWith()).steps.at(-1)!.after as Issue;
    expect(again.state).toBe('gated');
    expect(isRework(again)).toBe(false);
    expect(fail(suspended, again)).toMatchObject({ state: 'in_progress' });
  });

  test('and what had passed must pass again, for the work will change', () => {
    const after = fail(suspended, { ...gated, gates_status: { lint: passedBefore, tests: passedBefore } });
    expect(Object.keys(after.gates_status)).toEqual(['tests']);
    expect(pendingGates(after)).toContain('lint');
  });

  test('on work that is not finished it is only recorded', () => {
    const working = { ...gated, state: 'in_progress' as const };
    expect(fail(null, working)).toMatchObject({ state: 'in_progress', assignee: 'agent:holder' });
  });
});

describe('requiring and dropping', () => {
  test('adding is open to all, each gate once, sorted, with an event each', () => {
    const steps = addGates(
      issueWith(1, { gates_required: ['review'] }),
      ['tests', 'lint', 'tests', 'review'],
      factsWith(),
    );
    expect(steps.map(({ note }) => note?.gate)).toEqual(['tests', 'lint']);
    expect(steps.at(-1)!.after).toMatchObject({ gates_required: ['lint', 'review', 'tests'] });
    expect(refusalOf(() => addGates(issueWith(1), ['tests', 'nope'], factsWith())).details.gates).toEqual([
      'nope',
    ]);
  });

  test('agents cannot drop; a person can, and the verdict is forgotten', () => {
    for (const actor of [agent('w1'), borrowed, inferred('alice')])
      expect(refusalOf(() => dropGates(gated, ['tests'], factsWith({ actor }))).code).toBe('HUMAN_REQUIRED');
    const passed = pass(agent('ci'), 'tests')[0]!.after as Issue;
    const after = dropGates(passed, ['tests', 'tests'], factsWith({ actor: alice }));
    expect(after).toHaveLength(1);
    expect(after[0]!.after).toMatchObject({ gates_required: KEYS.slice(0, 4), gates_status: {} });
  });

  test('dropping what is not required is refused', () => {
    const error = refusalOf(() => dropGates(issueWith(1), ['tests'], factsWith({ actor: alice })));
    expect(error.code).toBe('GATE_NOT_REQUIRED');
  });
});

describe('the registry', () => {
  const tests = GATES.tests!;

  test('defining the same again is a no-op, in whatever order, with or without the stage that is the default', () => {
    expect(defineGate(GATES, tests, agent('w1'), false)).toBeNull();
    expect(defineGate(GATES, { ...tests, stage: 'postcheck' }, agent('w1'), false)).toBeNull();
    const scan = { key: 'scan', title: 'Scan', description: '', auto: true } as const;
    const gates = { scan: { ...scan, checker: { command: 'scan', cwd: '.' } } };
    expect(
      defineGate(gates, { ...scan, checker: { cwd: '.', command: 'scan' } }, agent('w1'), false),
    ).toBeNull();
  });

  test('defining otherwise needs --update, and a person', () => {
    const manual = { ...tests, auto: false };
    const error = refusalOf(() => defineGate(GATES, manual, alice, false));
    expect([error.code, error.details.differs]).toEqual(['ALREADY_DEFINED', ['auto']]);
    expect(refusalOf(() => defineGate(GATES, manual, agent('w1'), true)).code).toBe('HUMAN_REQUIRED');
    expect(defineGate(GATES, manual, alice, true)).toMatchObject({
      tests: { auto: false },
      lint: GATES.lint,
    });
  });

  test('a new one may be defined by anybody, also under a word of the language', () => {
    const gate = { key: 'constructor', title: 'C', description: '', auto: true };
    const gates = defineGate({}, gate, agent('w1'), false)!;
    expect(Object.keys(gates)).toEqual(['constructor']);
  });

  test('removing is refused to all while an open issue requires it, and to agents ever', () => {
    const used = refusalOf(() => undefineGate(GATES, 'tests', alice, [gated]));
    expect([used.code, used.details.reasons]).toMatchObject(['IN_USE', [{ id: gated.id }]]);
    expect(refusalOf(() => undefineGate(GATES, 'tests', agent('w1'), [])).code).toBe('HUMAN_REQUIRED');
    expect(refusalOf(() => undefineGate(GATES, 'nope', alice, [])).code).toBe('GATE_NOT_DEFINED');
    expect(undefineGate(GATES, 'tests', alice, [])).not.toHaveProperty('tests');
  });

  test.each(['a', 'unit-tests', '0_x', 'a'.repeat(64)])('%s is a key', (key) => {
    expect(GATE_KEY.test(key)).toBe(true);
  });
  test.each(['', 'A', '-a', '_a', 'a b', 'a.b', 'a\n', '__proto__', 'a'.repeat(65)])(
    '%j is no key',
    (key) => {
      expect(GATE_KEY.test(key)).toBe(false);
    },
  );
});
