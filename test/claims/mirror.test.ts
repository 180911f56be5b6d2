import { describe, expect, test } from 'vitest';
import { decideStep } from '../../src/claims/mirror.ts';
import type { Lease, Life } from '../../src/domain/lease.ts';
import { idOf } from '../support/issues.ts';

const lease = (fields: Partial<Lease>): Lease => ({
  id: idOf(1),
  epoch: 5,
  status: 'held',
  holder: 'agent:a',
  worktree: 'c1/.',
  path: '/work',
  branch: null,
  ttl: 1_000,
  renewals: 3,
  beat: { host: 'h', boot: 'b', elapsed: 0, at: '2026-01-01T00:00:00.000Z' },
  tie: null,
  writer: null,
  provisional: false,
  ended: null,
  ...fields,
});

interface Facts {
  readonly wanted?: Partial<Lease>;
  readonly life?: Life;
  readonly due?: boolean;
  readonly takeover?: boolean;
}

function step(
  there: Partial<Lease> | null,
  { wanted = {}, life = 'live', due = false, takeover = false }: Facts = {},
) {
  const ours = there === null || (there.worktree ?? 'c1/.').startsWith('c1/');
  const standing = there === null ? null : { lease: lease(there), life, remaining: null };
  return decideStep(lease(wanted), standing, { ours, takeover, isDue: () => due });
}

const RELEASED = { status: 'released', ended: 'released' } as const;
const EXPIRED = { status: 'released', ended: 'expired' } as const;
const ELSEWHERE = { worktree: 'c2/.' };

test('where nothing is, the lease is put', () => {
  expect(step(null)).toBe('put');
  expect(step(null, { wanted: RELEASED })).toBe('put');
});

describe('of the same clone', () => {
  test.each<[string, Partial<Lease>, Facts, string]>([
    ['the same', {}, {}, 'agrees'],
    ['the same, but long ago', { renewals: 1 }, { due: true }, 'put'],
    ['a renewal that tells nothing new', { renewals: 1 }, {}, 'agrees'],
    ['another status', { renewals: 2 }, { wanted: { status: 'done' } }, 'put'],
    ['another holder', { renewals: 2 }, { wanted: { holder: 'agent:b' } }, 'put'],
    ['another ttl', { renewals: 2 }, { wanted: { ttl: null } }, 'put'],
    ['another process', { renewals: 2 }, { wanted: { tie: 'x' } }, 'put'],
    ['what a later change of the same lease left', { renewals: 4, status: 'done' }, {}, 'agrees'],
    ['an earlier lease', { epoch: 4, renewals: 9 }, {}, 'put'],
    ['an earlier lease of another work tree', { epoch: 4, worktree: 'c1/worktrees/b' }, {}, 'put'],
    ['a later lease', { epoch: 6 }, {}, 'in-the-way'],
    ['what somebody ended as overdue', { ...EXPIRED, renewals: 4 }, {}, 'put'],
    ['what somebody ended by force', { ...RELEASED, renewals: 4 }, {}, 'in-the-way'],
    [
      'what somebody ended by force, and was finished',
      { ...RELEASED, renewals: 4 },
      { wanted: { status: 'done' } },
      'put',
    ],
    ['what is given back', { renewals: 2 }, { wanted: RELEASED }, 'put'],
    ['what was given back', { ...RELEASED, renewals: 9 }, { wanted: RELEASED }, 'agrees'],
  ])('%s', (_, there, facts, expected) => {
    expect(step(there, facts)).toBe(expected);
  });
});

describe('of another clone', () => {
  test.each<[string, Partial<Lease>, Facts, string]>([
    ['an earlier lease that lives', { epoch: 4 }, {}, 'in-the-way'],
    ['an earlier lease that lives, taken on purpose', { epoch: 4 }, { takeover: true }, 'put'],
    ['an earlier lease that is overdue', { epoch: 4 }, { life: 'overdue' }, 'put'],
    [
      'an earlier lease whose finishing was cut off',
      { epoch: 4, status: 'finishing' },
      { life: 'overdue' },
      'in-the-way',
    ],
    ['finished work', { epoch: 4, status: 'done' }, { life: 'over' }, 'in-the-way'],
    ['what was given back', { epoch: 4, ...RELEASED }, { life: 'over' }, 'put'],
    ['the same epoch, given back', { ...RELEASED }, { life: 'over' }, 'in-the-way'],
    ['the same epoch, taken on purpose', {}, { takeover: true }, 'in-the-way'],
    ['a later epoch', { epoch: 6, ...RELEASED }, { life: 'over' }, 'in-the-way'],
  ])('%s', (_, there, facts, expected) => {
    expect(step({ ...there, ...ELSEWHERE }, facts)).toBe(expected);
  });
});
