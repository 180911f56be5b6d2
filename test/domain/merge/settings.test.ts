import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatConfig, formatGates } from '../../../src/domain/canonical-json.ts';
import { validateConfig, validateGates } from '../../../src/domain/generated/validators.js';
import type { Config, GateDefinition, GateRegistry } from '../../../src/domain/issue.ts';
import { mergeConfig, mergeIndex, mergeRegistry } from '../../../src/domain/merge/merge-settings.ts';
import { GATES } from '../../support/issues.ts';
import { size } from '../../support/size.ts';

const SEED = 20260104;

/** Merges, and sees to it that the order of the sides does not matter. */
function merge(
  base: GateRegistry | undefined,
  ours: GateRegistry | undefined,
  theirs: GateRegistry | undefined,
) {
  const merged = mergeRegistry({ base, ours, theirs });
  expect(mergeRegistry({ base, ours: theirs, theirs: ours })).toEqual(merged);
  return merged;
}

const gate = (key: string, fields: Partial<GateDefinition> = {}): GateDefinition => ({
  key,
  title: key,
  description: '',
  auto: true,
  ...fields,
});
const { tests: _, ...withoutTests } = GATES;

describe('gates.json', () => {
  test('has what either side added, and not what either side removed', () => {
    const merged = merge(GATES, { ...GATES, a: gate('a') }, { ...withoutTests, b: gate('b') });
    expect(merged).toEqual({ value: { ...withoutTests, a: gate('a'), b: gate('b') }, decided: [] });
    expect(Object.keys(merged.value!)).toEqual([...Object.keys(merged.value!)].sort());
  });

  test('has both changes of one gate', () => {
    const ours = { ...GATES, lint: gate('lint', { ...GATES.lint, title: 'New' }) };
    const theirs = { ...GATES, lint: gate('lint', { ...GATES.lint, stage: 'precheck' }) };
    expect(merge(GATES, ours, theirs).value!.lint).toEqual({
      ...GATES.lint,
      title: 'New',
      stage: 'precheck',
    });
  });

  test('asks for a person, where one side does', () => {
    const merged = merge(undefined, { a: gate('a', { auto: true }) }, { a: gate('a', { auto: false }) });
    expect(merged.value).toEqual({ a: gate('a', { auto: false }) });
    expect(merged.decided).toEqual([{ field: 'a.auto', rule: 'later', kept: false, dropped: true }]);
  });

  test('keeps a gate that one side changed and the other removed', () => {
    const changed = { ...GATES, tests: gate('tests', { title: 'Changed' }) };
    const merged = merge(GATES, changed, withoutTests);
    expect(merged.value!.tests!.title).toBe('Changed');
    expect(merged.decided.map(({ field, rule }) => [field, rule])).toEqual([['tests', 'change']]);
    expect(merge(GATES, changed, undefined).value).toEqual(changed);
  });

  test('never mixes two checkers', () => {
    const checked = (checker: object): GateRegistry => ({ a: gate('a', { checker }) });
    const { value } = merge(undefined, checked({ command: 'x', seconds: 1 }), checked({ artifact: 'y' }));
    expect([{ command: 'x', seconds: 1 }, { artifact: 'y' }]).toContainEqual(value!.a!.checker);
  });

  test('holds to what every merge must be', () => {
    const definition = (key: string): fc.Arbitrary<GateDefinition> =>
      fc.record(
        {
          key: fc.constant(key),
          title: fc.constantFrom('x', 'y'),
          description: fc.constantFrom('', 'd'),
          auto: fc.boolean(),
          stage: fc.constantFrom('precheck' as const, 'postcheck' as const),
          checker: fc.constantFrom({}, { command: 'c' }),
          newer: fc.constantFrom(null, 1, [1]),
        },
        { requiredKeys: ['key', 'title', 'description', 'auto'], noNullPrototype: true },
      ) as fc.Arbitrary<GateDefinition>;
    const registry: fc.Arbitrary<GateRegistry> = fc
      .tuple(fc.option(definition('a')), fc.option(definition('constructor')))
      .map((gates) => Object.fromEntries(gates.flatMap((one) => (one === null ? [] : [[one.key, one]]))));
    const any = fc.option(registry, { nil: undefined });
    fc.assert(
      fc.property(any, any, any, any, (base, a, b, c) => {
        const join = (one: typeof base, other: typeof base) => merge(base, one, other).value;
        const text = (gates: typeof base): string => (gates === undefined ? '' : formatGates(gates));
        const merged = join(a, b);
        expect(merged === undefined || validateGates(JSON.parse(text(merged)))).toBe(true);
        expect([text(join(a, a)), text(join(base, a))]).toEqual([text(a), text(a)]);
        // No time is asked, so that three come to one in any order, as long as the file is there.
        if (base === undefined || a === undefined || b === undefined || c === undefined) return;
        expect(text(join(join(a, b), c))).toBe(text(join(join(b, c), a)));
      }),
      { numRuns: size(500, 10_000), seed: SEED },
    );
  });
});

describe('config.json and index.json', () => {
  const merged = (base: Config, ours: Config, theirs: Config): Config => {
    const { value } = mergeConfig({ base, ours, theirs });
    expect(mergeConfig({ base, ours: theirs, theirs: ours }).value).toEqual(value);
    expect(validateConfig(value)).toBe(true);
    return value!;
  };

  test('merge key by key', () => {
    const base = { durability: 'full', tombstone_days: 90 } as const;
    expect(merged(base, { ...base, durability: 'fast' }, { ...base, tombstone_days: 30 })).toEqual({
      durability: 'fast',
      tombstone_days: 30,
    });
    expect(merged(base, { durability: 'full' }, { ...base, durability: 'fast' })).toEqual({
      durability: 'fast',
    });
  });

  test('take the careful value where both sides set one', () => {
    expect(
      merged({}, { durability: 'full', tombstone_days: 9 }, { durability: 'fast', tombstone_days: 30 }),
    ).toEqual({ durability: 'full', tombstone_days: 30 });
  });

  test('merge what a newer jit wrote, at any depth', () => {
    const value = merged(
      { remote: { a: 1, b: 1 } } as Config,
      { remote: { a: 2, b: 1 } } as Config,
      { remote: { a: 1, b: 2 } } as Config,
    );
    expect(formatConfig(value)).toBe('{\n  "remote": {\n    "a": 2,\n    "b": 2\n  }\n}\n');
  });

  test('take the newer schema version', () => {
    const version = (schema_version: number) => ({ schema_version });
    expect(mergeIndex({ base: version(1), ours: version(2), theirs: version(10) })).toEqual({
      value: version(10),
      decided: [{ field: 'schema_version', rule: 'later', kept: 10, dropped: 2 }],
    });
  });
});
