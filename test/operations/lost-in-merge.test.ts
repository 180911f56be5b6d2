import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/domain/issue.ts';
import { assignIssues, releaseIssues } from '../../src/operations/assign.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { claimNext } from '../../src/operations/claim-next.ts';
import { claimable } from '../../src/operations/claimable.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { expireLeases } from '../../src/operations/expire.ts';
import { endWork, renewWork, workLost } from '../../src/operations/held-work.ts';
import { showLease } from '../../src/operations/leased.ts';
import { listIssues } from '../../src/operations/list.ts';
import { listLeases } from '../../src/operations/list-leases.ts';
import { releaseHolder, releaseLeases } from '../../src/operations/release-leases.ts';
import { renewLease } from '../../src/operations/renew-lease.ts';
import { reopenIssues } from '../../src/operations/reopen.ts';
import { NO_FENCE } from '../../src/operations/session.ts';
import { explain } from '../../src/operations/why.ts';
import { agent, human, inferred } from '../support/actors.ts';
import { issueWith } from '../support/issues.ts';
import { AT, bringClaims } from '../support/merged-claims.ts';
import { refusalIn } from '../support/refusal.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { complete, eventsOf, stored } from '../support/work.ts';

const BY_B = { state: 'in_progress', assignee: 'agent:b', claim_epoch: 1 } as const;

/** agent:a has claimed an issue; a merge then brought what another clone made of it. */
async function start(
  fields: Partial<Issue> = BY_B,
  claims: readonly [string, number][] = [['agent:b', 1]],
  ttl: number | null = null,
) {
  const issues = [issueWith(1)];
  const a = startSession({ content: { issues }, actor: agent('a') });
  const { id } = issues[0]!;
  await claimIssue(a, id, { ttl });
  await bringClaims(a.store, id, fields, claims);
  return { a, id };
}

const recordOf = async (session: TestSession, id: string) =>
  (await session.leases.inspect([id])).get(id)?.lease;
const OVER = { status: 'released', ended: 'lost', epoch: 1 };
const gentle = { comment: null, force: false };
const forced = { comment: null, force: true };

test('lists and shows it as over, names the winner, and changes nothing', async () => {
  const { a, id } = await start();
  const all = { holder: null, kinds: [], all: false };
  expect(await listLeases(a, all)).toMatchObject({ leases: [], total: 0 });
  expect(a.told).toMatchObject([
    {
      code: 'lease-lost',
      fix: 'jit lease expire',
      message: expect.stringContaining('by agent:a under epoch 1 was lost in a merge to agent:b'),
    },
  ]);
  expect((await listLeases(a, { ...all, all: true })).leases).toMatchObject([
    { lease: { life: 'over', lease: OVER } },
  ]);
  expect(await showLease(a, id)).toMatchObject({ lease: { lease: OVER }, lost: { winner: 'agent:b' } });
  expect(await recordOf(a, id)).toMatchObject({ status: 'held' });
});

test('the loser can neither renew nor go on with it, and why says who has it', async () => {
  const { a, id } = await start();
  const byB = {
    code: 'NOT_HOLDER',
    details: { holder: 'agent:b' },
    message: expect.stringContaining('agent:b'),
  };
  expect(await refusalIn(renewLease(a, id, {}))).toMatchObject(byB);
  expect(await refusalIn(complete(a, id))).toMatchObject(byB);
  const fenced = { ...a, fence: { ...NO_FENCE, epoch: 1 } };
  for (const act of [renewLease(fenced, id, {}), complete(fenced, id), commentIssues(fenced, [id], 'x')])
    expect(await refusalIn(act)).toMatchObject({ code: 'STALE_EPOCH', details: { holder: 'agent:b' } });
  expect((await refusalIn(claimIssue(a, id))).message).toContain('held by agent:b');
  expect(await explain(a, id)).toMatchObject({
    lost: { winner: 'agent:b' },
    reasons: [{ type: 'assignee', assignee: 'agent:b' }],
    next: expect.not.stringContaining('complete'),
  });
  expect(await stored(a, id)).toMatchObject(BY_B);
});

describe('giving it back', () => {
  test('by the loser ends the record alone, with and without force, however often', async () => {
    for (const input of [gentle, forced]) {
      for (const release of [
        releaseLeases,
        (s: TestSession, ids: string[]) => releaseIssues(s, ids, { ...input, to: null }),
      ]) {
        const { a, id } = await start();
        for (let time = 0; time < 2; time += 1)
          expect(await eventsOf(a, () => release(a, [id], input))).toEqual([]);
        expect(await recordOf(a, id)).toMatchObject(OVER);
        expect(await stored(a, id)).toMatchObject(BY_B);
      }
    }
  });

  test('with --to is refused: the issue is not the loser’s to hand on', async () => {
    const { a, id } = await start();
    expect((await refusalIn(releaseIssues(a, [id], { ...gentle, to: 'agent:c' }))).code).toBe('NOT_HOLDER');
  });

  test('by a stranger is refused, and with force gives back the claim that stands', async () => {
    for (const who of [human('lead'), inferred('ada')]) {
      const { a, id } = await start();
      const lead = a.as(who);
      if (who.explicit) expect((await refusalIn(releaseLeases(lead, [id], gentle))).code).toBe('NOT_HOLDER');
      const [event, ...more] = await eventsOf(a, () => releaseLeases(lead, [id], forced));
      expect([event, more]).toMatchObject([
        { event: 'issue.released', assignee: 'agent:b', forced: true },
        [],
      ]);
      expect(await recordOf(a, id)).toMatchObject(OVER);
      expect(await stored(a, id)).toMatchObject({ state: 'ready', assignee: null });
    }
  });

  test('of all that somebody holds: the record of the loser, or the issue of the winner', async () => {
    const how = { to: null, comment: null, apply: true };
    const { a, id } = await start();
    const lead = a.as(human('lead'));
    expect(await eventsOf(a, () => releaseHolder(lead, 'agent:a', how))).toEqual([]);
    expect(await recordOf(a, id)).toMatchObject(OVER);
    expect(await stored(a, id)).toMatchObject(BY_B);

    const other = await start();
    await releaseHolder(other.a.as(human('lead')), 'agent:b', how);
    expect(await stored(other.a, other.id)).toMatchObject({ state: 'ready', assignee: null });
  });
});

describe('what the winner gave back', () => {
  const FREE = { state: 'ready', assignee: null } as const;

  test('is free for all, although the lost lease lasts without end', async () => {
    for (const [epoch, claims] of [
      [1, [['agent:b', 1]]],
      [
        2,
        [
          ['agent:b', 1],
          ['agent:b', 2],
        ],
      ],
    ] as const) {
      for (const who of ['a', 'c']) {
        const { a, id } = await start(
          { ...FREE, claim_epoch: epoch },
          claims as unknown as [string, number][],
        );
        const session = a.as(agent(who));
        expect(await listIssues(session, claimable(session))).toMatchObject({ total: 1 });
        const claimed = await (who === 'a'
          ? claimIssue(session, id)
          : claimNext(session, { filter: null, resume: false }));
        expect(claimed).toMatchObject({
          outcome: 'claimed',
          lease: { lease: { epoch: epoch + 1, holder: `agent:${who}` } },
        });
      }
    }
  });

  test('stays the holder’s where the log does not know of both claims', async () => {
    // Another branch is checked out, or nobody else had claimed it.
    const { a, id } = await start({ ...FREE, claim_epoch: 1 }, []);
    expect((await refusalIn(claimIssue(a.as(agent('c')), id))).message).toContain('held by agent:a');
    expect((await expireLeases(a)).leases).toEqual([]);
    expect(await recordOf(a, id)).toMatchObject({ status: 'held' });
  });
});

test('what the winner finished is finished: the record keeps nobody from reopening and claiming it', async () => {
  const { a, id } = await start({ state: 'done', assignee: 'agent:b', claim_epoch: 1, completed_at: AT });
  expect((await expireLeases(a)).leases).toMatchObject([OVER]);
  expect(await stored(a, id)).toMatchObject({ state: 'done', assignee: 'agent:b' });
  await reopenIssues(a, [id], 'more to do');
  expect((await claimIssue(a.as(agent('c')), id)).lease.lease).toMatchObject({ epoch: 2 });
});

test('lease expire ends the record, overdue or not, and leaves the winner’s claim alone, then and later', async () => {
  for (const ttl of [null, 1000]) {
    const { a, id } = await start(BY_B, [['agent:b', 1]], ttl);
    a.clock.forward(60_000);
    expect((await expireLeases(a)).leases).toMatchObject([OVER]);
    expect(await recordOf(a, id)).toMatchObject(OVER);
    expect(await expireLeases(a)).toEqual({ leases: [], rows: [] });
    expect((await refusalIn(claimNext(a, { filter: null, resume: false }))).code).toBe('NOTHING_READY');
    expect(await stored(a, id)).toMatchObject(BY_B);
  }
});

test('a claim that was given back here says nothing of one that another clone made under the same epoch', async () => {
  const issues = [issueWith(1)];
  const a = startSession({ content: { issues }, actor: agent('a') });
  const { id } = issues[0]!;
  await claimIssue(a, id);
  await releaseIssues(a, [id], { ...gentle, to: null });
  await bringClaims(a.store, id, BY_B, [['agent:b', 1]]);
  expect((await refusalIn(claimNext(a, { filter: null, resume: false }))).code).toBe('NOTHING_READY');
  expect((await refusalIn(claimIssue(a, id))).code).toBe('ALREADY_CLAIMED');
  expect((await expireLeases(a)).rows).toEqual([]);
  expect(await stored(a, id)).toMatchObject(BY_B);
});

test('a change of the issue ends the record, and finishing it here says who did', async () => {
  const { a, id } = await start();
  await commentIssues(a.as(agent('c')), [id], 'seen');
  expect(await recordOf(a, id)).toMatchObject(OVER);

  const other = await start();
  await complete(other.a.as(agent('b')), other.id);
  expect(await recordOf(other.a, other.id)).toMatchObject({ status: 'done', holder: 'agent:b' });
});

test('a handed-over lease is not lost where an older file names who had it before', async () => {
  const issues = [issueWith(1)];
  const a = startSession({ content: { issues }, actor: agent('a') });
  const { id } = issues[0]!;
  await claimIssue(a, id);
  const before = await stored(a, id);
  await assignIssues(a, [id], 'agent:c', false);
  // Another work tree that has merged the claim, but not what came after it.
  const here = { worktree: 'worktrees/b', path: '/b', branch: 'b' };
  const other = startSession({
    content: { issues: [before] },
    leases: a.leases,
    clock: a.clock,
    here,
    actor: agent('a'),
  });
  expect((await showLease(other, id)).lost).toBeUndefined();
  expect(await refusalIn(complete(other, id))).toMatchObject({
    code: 'NOT_HOLDER',
    details: { holder: 'agent:c' },
  });
  expect((await expireLeases(other)).leases).toEqual([]);
});

test('what the remote has granted no merge takes away', async () => {
  const { a, id } = await start();
  await a.store.transact(async () => ({
    issues: [],
    events: [],
    config: { claims: { scope: 'remote' } },
    result: null,
  }));
  expect((await showLease(a, id)).lost).toBeUndefined();
});

test('a process that keeps it finds it lost at the next renewal, and is told who has it', async () => {
  const { a, id } = await start();
  const work = { id, epoch: 1 };
  expect(await renewWork(a, work)).toBe('lost');
  expect(await recordOf(a, id)).toMatchObject(OVER);
  expect(await workLost(a, work)).toMatchObject({ code: 'STALE_EPOCH', details: { holder: 'agent:b' } });
  // Also where its command ends before that.
  const other = await start();
  expect(await refusalIn(endWork(other.a, { id: other.id, epoch: 1 }, 'complete', null))).toMatchObject({
    code: 'STALE_EPOCH',
    details: { holder: 'agent:b' },
  });
  expect(await stored(other.a, other.id)).toMatchObject(BY_B);
});
