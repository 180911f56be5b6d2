import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkConfig } from '../../src/domain/generated/checks/config.js';
import { checkEvent } from '../../src/domain/generated/checks/event.js';
import { checkGates } from '../../src/domain/generated/checks/gates.js';
import { checkIndex } from '../../src/domain/generated/checks/index.js';
import { checkIssue } from '../../src/domain/generated/checks/issue.js';
import { checkLease } from '../../src/domain/generated/checks/lease.js';
import { checkLocalConfig } from '../../src/domain/generated/checks/local-config.js';
import { checkTombstone } from '../../src/domain/generated/checks/tombstone.js';
import * as validators from '../../src/domain/generated/validators.js';
import { arbitraryIssue, arbitraryTombstone } from '../support/arbitrary-issue.ts';
import { GATES, idOf, NOW } from '../support/issues.ts';
import { size } from '../support/size.ts';

// The checks are made of what ajv compiles by taking out all that makes errors: they must say the same as what tells them.

type Check = (value: unknown) => boolean;

const EVENT = {
  ts: NOW,
  event: 'issue.updated',
  id: idOf(1),
  eid: idOf(2),
  prev: null,
  by: 'agent:a',
  changes: { title: ['a', 'b'] },
};

const LEASE = {
  schema_version: 1,
  synced: 0,
  trail: ['a'],
  id: idOf(1),
  epoch: 1,
  status: 'held',
  holder: 'agent:a',
  worktree: '.',
  path: '/w',
  branch: 'main',
  ttl: 1_800_000,
  renewals: 0,
  beat: { host: 'h', boot: 'b', elapsed: 5, at: NOW },
  tie: null,
  writer: '1.a',
  provisional: false,
  ended: null,
};

const CASES: readonly (readonly [name: string, Check, Check, fc.Arbitrary<unknown>])[] = [
  ['issue', checkIssue, validators.validateIssue, arbitraryIssue],
  ['tombstone', checkTombstone, validators.validateTombstone, arbitraryTombstone],
  ['event', checkEvent, validators.validateEvent, fc.constant(EVENT)],
  ['gates', checkGates, validators.validateGates, fc.constant(GATES)],
  [
    'config',
    checkConfig,
    validators.validateConfig,
    fc.constant({ durability: 'fast', claims: { scope: 'remote' } }),
  ],
  ['index', checkIndex, validators.validateIndex, fc.constant({ schema_version: 1 })],
  ['lease', checkLease, validators.validateLease, fc.constant(LEASE)],
  [
    'local-config',
    checkLocalConfig,
    validators.validateLocalConfig,
    fc.constant({ agent: { id: 'agent:a' } }),
  ],
];

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

/** Every place in a document, as the keys that lead there. */
function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [
    [],
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner).map((rest) => [key, ...rest])),
  ];
}

const REMOVED = Symbol('removed');

function replaceAt(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by === REMOVED ? null : by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length === 0 && by === REMOVED) delete copy[key];
  else copy[key] = replaceAt(copy[key], rest, by);
  return copy;
}

test.each(CASES)(
  '%s: a check says what the validator says, of what is valid and what is damaged',
  (_, check, validate, valid) => {
    const verdicts = new Set<boolean>();
    const damage = fc.oneof(
      fc.constant(REMOVED),
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ minLength: 201, maxLength: 300 }),
    );
    fc.assert(
      fc.property(valid, fc.array(fc.tuple(fc.nat(), damage), { maxLength: 2 }), (document, damages) => {
        let value = json(document);
        for (const [at, by] of damages) {
          const places = placesIn(value);
          value = json(replaceAt(value, places[at % places.length]!, by));
        }
        const verdict = validate(value);
        verdicts.add(verdict);
        expect(check(value)).toBe(verdict);
      }),
      { numRuns: size(500, 20_000) },
    );
    expect(verdicts).toEqual(new Set([true, false]));
  },
);
