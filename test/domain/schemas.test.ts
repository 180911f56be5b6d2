import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { EVENT_KEYS, ISSUE_KEYS } from '../../src/domain/canonical-json.ts';
import { EVENT_NAMES } from '../../src/domain/event.ts';
import { GATE_KEY } from '../../src/domain/gate.ts';
import {
  type Validator,
  validateEvent,
  validateGates,
  validateIssue,
  validateTombstone,
} from '../../src/domain/generated/validators.js';
import { parseIdentity } from '../../src/domain/identity.ts';
import { isUlid } from '../../src/domain/ids.ts';
import { LIMITS, LINK_TYPES, newIssue, PRIORITIES, STATES } from '../../src/domain/issue.ts';
import { arbitraryTombstone } from '../support/arbitrary-issue.ts';
import { GATES, idOf, inState, issueWith, NOW } from '../support/issues.ts';

// Much work on little time: a busy machine may take its own.
vi.setConfig({ testTimeout: 120_000 });

interface Schema {
  readonly required: readonly string[];
  readonly properties: Readonly<
    Record<string, { readonly enum?: readonly unknown[]; readonly maxItems?: number }>
  >;
  readonly $defs: Readonly<
    Record<
      string,
      {
        readonly pattern?: string;
        readonly properties?: Readonly<
          Record<string, { readonly enum?: readonly unknown[]; readonly maxLength?: number }>
        >;
      }
    >
  >;
}
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const schemaOf = (name: string): Schema => JSON.parse(read(`schemas/${name}.schema.json`)) as Schema;
const accepts = (validate: Validator, value: unknown): boolean => validate(JSON.parse(JSON.stringify(value)));
const issueSchema = schemaOf('issue');
const blank = newIssue({ id: idOf(1), title: 'x', created_by: 'agent:a', now: NOW });

describe('the types', () => {
  test('are those that the schemas make', async () => {
    const script = new URL('../../scripts/generate.mjs', import.meta.url).href;
    const { generateTypes } = (await import(script)) as { generateTypes(): Promise<string> };
    expect(read('src/domain/generated/types.ts')).toBe(await generateTypes());
  }, 60_000);
});

describe('the schema of an issue and the code that makes one agree', () => {
  test('on what every issue has', () => {
    expect([...issueSchema.required].sort()).toEqual(Object.keys(blank).sort());
  });

  test('on the keys and their order', () => {
    expect(ISSUE_KEYS).toEqual(Object.keys(issueSchema.properties));
    expect([...EVENT_KEYS].sort()).toEqual(Object.keys(schemaOf('event').properties).sort());
  });

  test('on words and limits', () => {
    expect(issueSchema.properties.state?.enum).toEqual(STATES);
    expect([...(issueSchema.properties.priority?.enum ?? [])].sort()).toEqual([...PRIORITIES].sort());
    expect(issueSchema.$defs.link?.properties?.type?.enum).toEqual(LINK_TYPES);
    expect(issueSchema.properties.dependencies?.maxItems).toBe(LIMITS.dependencies);
    expect(issueSchema.$defs.hold?.properties?.reason?.maxLength).toBe(LIMITS.holdReasonCharacters);
    expect(issueSchema.$defs.gateStatus?.properties?.reason?.maxLength).toBe(LIMITS.verdictReasonCharacters);
  });

  test('a new issue, and one in each state, is valid', () => {
    expect(accepts(validateIssue, blank)).toBe(true);
    for (const state of STATES) expect(accepts(validateIssue, issueWith(1, inState(state)))).toBe(true);
  });

  test.each(Object.keys(blank))('without %s it is not', (key) => {
    const { [key as keyof typeof blank]: _, ...rest } = blank;
    expect(accepts(validateIssue, rest)).toBe(false);
  });
});

describe('what an issue may hold', () => {
  const valid = (fields: object): boolean => accepts(validateIssue, { ...blank, ...fields });

  test.each<[string, object]>([
    ['an unknown key', { from_the_future: { a: [1] } }],
    ['an unknown key called __proto__', JSON.parse('{"__proto__":{"x":1}}') as object],
    ['an unknown key called constructor', { constructor: 1 }],
    ['context with treacherous keys', { context: JSON.parse('{"__proto__":"a","toString":"b"}') as object }],
    ['a gate called constructor', { gates_required: ['constructor'] }],
    ['a title of 200 characters that are two units each', { title: '🐙'.repeat(200) }],
    ['times without milliseconds', { updated_at: '2026-01-02T03:04:05Z' }],
  ])('%s', (_, fields) => {
    expect(valid(fields)).toBe(true);
  });

  test.each<[string, object]>([
    ['a title of two lines', { title: 'a\nb' }],
    ['an empty title', { title: '' }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
    ['an unknown state', { state: 'next' }],
    ['a value inherited from the language as a state', { state: 'constructor' }],
    ['an id in lower case', { id: idOf(1).toLowerCase() }],
    ['an assignee without a type', { assignee: 'w1' }],
    ['a label with a comma', { labels: ['a,b'] }],
    ['the same label twice', { labels: ['a', 'a'] }],
    ['a gate called __proto__', { gates_required: ['__proto__'] }],
    ['a verdict for a gate called __proto__', JSON.parse('{"gates_status":{"__proto__":{}}}') as object],
    ['a number in context', { context: { a: 1 } }],
    ['a number in context under __proto__', { context: JSON.parse('{"__proto__":1}') as object }],
    ['a hold without a reason', { hold: {} }],
    ['a hold with a reason of 1,001 characters', { hold: { reason: 'x'.repeat(1001) } }],
    ['a local time', { updated_at: '2026-01-02T03:04:05+01:00' }],
    ['an epoch of zero', { claim_epoch: 0 }],
  ])('not %s', (_, fields) => {
    expect(valid(fields)).toBe(false);
  });
});

describe('the other schemas agree with the code', () => {
  test('on gates and tombstones', () => {
    expect(accepts(validateGates, GATES)).toBe(true);
    expect(accepts(validateGates, JSON.parse('{"__proto__":1}'))).toBe(false);
    fc.assert(fc.property(arbitraryTombstone, (tombstone) => accepts(validateTombstone, tombstone)));
  });

  test('on the names of events', () => {
    const event = { ts: NOW, id: idOf(1), eid: idOf(2), prev: null, by: 'agent:a', changes: {} };
    for (const name of EVENT_NAMES) expect(accepts(validateEvent, { ...event, event: name })).toBe(true);
  });

  test('on ids, gate keys and identities, whatever the text', () => {
    const pattern = (name: string): RegExp => new RegExp(issueSchema.$defs[name]!.pattern!, 'u');
    const parses = (text: string): boolean => {
      try {
        parseIdentity(text);
        return text.includes(':');
      } catch {
        return false;
      }
    };
    const near = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'Z', '0', ':', '_', '-', ' ', '\n', '\u0085', '\u2028', 'é') }),
      fc.constantFrom('agent:a', idOf(1), 'unit-tests', 'x'.repeat(64), 'agent:a\n'),
    );
    fc.assert(
      fc.property(near, (text) => {
        expect(isUlid(text)).toBe(pattern('ulid').test(text));
        expect(parses(text)).toBe(pattern('identity').test(text));
        expect(GATE_KEY.test(text)).toBe(pattern('gateKey').test(text) && text.length <= 64);
      }),
      { numRuns: 500 },
    );
  });
});
