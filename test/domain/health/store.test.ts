import { expect, test } from 'vitest';
import { needsAction } from '../../../src/domain/health/check.ts';
import {
  checkDurability,
  checkLock,
  checkStore,
  type LockFacts,
  type StoreFacts,
} from '../../../src/domain/health/store.ts';
import type { Problem } from '../../../src/domain/problem.ts';

const problem = (fields: Partial<Problem>): Problem => ({
  severity: 'warning',
  code: 'x',
  message: 'm',
  file: '.jit/x',
  path: null,
  id: null,
  fix: null,
  ...fields,
});
const store = (facts: Partial<StoreFacts> = {}) =>
  checkStore({
    dir: '/r/.jit',
    stored: 2,
    schemaVersion: 1,
    knownVersion: 1,
    problems: [],
    failure: null,
    ...facts,
  });

test('a store without problems', () => {
  expect(store()).toMatchObject({
    status: 'ok',
    message: '/r/.jit, schema version 1, 2 issue files',
    findings: [],
  });
});

test('problems are counted, and jit validate names them', () => {
  const found = store({
    problems: [problem({ severity: 'error' }), problem({}), problem({ fix: 'mend it' })],
  });
  expect(found).toMatchObject({ status: 'error', fix: 'jit validate', details: { errors: 1, warnings: 2 } });
  expect(store({ problems: [problem({ fix: 'mend it' })] })).toMatchObject({
    status: 'warning',
    fix: 'jit validate --fix',
  });
  expect(store({ problems: [problem({})] }), 'nobody can mend it by rule').toMatchObject({
    status: 'warning',
    fix: null,
  });
});

test('what the journal set aside needs a look; what dead processes left does not', () => {
  const aside = store({ problems: [problem({ code: 'set-aside', file: '.jit/local/aside/g1-1.json' })] });
  expect(aside).toMatchObject({
    status: 'warning',
    fix: 'jit validate',
    details: { set_aside: 1, warnings: 0 },
  });
  expect(aside.findings[0]!.message).toContain('.jit/local/aside/g1-1.json');
  const left = store({ problems: [problem({ code: 'leftover' }), problem({ code: 'leftover' })] });
  expect(left).toMatchObject({ status: 'ok', findings: [{ fix: 'jit gc' }], details: { leftovers: 2 } });
  expect(needsAction(left)).toBe(false);
});

test('a store that cannot be read', () => {
  const failure = { message: 'is of form 9', hint: 'update jit' };
  const found = store({ stored: null, problems: null, schemaVersion: 9, failure });
  expect(found).toMatchObject({ status: 'error', message: '/r/.jit, schema version 9' });
  expect(found.findings[0]!.message).toBe('is of form 9 (update jit)');
});

const lock = (facts: Partial<LockFacts> = {}) =>
  checkLock({ holder: '7_1_a_1', pid: 7, liveness: 'alive', age: 20, ...facts });

test('the lock: free, just held, by one who is stopped, dead, or elsewhere', () => {
  expect(lock({ holder: null, pid: null, age: null })).toMatchObject({ status: 'ok', message: 'free' });
  expect(lock()).toMatchObject({ status: 'ok', message: 'held by process 7 for 0s', findings: [] });
  expect(lock({ age: 61_000 })).toMatchObject({
    status: 'warning',
    message: 'held by process 7 for 1m',
    fix: null,
  });
  expect(lock({ liveness: 'dead', age: 61_000 })).toMatchObject({
    status: 'ok',
    findings: [{ message: expect.stringMatching(/dead/) }],
  });
  expect(lock({ holder: '', pid: null, liveness: 'unknown' })).toMatchObject({ status: 'ok' });
  expect(lock({ liveness: 'unknown' }).status).toBe('warning');
});

test('durability', () => {
  expect(checkDurability('full')).toMatchObject({ status: 'ok' });
  expect(checkDurability('fast')).toMatchObject({ status: 'warning', fix: null });
});
