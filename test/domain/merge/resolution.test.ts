import { describe, expect, test } from 'vitest';
import {
  groupMerges,
  type KnownSides,
  planMerges,
  type StagedVersion,
} from '../../../src/domain/merge/resolution.ts';

const [A, B, C] = ['01A', '01B', '01C'];
const at = (id: string): string => `issues/${id}.json`;
const lookup = (files: Readonly<Record<string, string>>) => (name: string) => files[name];
const UNKNOWN: KnownSides = { base: null, ours: null, theirs: null, merged: () => undefined };

const staged = (
  name: string,
  stage: StagedVersion['stage'],
  id: string | null,
  oid = `${stage} of ${id} at ${name}`,
): StagedVersion => ({ name, stage, id, oid });

/** What git leaves of A that was edited there, and was taken for B here. */
const RENAMED = [staged(at(B), 'base', A), staged(at(B), 'ours', B), staged(at(B), 'theirs', A)];

describe('planMerges', () => {
  test('one issue under its own name', () => {
    const stages = [staged(at(A), 'base', A), staged(at(A), 'ours', A), staged(at(A), 'theirs', A)];
    expect(planMerges(stages, UNKNOWN)).toEqual([
      {
        name: at(A),
        id: A,
        versions: { base: stages[0]!.oid, ours: stages[1]!.oid, theirs: stages[2]!.oid },
        concerns: [at(A)],
      },
    ]);
  });

  test('a renamed issue: each with its own, into its own file', () => {
    expect(planMerges(RENAMED, UNKNOWN)).toEqual([
      {
        name: at(A),
        id: A,
        versions: { base: RENAMED[0]!.oid, ours: undefined, theirs: RENAMED[2]!.oid },
        concerns: [at(B)],
      },
      {
        name: at(B),
        id: B,
        versions: { base: undefined, ours: RENAMED[1]!.oid, theirs: undefined },
        concerns: [at(B)],
      },
    ]);
  });

  test('a side whose commit is known is taken from there, also where it has nothing', () => {
    const mixed = [staged(at(B), 'base', A), staged(at(B), 'ours', B, 'mixed'), staged(at(B), 'theirs', B)];
    const sides = {
      ...UNKNOWN,
      ours: lookup({ [at(B)]: 'ours of B' }),
      theirs: lookup({ [at(A)]: 'edited A' }),
    };
    expect(planMerges(mixed, sides).map(({ versions }) => versions)).toEqual([
      { base: mixed[0]!.oid, ours: undefined, theirs: 'edited A' },
      { base: undefined, ours: 'ours of B', theirs: undefined },
    ]);
  });

  test('the base comes from the index first, then from the commit', () => {
    const sides = { ...UNKNOWN, base: lookup({ [at(A)]: 'older', [at(B)]: 'base of B' }) };
    const plans = planMerges([staged(at(A), 'base', A, 'virtual'), staged(at(B), 'ours', B)], sides);
    expect(plans.map(({ versions }) => versions.base)).toEqual(['virtual', 'base of B']);
  });

  test('where ours is not known, it is what the index holds merged', () => {
    const sides = { ...UNKNOWN, merged: lookup({ [at(A)]: 'in the index' }) };
    expect(planMerges(RENAMED, sides)[0]!.versions.ours).toBe('in the index');
  });

  test('what cannot be read counts under its own name, and other files by their name', () => {
    const stages = [staged(at(A), 'ours', null, 'broken'), staged('gates.json', 'theirs', null, 'gates')];
    expect(planMerges(stages, UNKNOWN)).toMatchObject([
      { name: 'gates.json', id: null, versions: { theirs: 'gates' } },
      { name: at(A), versions: { ours: 'broken' } },
    ]);
  });
});

describe('groupMerges', () => {
  test('what git left under one name hangs together, over several names too', () => {
    const stages = [...RENAMED, staged(at(C), 'theirs', B), staged('gates.json', 'ours', null)];
    const groups = groupMerges(planMerges(stages, UNKNOWN)).map((group) => group.map(({ name }) => name));
    expect(groups).toContainEqual(['gates.json']);
    expect(groups.find((group) => group.includes(at(A)))?.toSorted()).toEqual([at(A), at(B), at(C)]);
    expect(groups).toHaveLength(2);
  });
});
