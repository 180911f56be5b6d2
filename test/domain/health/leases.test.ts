import { describe, expect, test } from 'vitest';
import { needsAction } from '../../../src/domain/health/check.ts';
import { checkLeases, type FiledIssue, type LeasesFacts } from '../../../src/domain/health/leases.ts';
import type { Lease, Standing } from '../../../src/domain/lease.ts';
import { idOf, leaseWith } from '../../support/issues.ts';

const ID = idOf(1);
const REF = ID.slice(-8);
const HERE = { worktree: '.', path: '/work', branch: 'main' };

const filed = (state: FiledIssue['state'], fields: Partial<FiledIssue> = {}): FiledIssue => ({
  id: ID,
  state,
  assignee: 'agent:holder',
  claim_epoch: 1,
  ...fields,
});
const lease = (fields: Partial<Lease> = {}, life: Standing['life'] = 'live'): Standing =>
  leaseWith(ID, { ...HERE, ...fields }, life);
const check = (facts: Partial<LeasesFacts>) =>
  checkLeases({
    place: '/trees/.git/jit/leases',
    standings: [],
    lost: [],
    writers: new Map(),
    issues: [],
    here: HERE,
    worktrees: new Set(['.', 'worktrees/b']),
    hasBranch: () => true,
    strays: [],
    leftovers: [],
    corrupt: [],
    owed: [],
    ...facts,
  });

/** What is said of one lease and one issue: status, command, words. */
const judged = (standing: Standing | null, issue: FiledIssue | null, facts: Partial<LeasesFacts> = {}) => {
  const { status, fix, findings } = check({
    standings: standing === null ? [] : [standing],
    issues: issue === null ? [] : [issue],
    ...facts,
  });
  return { status, fix, said: findings.map(({ message }) => message).join('\n') };
};

test('none, and those with which nothing is wrong', () => {
  expect(check({})).toMatchObject({ status: 'ok', message: 'none', findings: [] });
  const all = [
    leaseWith(idOf(1), HERE),
    leaseWith(idOf(2), { ...HERE, status: 'suspended' }),
    leaseWith(idOf(3), { ...HERE, status: 'done' }, 'over'),
    leaseWith(idOf(4), { ...HERE, worktree: 'worktrees/b' }),
    leaseWith(idOf(5), { ...HERE, status: 'released', ended: 'released' }, 'over'),
  ];
  const issues = (['in_progress', 'gated', 'done', 'ready', 'ready'] as const).map((state, at) =>
    filed(state, { id: idOf(at + 1) }),
  );
  const found = check({ standings: all, issues });
  expect(found).toMatchObject({
    status: 'ok',
    message: '2 held, 1 suspended, 1 done, 1 released',
    findings: [],
    details: { counts: { held: 2, suspended: 1, done: 1, released: 1, claiming: 0, finishing: 0 } },
  });
});

test('overdue: told, and the next claim sees to it', () => {
  const found = judged(lease({}, 'overdue'), filed('in_progress'));
  expect(found).toMatchObject({ status: 'warning', fix: null });
  expect(found.said).toMatch(/is overdue: the next claim takes it/);
  expect(check({ standings: [lease({}, 'overdue')] }).details).toMatchObject({ overdue: [ID] });
});

describe('stopped while completing', () => {
  const finishing = (fields: Partial<Lease> = {}) =>
    lease({ status: 'finishing', writer: '1_1_a_1', ...fields }, 'overdue');

  test('here it can be ended here', () => {
    expect(judged(finishing(), filed('in_progress')).fix).toBe('jit lease expire');
  });

  test('elsewhere it must be ended there', () => {
    const there = finishing({ worktree: 'worktrees/b', path: '/work b' });
    expect(judged(there, filed('ready')).fix).toBe("jit --dir '/work b' lease expire");
  });

  test('nobody can tell where its work tree is gone', () => {
    const gone = finishing({ worktree: 'worktrees/c', path: '/c' });
    expect(judged(gone, filed('ready')).fix).toBe(`jit lease release ${REF} --force`);
  });

  test('who still finishes is let alone', () => {
    const standing = lease({ status: 'finishing', writer: '1_1_a_1' });
    expect(judged(standing, filed('done'), { writers: new Map([[ID, 'alive']]) })).toMatchObject({
      status: 'ok',
    });
  });
});

describe('of a work tree that is gone', () => {
  const there = { worktree: 'worktrees/c', path: '/c', branch: 'topic' };

  test.each(['held', 'suspended', 'claiming'] as const)('%s', (status) => {
    const found = judged(lease({ ...there, status }), filed('ready'));
    expect(found).toMatchObject({ status: 'warning', fix: `jit lease release ${REF} --force` });
    expect(found.said).toContain('work tree that is gone');
  });

  test('done: only where its branch is gone, too, and the work is not here', () => {
    const done = lease({ ...there, status: 'done' }, 'over');
    const gone = { hasBranch: () => false };
    expect(judged(done, filed('ready')), 'the branch is there to be merged').toMatchObject({ status: 'ok' });
    expect(judged(done, filed('done'), gone), 'it was merged').toMatchObject({ status: 'ok' });
    expect(judged(done, filed('ready'), { hasBranch: () => null })).toMatchObject({ status: 'ok' });
    expect(judged(done, filed('ready'), gone)).toMatchObject({
      status: 'warning',
      fix: `jit lease release ${REF} --force`,
      said: expect.stringContaining('both are gone'),
    });
  });

  test("another clone's is not known here", () => {
    const abroad = { ...there, worktree: '01ABC/worktrees/c' };
    expect(judged(lease(abroad), filed('ready'))).toMatchObject({ status: 'ok', said: '' });
    const done = lease({ ...abroad, status: 'done' }, 'over');
    expect(judged(done, filed('ready'), { hasBranch: () => false })).toMatchObject({
      status: 'ok',
      said: '',
    });
  });

  test('where the work trees are not known, none is gone', () => {
    expect(judged(lease(there), filed('ready'), { worktrees: null })).toMatchObject({ status: 'ok' });
  });
});

describe('the file here says something else', () => {
  test.each(['ready', 'backlog'] as const)('held, but %s', (state) => {
    const found = judged(lease({ holder: 'agent:x' }), filed(state));
    expect(found).toMatchObject({ status: 'warning', fix: `jit issue claim ${REF} --to agent:x` });
    expect(found.said).toContain(`the file says ${state}`);
  });

  test.each(['done', 'archived'] as const)('held, but %s', (state) => {
    expect(judged(lease(), filed(state)).fix).toBe(`jit lease release ${REF} --force`);
  });

  test('held, but not on this branch', () => {
    expect(judged(lease(), null)).toMatchObject({
      status: 'ok',
      said: expect.stringContaining('no such issue'),
    });
  });

  test('whose process changes it just now is let alone', () => {
    const writers = new Map([[ID, 'alive' as const]]);
    expect(judged(lease({ status: 'claiming' }), filed('ready'), { writers })).toMatchObject({
      status: 'ok',
      said: '',
    });
  });

  test('finished here on this branch, but not done', () => {
    const done = lease({ status: 'done' }, 'over');
    expect(judged(done, filed('ready')).fix).toBe(`jit lease release ${REF} --force`);
    const other = lease({ status: 'done', branch: 'topic' }, 'over');
    expect(judged(other, filed('ready')), 'done on another branch').toMatchObject({ status: 'ok' });
  });

  test('in progress, although the lease was given back', () => {
    const over = lease({ status: 'released', ended: 'expired' }, 'over');
    expect(judged(over, filed('in_progress')).fix).toBe('jit lease expire');
    expect(
      judged(over, filed('in_progress', { claim_epoch: 2 })),
      "another clone's later claim",
    ).toMatchObject({
      status: 'ok',
      said: expect.stringContaining('without a lease here'),
    });
  });

  test('in progress without any lease', () => {
    expect(judged(null, filed('in_progress'))).toMatchObject({
      status: 'ok',
      said: expect.stringContaining('jit query stalled'),
    });
  });
});

test('where the issues cannot be read, leases are judged alone', () => {
  const found = check({ issues: null, standings: [lease(), leaseWith(idOf(2), HERE, 'overdue')] });
  expect(found.findings).toMatchObject([{ message: expect.stringContaining('is overdue') }]);
});

test('records that cannot be understood are errors', () => {
  const found = check({
    corrupt: [{ id: ID, message: 'the lease in X cannot be read', fix: 'jit lease release' }],
  });
  expect(found).toMatchObject({ status: 'error', fix: 'jit lease release' });
  expect(needsAction(check({ corrupt: [{ id: ID, message: 'newer', fix: null }] }))).toBe(true);
});

test('strays and debts are told', () => {
  expect(check({ strays: ['notes.txt'] })).toMatchObject({
    status: 'ok',
    findings: [{ message: expect.stringContaining('notes.txt') }],
  });
  expect(check({ leftovers: ['x'] })).toMatchObject({ status: 'ok', findings: [] });
  expect(check({ owed: [ID] })).toMatchObject({ status: 'warning', fix: null });
  const provisional = check({ standings: [lease({ provisional: true })], issues: [filed('in_progress')] });
  expect(provisional).toMatchObject({ status: 'warning', fix: null, details: { provisional: [ID] } });
});

test('what was lost in a merge is nobody’s, and the command that ends the record is named', () => {
  const loss = { standing: lease(), winner: 'agent:b' };
  for (const issue of [filed('in_progress', { assignee: 'agent:b' }), filed('ready', { assignee: null })]) {
    const found = judged(loss.standing, issue, { lost: [loss] });
    expect(found).toMatchObject({ status: 'warning', fix: 'jit lease expire' });
    expect(found.said.split('\n')[0]).toContain(
      'by agent:holder under epoch 1 was lost in a merge to agent:b',
    );
    expect(found.said).not.toContain('held here');
  }
  // A record that was ended says nothing of the claim that stands.
  const ended = lease({ status: 'released', ended: 'lost' }, 'over');
  expect(judged(ended, filed('in_progress', { assignee: 'agent:b' })).said).toContain(
    'another clone’s work'.replace('’', "'"),
  );
});
