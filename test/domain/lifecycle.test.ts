import { describe, expect, test } from 'vitest';
import { addDependencies, removeDependencies, shorten } from '../../src/domain/dependency.ts';
import { buildGraph } from '../../src/domain/graph.ts';
import type { Issue } from '../../src/domain/issue.ts';
import { archive, detach, putOnHold, remove, reopen } from '../../src/domain/lifecycle.ts';
import { agent } from '../support/actors.ts';
import { BEFORE, factsWith, idOf, inState, issueWith, NOW } from '../support/issues.ts';
import { reasonTypes, refusalOf } from '../support/refusal.ts';

const putAway = { resolution: null, duplicateOf: null, neededBy: [] } as const;
const user = issueWith(9, { dependencies: [idOf(1)] });

describe('reopen', () => {
  test('clears completed_at, resolution, assignee and gate statuses, and keeps the rest', () => {
    const done = issueWith(1, {
      ...inState('done'),
      gates_required: ['tests'],
      gates_status: { tests: { status: 'passed', updated_by: 'ci:x', updated_at: BEFORE } },
      labels: ['a'],
    });
    expect(reopen(done, factsWith())[0]!.after).toEqual({
      ...done,
      state: 'ready',
      completed_at: null,
      resolution: null,
      assignee: null,
      gates_status: {},
      updated_at: NOW,
    });
  });

  test('is refused where the issue would wait for ever for what was archived unfinished', () => {
    const abandoned = issueWith(2, inState('archived'));
    const issue = issueWith(1, { ...inState('archived'), dependencies: [idOf(2), idOf(3)] });
    const error = refusalOf(() => reopen(issue, factsWith({ others: [abandoned, issueWith(3)] })));
    expect([error.code, error.details.reasons]).toMatchObject([
      'BLOCKED',
      [{ id: idOf(2), state: 'archived' }],
    ]);
  });

  test('is refused where it requires a gate that nobody defines any more', () => {
    const issue = issueWith(1, { ...inState('done'), gates_required: ['gone'] });
    expect(refusalOf(() => reopen(issue, factsWith())).code).toBe('GATE_NOT_DEFINED');
  });
});

describe('archive', () => {
  test('of a done issue is always allowed, and leaves its dependents satisfied', () => {
    const done = issueWith(1, inState('done'));
    const [step] = archive(done, factsWith(), { ...putAway, resolution: 'not-planned', neededBy: [user] });
    expect(step!.after).toMatchObject({ state: 'archived', completed_at: BEFORE, resolution: 'completed' });
  });

  test('of an unfinished one is refused while an open issue depends on it, and names it', () => {
    const error = refusalOf(() => archive(issueWith(1), factsWith(), { ...putAway, neededBy: [user] }));
    expect([error.code, error.details.reasons]).toMatchObject(['IN_USE', [{ id: user.id }]]);
    expect(error.hint).toContain('--detach');
  });

  test('records a resolution, and keeps it when it is archived again without one', () => {
    const duplicate = { ...putAway, resolution: 'duplicate', duplicateOf: idOf(5) } as const;
    const after = archive(issueWith(1), factsWith(), duplicate)[0]!.after as Issue;
    expect(after).toMatchObject({
      resolution: 'duplicate',
      links: [{ type: 'duplicate-of', target: idOf(5) }],
    });
    expect(archive(after, factsWith(), putAway)).toEqual([]);
    expect(archive(after, factsWith(), duplicate)).toEqual([]);
    const other = archive(after, factsWith(), { ...putAway, resolution: 'not-planned' });
    expect(other[0]!.after).toMatchObject({ resolution: 'not-planned' });
  });

  test('as a duplicate of itself is refused', () => {
    const itself = { ...putAway, resolution: 'duplicate', duplicateOf: idOf(1) } as const;
    expect(refusalOf(() => archive(issueWith(1), factsWith(), itself)).code).toBe('USAGE');
  });

  test('of what somebody else works on needs --force, which is recorded', () => {
    const held = issueWith(1, inState('in_progress'));
    const other = agent('other');
    expect(refusalOf(() => archive(held, factsWith({ actor: other }), putAway)).code).toBe('NOT_HOLDER');
    expect(archive(held, factsWith({ actor: other, force: true }), putAway)[0]!.note?.forced).toBe(true);
  });
});

describe('delete', () => {
  test('leaves a tombstone: id, who, when, an excerpt, and nothing else', () => {
    const [step] = remove(issueWith(1), factsWith(), []);
    expect(step).toEqual({
      event: 'issue.deleted',
      after: { id: idOf(1), title: 'issue 1', deleted_by: 'agent:holder', deleted_at: NOW },
      note: { title: 'issue 1' },
    });
  });

  test('is refused while any issue names it, done ones and links included', () => {
    const linked = issueWith(8, { ...inState('done'), links: [{ type: 'relates', target: idOf(1) }] });
    const error = refusalOf(() => remove(issueWith(1), factsWith(), [user, linked]));
    expect([error.code, reasonTypes(error).length]).toEqual(['IN_USE', 2]);
  });

  test('detaching removes every dependency on it and every link to it, and no other', () => {
    const both = issueWith(8, {
      dependencies: [idOf(1), idOf(2)],
      links: [
        { type: 'parent', target: idOf(1) },
        { type: 'relates', target: idOf(1) },
        { type: 'relates', target: idOf(3) },
      ],
    });
    const steps = detach(both, idOf(1), factsWith());
    expect(steps.map(({ event }) => event)).toEqual(['dependency.removed', 'issue.updated']);
    expect(steps.at(-1)!.after).toMatchObject({
      dependencies: [idOf(2)],
      links: [{ type: 'relates', target: idOf(3) }],
    });
    expect(detach(issueWith(7), idOf(1), factsWith())).toEqual([]);
  });
});

describe('hold', () => {
  test('again with the same reason and end is a no-op; with another it is changed', () => {
    const held = issueWith(1, { hold: { reason: 'x', until: BEFORE } });
    expect(putOnHold(held, { reason: 'x', until: BEFORE }, factsWith())).toEqual([]);
    expect(putOnHold(held, { reason: 'x' }, factsWith())[0]!.after).toMatchObject({ hold: { reason: 'x' } });
    expect(putOnHold(held, { reason: 'y', until: BEFORE }, factsWith())).toHaveLength(1);
  });

  test('with a reason longer than the schema allows is refused by name', () => {
    const long = { reason: 'x'.repeat(1001) };
    expect(refusalOf(() => putOnHold(issueWith(1), long, factsWith())).code).toBe('LIMIT_EXCEEDED');
  });
});

describe('dependencies', () => {
  const add = (issue: Issue, needs: readonly Issue[], all: readonly Issue[]) =>
    addDependencies(issue, needs, buildGraph(all), factsWith({ others: all }));

  test('are a sorted set: what is needed already is left alone, an event for each new one', () => {
    const [a, b, c] = [issueWith(1), issueWith(2), issueWith(3, { dependencies: [idOf(2)] })];
    const steps = add(c, [b, a, a], [a, b, c]);
    expect(steps.map(({ note }) => note?.dependency)).toEqual([idOf(1)]);
    expect(steps[0]!.after).toMatchObject({ dependencies: [idOf(1), idOf(2)] });
    expect(removeDependencies(c, [idOf(1), idOf(7)], factsWith())).toEqual([]);
    expect(removeDependencies(c, [idOf(2), idOf(2)], factsWith())).toHaveLength(1);
  });

  test('that close a cycle are refused with its path, from the issue back to itself', () => {
    const chain = [
      issueWith(1, { dependencies: [idOf(2)] }),
      issueWith(2, { dependencies: [idOf(3)] }),
      issueWith(3),
    ];
    const error = refusalOf(() => add(chain[2]!, [chain[0]!], chain));
    expect([error.code, error.details.cycle]).toEqual(['CYCLE', [3, 1, 2, 3].map(idOf)]);
    const itself = refusalOf(() => add(chain[2]!, [chain[2]!], chain));
    expect([itself.code, itself.details.cycle]).toEqual(['CYCLE', [idOf(3), idOf(3)]]);
    expect(itself.hint).not.toContain('dep rm');
  });

  test('a long path is shortened in the middle, and its length is told', () => {
    const size = 5000;
    const chain = Array.from({ length: size }, (_, i) =>
      issueWith(i, { dependencies: i + 1 < size ? [idOf(i + 1)] : [] }),
    );
    const error = refusalOf(() => add(chain[size - 1]!, [chain[0]!], chain));
    expect(error.details.length).toBe(size);
    expect((error.details.cycle as string[]).length).toBe(13);
    expect(error.message.length).toBeLessThan(400);
    expect(shorten(['a', 'b'])).toEqual(['a', 'b']);
  });

  test('a finished issue takes no open dependency, but a satisfied one', () => {
    const done = issueWith(1, inState('done'));
    expect(refusalOf(() => add(done, [issueWith(2)], [done, issueWith(2)])).code).toBe('INVALID_TRANSITION');
    const satisfied = issueWith(2, inState('done'));
    expect(add(done, [satisfied], [done, satisfied])).toHaveLength(1);
  });

  test('nothing may come to need what was archived unfinished', () => {
    const abandoned = issueWith(2, inState('archived'));
    expect(refusalOf(() => add(issueWith(1), [abandoned], [issueWith(1), abandoned])).code).toBe(
      'INVALID_TRANSITION',
    );
  });

  test('are at most 1,000', () => {
    const many = Array.from({ length: 1001 }, (_, i) => issueWith(i + 10));
    const issue = issueWith(1);
    expect(refusalOf(() => add(issue, many, [issue, ...many])).code).toBe('LIMIT_EXCEEDED');
    expect(add(issue, many.slice(1), [issue, ...many])).toHaveLength(1000);
  });
});
