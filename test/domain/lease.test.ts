import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answer,
  type Beat,
  type Change,
  changed,
  type Evidence,
  ended,
  isActive,
  isHolder,
  judge,
  type Lease,
  type LeaseStatus,
  type Liveness,
  mayEnd,
  type Request,
  replacement,
} from '../../src/domain/lease.ts';
import { idOf } from '../support/issues.ts';

const AT = '2026-01-02T03:04:05.000Z';
const beat = (elapsed: number, boot: string | null = 'b1', host = 'one'): Beat => ({
  host,
  boot,
  elapsed,
  at: AT,
});

const held: Lease = {
  id: idOf(1),
  epoch: 3,
  status: 'held',
  holder: 'agent:a',
  worktree: '.',
  path: '/work',
  branch: 'main',
  ttl: 100,
  renewals: 2,
  beat: beat(1_000),
  tie: null,
  writer: null,
  provisional: false,
  ended: null,
};

const evidence = (now: Beat, liveness: Liveness = 'alive', unchangedFor: number | null = null): Evidence => ({
  now,
  liveness: () => liveness,
  unchangedFor,
});

const lifeOf = (fields: Partial<Lease>, facts: Evidence) => judge({ ...held, ...fields }, facts).life;

describe('a lease is judged', () => {
  const later = beat(1_100);
  const rebooted = beat(5, 'b2');
  const elsewhere = beat(9e9, 'c1', 'two');

  test.each<[string, Partial<Lease>, Evidence, string]>([
    ['before its ttl is over', {}, evidence(beat(1_099)), 'live'],
    ['when its ttl is over', {}, evidence(later), 'overdue'],
    ['without a ttl', { ttl: null }, evidence(beat(9e9)), 'live'],
    ['without a ttl, after a reboot', { ttl: null }, evidence(rebooted), 'live'],
    ['after a reboot', {}, evidence(rebooted), 'overdue'],
    ['tied, while its process runs', { tie: 't' }, evidence(beat(1_000)), 'live'],
    ['tied, while its process runs, too late', { tie: 't' }, evidence(later), 'overdue'],
    ['tied to a process that is dead', { tie: 't' }, evidence(beat(1_000), 'dead'), 'overdue'],
    ['tied to one that cannot be looked up', { tie: 't' }, evidence(beat(1_000), 'unknown'), 'live'],
    ['tied without a ttl', { tie: 't', ttl: null }, evidence(beat(9e9)), 'live'],
    ['tied without a ttl, dead', { tie: 't', ttl: null }, evidence(beat(9e9), 'dead'), 'overdue'],
    ['tied without a ttl, rebooted', { tie: 't', ttl: null }, evidence(rebooted, 'unknown'), 'overdue'],
    ['claiming', { status: 'claiming', writer: 'w' }, evidence(beat(1_000)), 'live'],
    ['claiming, dead', { status: 'claiming', writer: 'w' }, evidence(beat(1_000), 'dead'), 'overdue'],
    ['claiming, stopped', { status: 'claiming', writer: 'w' }, evidence(later), 'overdue'],
    ['claiming, rebooted', { status: 'claiming', writer: 'w', ttl: null }, evidence(rebooted), 'overdue'],
    ['finishing, however late', { status: 'finishing', writer: 'w' }, evidence(beat(9e9)), 'live'],
    ['finishing, out of sight', { status: 'finishing', writer: 'w' }, evidence(later, 'unknown'), 'live'],
    ['finishing, dead, in time', { status: 'finishing', writer: 'w' }, evidence(beat(1), 'dead'), 'live'],
    ['finishing, dead, late', { status: 'finishing', writer: 'w' }, evidence(later, 'dead'), 'overdue'],
    ['finishing, rebooted', { status: 'finishing', writer: 'w' }, evidence(rebooted, 'unknown'), 'overdue'],
    ['suspended, however late', { status: 'suspended' }, evidence(beat(9e9)), 'live'],
    ['suspended, its process dead', { status: 'suspended', tie: 't' }, evidence(later, 'dead'), 'live'],
    ['suspended, rebooted', { status: 'suspended', tie: 't' }, evidence(rebooted, 'unknown'), 'live'],
    ['from elsewhere, at the first look', {}, evidence(elsewhere), 'live'],
    ['from elsewhere, unchanged for long', {}, evidence(elsewhere, 'unknown', 100), 'overdue'],
    ['from elsewhere, not for long enough', {}, evidence(elsewhere, 'unknown', 99), 'live'],
    ['where boots are not told apart', { beat: beat(1, null) }, evidence(beat(9e9, null)), 'live'],
    ['the same, watched', { beat: beat(1, null) }, evidence(beat(2, null), 'unknown', 100), 'overdue'],
    ['a container of the same boot', {}, evidence(beat(1_100, 'b1', 'box')), 'overdue'],
    ['done', { status: 'done' }, evidence(rebooted, 'dead', 9e9), 'over'],
    ['released', { status: 'released', ended: 'expired' }, evidence(rebooted, 'dead', 9e9), 'over'],
  ])('%s', (_, fields, facts, life) => {
    expect(lifeOf(fields, facts)).toBe(life);
  });

  test('with what is left of its time', () => {
    const remaining = (fields: Partial<Lease>, now: Beat) =>
      judge({ ...held, ...fields }, evidence(now)).remaining;
    expect(remaining({}, beat(1_040))).toBe(60);
    expect(remaining({}, later)).toBe(0);
    expect(remaining({ ttl: null }, later)).toBeNull();
    expect(remaining({ status: 'suspended' }, later)).toBeNull();
  });

  test('never by a wall clock', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(300), (then, now, age) => {
        const lease = { ...held, beat: { ...held.beat, at: then } };
        expect(judge(lease, evidence({ ...beat(1_000 + age), at: now })).life).toBe(
          age < 100 ? 'live' : 'overdue',
        );
      }),
    );
  });
});

const request = (fields: Partial<Request> = {}): Request => ({
  id: held.id,
  actor: { id: 'agent:a', bare: false },
  here: { worktree: '.', path: '/work', branch: 'main' },
  ttl: 50,
  tie: null,
  writer: 'w',
  floor: 0,
  exclusive: false,
  takeover: false,
  ...fields,
});
const now = beat(2_000);
const standing = (fields: Partial<Lease>, life: 'live' | 'overdue' | 'over' = 'live') => ({
  lease: { ...held, ...fields },
  life,
  remaining: null,
});
const B = { actor: { id: 'agent:b', bare: false } };

describe('a request is answered', () => {
  test('with an epoch above what was and what the file says', () => {
    const epochs = [0, 3, 9].map((floor) => {
      const given = answer(
        standing({ status: 'released', ended: 'released' }, 'over'),
        request({ floor }),
        now,
      );
      return given.outcome === 'granted' && given.lease.epoch;
    });
    expect(epochs).toEqual([4, 4, 10]);
  });

  test('a grant begins anew', () => {
    const given = answer(
      standing({ tie: 't', provisional: true }, 'overdue'),
      request({ ...B, tie: 'u' }),
      now,
    );
    expect(given).toEqual({
      outcome: 'granted',
      lease: {
        ...held,
        epoch: 4,
        status: 'claiming',
        holder: 'agent:b',
        ttl: 50,
        renewals: 0,
        beat: now,
        tie: 'u',
        writer: 'w',
      },
    });
  });

  test.each<[string, ReturnType<typeof standing> | null, Partial<Request>, string]>([
    ['nothing is recorded', null, {}, 'granted'],
    ['its own', standing({}), {}, 'held'],
    ['its own, overdue', standing({}, 'overdue'), {}, 'held'],
    ['its own, exclusively', standing({}), { exclusive: true }, 'refused'],
    ['its own, exclusively, overdue', standing({}, 'overdue'), { exclusive: true }, 'granted'],
    [
      'its own name elsewhere',
      standing({}),
      { here: { worktree: 'worktrees/x', path: '', branch: null } },
      'refused',
    ],
    ['a bare name of another type', standing({ holder: 'ci:a' }), {}, 'refused'],
    [
      'a bare name, given bare',
      standing({ holder: 'ci:a' }),
      { actor: { id: 'agent:a', bare: true } },
      'held',
    ],
    ["another's", standing({}), B, 'refused'],
    ["another's, overdue", standing({}, 'overdue'), B, 'granted'],
    ["another's, by force", standing({}), { ...B, takeover: true }, 'granted'],
    ['its own, by force', standing({}), { takeover: true }, 'granted'],
    ['suspended', standing({ status: 'suspended' }), B, 'refused'],
    ['done', standing({ status: 'done' }, 'over'), {}, 'refused'],
    ['done, by force', standing({ status: 'done' }, 'over'), { takeover: true }, 'granted'],
    ['released', standing({ status: 'released', ended: 'lost' }, 'over'), B, 'granted'],
    ['finishing here, overdue', standing({ status: 'finishing' }, 'overdue'), B, 'granted'],
    [
      'finishing elsewhere, overdue',
      standing({ status: 'finishing', worktree: 'worktrees/x' }, 'overdue'),
      B,
      'refused',
    ],
    ['tied to another process', standing({ tie: 't' }), { tie: 'u' }, 'refused'],
    ['tied to another process, overdue', standing({ tie: 't' }, 'overdue'), { tie: 'u' }, 'held'],
    ['tied to this process', standing({ tie: 't' }), { tie: 't' }, 'held'],
  ])('%s', (_, before, fields, outcome) => {
    expect(answer(before, request(fields), now).outcome).toBe(outcome);
  });

  test('what its holder is finishing stays so on record, whoever of that name asks', () => {
    expect(answer(standing({ status: 'finishing', writer: 'x' }), request(), now)).toMatchObject({
      outcome: 'held',
      lease: { status: 'finishing', writer: 'x', epoch: 3, renewals: 3 },
    });
    expect(answer(standing({ status: 'claiming', writer: 'x' }), request(), now)).toMatchObject({
      outcome: 'held',
      lease: { status: 'claiming', writer: 'w' },
    });
  });
});

describe('a lease is changed', () => {
  const change = (fields: Partial<Lease>, wanted: Change): LeaseStatus | null =>
    changed({ ...held, ...fields }, { writer: 'w', ...wanted }, now)?.status ?? null;

  test.each<[Partial<Lease>, Change, LeaseStatus | null]>([
    [{}, {}, 'held'],
    [{ status: 'claiming' }, { status: 'held' }, 'held'],
    [{}, { status: 'suspended' }, 'suspended'],
    [{ status: 'suspended' }, { status: 'held' }, 'held'],
    [{}, { status: 'done' }, 'done'],
    [{ status: 'done' }, {}, null],
    [{ status: 'done' }, { status: 'held' }, null],
    [{ status: 'done' }, { status: 'done' }, 'done'],
    [{ status: 'released', ended: 'released' }, { status: 'held' }, null],
    [{ status: 'released', ended: 'lost' }, { status: 'held' }, null],
    [{ status: 'released', ended: 'expired' }, {}, null],
    [{ status: 'released', ended: 'expired' }, { status: 'held' }, 'held'],
    [{ status: 'released', ended: 'released' }, { status: 'done' }, 'done'],
    [{ status: 'released', ended: 'lost' }, { status: 'done' }, 'done'],
  ])('%j by %j becomes %s', (fields, wanted, status) => {
    expect(change(fields, wanted)).toBe(status);
  });

  test('and says who is at it only while somebody is', () => {
    const writers = (['held', 'finishing', 'suspended', 'done'] as const).map(
      (status) => changed({ ...held, status: 'claiming', writer: 'v' }, { status, writer: 'w' }, now)?.writer,
    );
    expect(writers).toEqual([null, 'w', null, null]);
  });

  test('and never under another epoch', () => {
    const { epoch, renewals } = changed(held, { ttl: null, holder: 'agent:c', status: 'held' }, now)!;
    expect([epoch, renewals]).toEqual([3, 3]);
  });
});

test('what is given back is tied to nobody', () => {
  const lease = { ...held, tie: 't', writer: 'w', provisional: true };
  expect(ended(lease, 'lost', now)).toEqual({
    ...held,
    status: 'released',
    renewals: 3,
    beat: now,
    ended: 'lost',
  });
});

test('what stands in for a record that is lost is free, under an epoch of its own', () => {
  const lease = replacement(held.id, 8, now);
  expect(lease.epoch).toBe(9);
  expect(isActive(lease)).toBe(false);
  expect(answer(judge(lease, evidence(now)) as never, request(), now)).toMatchObject({
    outcome: 'granted',
    lease: { epoch: 10 },
  });
});

test('work that is being finished is ended in its own work tree alone', () => {
  const other = { worktree: 'worktrees/x' };
  expect(mayEnd(held, other)).toBe(true);
  expect(mayEnd({ ...held, status: 'finishing' }, other)).toBe(false);
  expect(mayEnd({ ...held, status: 'finishing' }, held)).toBe(true);
  expect(isHolder(held, { id: 'agent:a', bare: false }, other)).toBe(false);
});
