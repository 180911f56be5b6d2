import { describe, expect, test } from 'vitest';
import { leaseBook } from '../../src/claims/book.ts';
import type { Cells } from '../../src/claims/cells.ts';
import {
  createMemoryCells,
  createMemoryLeases,
  memorySightings,
} from '../../src/claims/memory/memory-leases.ts';
import { JitError } from '../../src/domain/errors.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { Workplace } from '../../src/domain/lease.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { claimNext } from '../../src/operations/claim-next.ts';
import { releaseHolder, releaseLeases } from '../../src/operations/release-leases.ts';
import { NO_FENCE } from '../../src/operations/session.ts';
import { agent, human, inferred } from '../support/actors.ts';
import { contentsOf } from '../support/invariants.ts';
import { GATES, issueWith } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { machineWith, standingClock, startSession, type TestSession } from '../support/session.ts';
import { complete, create, eventsOf, stored } from '../support/work.ts';

const TTL = 30 * 60_000;
const OTHER: Workplace = { worktree: 'worktrees/b', path: '/b', branch: 'b' };
const mine = { comment: null, force: false };
const forced = { comment: null, force: true };
const all = { to: null, comment: null, apply: true };

const leaseOf = async (session: TestSession, id: string) =>
  (await session.leases.inspect([id])).get(id)?.lease;

/** Two work trees of one repository, each with the issues that it has; agent:tester works in one, agent:b in the other. */
function twoWorktrees(inA: readonly Issue[] = [issueWith(1)], inB: readonly Issue[] = inA) {
  const clock = standingClock();
  const leases = createMemoryLeases(machineWith(clock));
  const a = startSession({ content: { gates: GATES, issues: inA }, clock, leases });
  const b = startSession({
    content: { gates: GATES, issues: inB },
    clock,
    leases,
    here: OTHER,
    actor: agent('b'),
  });
  return { a, b, clock, id: (inB[0] ?? inA[0])!.id };
}

describe('releasing a lease', () => {
  test('returns the issue to ready, as releasing the issue does', async () => {
    const session = startSession();
    const id = await create(session);
    await claimIssue(session, id);
    const events = await eventsOf(session, async () => {
      const { released, changed } = await releaseLeases(session, [id.slice(-8).toLowerCase()], {
        comment: 'later',
        force: false,
      });
      expect(changed).toBe(true);
      expect(released).toMatchObject([
        { id, row: { state: 'ready' }, lease: { life: 'over', lease: { status: 'released' } } },
      ]);
    });
    expect(events.map(({ event }) => event)).toEqual(['comment.added', 'issue.released']);
    expect(await stored(session, id)).toMatchObject({ state: 'ready', assignee: null });
  });

  test('of nobody changes nothing', async () => {
    const session = startSession();
    const id = await create(session);
    expect(await eventsOf(session, () => releaseLeases(session, [id], mine))).toEqual([]);
    await claimIssue(session, id);
    await releaseLeases(session, [id], mine);
    expect((await releaseLeases(session, [id], mine)).changed).toBe(false);
  });

  test('of somebody else needs force, which is recorded', async () => {
    const session = startSession();
    const id = await create(session);
    await claimIssue(session, id);
    const lead = session.as(human('lead'));
    expect((await refusalIn(releaseLeases(lead, [id], mine))).code).toBe('NOT_HOLDER');
    const [event] = await eventsOf(lead, () => releaseLeases(lead, [id], forced));
    expect(event).toMatchObject({ event: 'issue.released', assignee: 'agent:tester', forced: true });
    expect(await leaseOf(session, id)).toMatchObject({ status: 'released' });
  });

  test('of several is done for all, or for none', async () => {
    const session = startSession();
    const [x, y] = [await create(session), await create(session)];
    await claimIssue(session, x);
    await claimIssue(session.as(agent('b')), y);
    const error = await refusalIn(releaseLeases(session, [x, y], mine));
    expect(error).toMatchObject({
      code: 'NOT_HOLDER',
      message: expect.stringContaining('1 of 2 are refused'),
    });
    expect(await leaseOf(session, x)).toMatchObject({ status: 'held' });
    expect((await releaseLeases(session, [x, x, y], forced)).released).toHaveLength(2);
    expect(await leaseOf(session, y)).toMatchObject({ status: 'released' });
  });

  test('of another work tree: this file does not change, an event says so, and the other file follows', async () => {
    const { a, b, id } = twoWorktrees();
    await claimIssue(b, id);
    expect((await refusalIn(releaseLeases(a, [id], mine))).message).toContain(
      'held by agent:b in /b on branch b',
    );
    const [event, ...others] = await eventsOf(a, () => releaseLeases(a, [id], forced));
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event: 'lease.released',
      id,
      assignee: 'agent:b',
      forced: true,
      changes: {},
    });
    expect(await leaseOf(a, id)).toMatchObject({ status: 'released' });
    expect((await claimNext(a, { filter: null, resume: false })).row.issue.id).toBe(id);
    expect((await refusalIn(complete(b, id))).code).toBe('NOT_HOLDER');
  });

  test('of work that was finished elsewhere drops its record, by force alone', async () => {
    const { a, b, id } = twoWorktrees();
    await claimIssue(b, id);
    await complete(b, id);
    const error = await refusalIn(releaseLeases(a, [id], mine));
    expect(error).toMatchObject({ code: 'INVALID_TRANSITION', hint: expect.stringContaining('--force') });
    expect(error.message).toContain('finished by agent:b in /b on branch b');
    expect((await refusalIn(claimNext(a, { filter: null, resume: false }))).code).toBe('NOTHING_READY');
    await releaseLeases(a, [id], forced);
    expect((await claimNext(a, { filter: null, resume: false })).lease.lease.epoch).toBe(2);
  });

  test('of an issue that only another branch has goes by its id, short or full', async () => {
    const { a, b, id } = twoWorktrees([], [issueWith(1)]);
    await claimIssue(b, id);
    for (const text of [id, id.toLowerCase(), id.slice(-6)])
      expect((await refusalIn(releaseLeases(a, [text], mine))).code).toBe('NOT_HOLDER');
    const { released } = await releaseLeases(a, [id.slice(-6)], forced);
    expect(released).toMatchObject([{ id, row: null, lease: { lease: { status: 'released' } } }]);
    expect((await contentsOf(a.store)).events).toEqual([]);
    expect((await refusalIn(releaseLeases(a, ['ZZZZ'], forced))).code).toBe('ISSUE_NOT_FOUND');
  });

  test('of one’s own needs no file: another branch was checked out', async () => {
    const { b, clock, id } = twoWorktrees();
    await claimIssue(b, id);
    const bare = startSession({ clock, leases: b.leases, here: OTHER, actor: agent('b') });
    await releaseLeases(bare, [id], mine);
    expect(await leaseOf(b, id)).toMatchObject({ status: 'released' });
  });

  test('that is overdue, of an issue that is not here, is open to all', async () => {
    const { a, b, clock, id } = twoWorktrees([], [issueWith(1)]);
    await claimIssue(b, id);
    clock.forward(TTL);
    expect((await releaseLeases(a, [id], mine)).changed).toBe(true);
  });

  test('of what waits for its gates is refused; by force the issue waits on without it', async () => {
    const session = startSession({ content: { gates: GATES } });
    const id = await create(session, { gates: ['review'] });
    await claimIssue(session, id);
    await complete(session, id);
    expect((await refusalIn(releaseLeases(session, [id], mine))).code).toBe('INVALID_TRANSITION');
    const [event] = await eventsOf(session, () => releaseLeases(session, [id], forced));
    expect(event).toMatchObject({ event: 'lease.released', forced: true });
    expect((await stored(session, id)).state).toBe('gated');
    expect(await leaseOf(session, id)).toMatchObject({ status: 'released' });
  });

  test('that is held although the file here says done leaves the record that it is done', async () => {
    const session = startSession();
    const id = await create(session);
    await claimIssue(session, id);
    await complete(session, id);
    await session.leases.release(id, 1);
    await session.leases.acquire({
      id,
      actor: { id: 'agent:tester', bare: false },
      here: session.here,
      ttl: null,
      tie: null,
      floor: 0,
      exclusive: true,
      takeover: false,
    });
    // Under the epoch that the file knows: as after a crash between the file and the lease.
    const done = { ...(await stored(session, id)), claim_epoch: 2 };
    const after = startSession({ content: { issues: [done] }, clock: session.clock, leases: session.leases });
    await releaseLeases(after, [id], mine);
    expect(await leaseOf(after, id)).toMatchObject({ status: 'done', epoch: 2 });
  });

  test('is fenced, also where there is no file', async () => {
    const { a, b, id } = twoWorktrees([], [issueWith(1)]);
    await claimIssue(b, id);
    const under = (session: TestSession, epoch: number) => ({ ...session, fence: { ...NO_FENCE, epoch } });
    for (const session of [a, b])
      expect((await refusalIn(releaseLeases(under(session, 2), [id], forced))).code).toBe('STALE_EPOCH');
    await releaseLeases(under(a, 1), [id], forced);
    expect((await refusalIn(releaseLeases(under(a, 1), [id], forced))).code).toBe('STALE_EPOCH');
    expect((await refusalIn(releaseLeases(under(a, 1), [id, issueWith(2).id], forced))).code).toBe('USAGE');
  });

  test('that cannot be understood needs force, and gets a higher epoch', async () => {
    const clock = standingClock();
    const { leases, damage } = damagedLeases(clock);
    const session = startSession({ clock, leases });
    const id = await create(session);
    await claimIssue(session, id);
    damage(id, 7);
    const error = await refusalIn(releaseLeases(session, [id], mine));
    expect(error.code).toBe('CORRUPT_FILE');
    const { released } = await releaseLeases(session.as(human('lead')), [id], forced);
    expect(released).toMatchObject([
      { row: { state: 'ready' }, lease: { lease: { status: 'released', epoch: 8 } } },
    ]);
    expect((await claimIssue(session, id)).lease.lease.epoch).toBe(9);
  });

  test('that only a damaged record tells of is found by its short id', async () => {
    const clock = standingClock();
    const { leases, damage } = damagedLeases(clock);
    const session = startSession({ clock, leases });
    const { id } = issueWith(1);
    damage(id, 3);
    expect((await refusalIn(releaseLeases(session, [id.slice(-5)], mine))).code).toBe('CORRUPT_FILE');
    const { released } = await releaseLeases(session, [id.slice(-5)], forced);
    expect(released).toMatchObject([{ id, row: null, lease: { lease: { epoch: 4 } } }]);
  });
});

describe('releasing all of a holder', () => {
  test('frees what it works on by lease and by file, everywhere, in one transaction', async () => {
    const elsewhere = issueWith(3, { state: 'in_progress', assignee: 'agent:gone', claim_epoch: 4 });
    const issues = [
      issueWith(1),
      issueWith(2),
      elsewhere,
      issueWith(4),
      issueWith(5, { gates_required: ['review'] }),
    ];
    const { a, b, clock } = twoWorktrees(issues, [...issues, issueWith(6)]);
    const ids = issues.map(({ id }) => id);
    const gone = a.as(agent('gone'));
    await claimIssue(gone, ids[0]!);
    await claimIssue(b.as(agent('gone')), ids[1]!);
    await claimIssue(a, ids[3]!);
    await claimIssue(gone, ids[4]!);
    await complete(gone, ids[4]!);
    await claimIssue(b.as(agent('gone')), issueWith(6).id);
    clock.forward(2 * TTL);

    const lead = a.as(human('lead'));
    const would = await releaseHolder(lead, 'gone', { ...all, apply: false });
    const expected = [ids[0], ids[1], ids[2], issueWith(6).id];
    expect(would.released.map(({ id }) => id)).toEqual(expected);
    expect(await leaseOf(a, ids[0]!)).toMatchObject({ status: 'held' });

    const events = await eventsOf(lead, async () => {
      const { released, changed } = await releaseHolder(lead, 'gone', all);
      expect(changed).toBe(true);
      expect(released.map(({ id }) => id)).toEqual(expected);
    });
    expect(events).toMatchObject([
      { event: 'issue.released', id: ids[0], forced: true },
      { event: 'lease.released', id: ids[1] },
      { event: 'issue.released', id: ids[2], forced: true },
    ]);
    for (const id of [ids[0]!, ids[1]!, issueWith(6).id])
      expect(await leaseOf(a, id)).toMatchObject({ status: 'released' });
    expect(await stored(a, ids[2]!)).toMatchObject({ state: 'ready', assignee: null });
    expect(await leaseOf(a, ids[3]!)).toMatchObject({ status: 'held', holder: 'agent:tester' });
    expect(await leaseOf(a, ids[4]!)).toMatchObject({ status: 'suspended' });
    expect((await releaseHolder(lead, 'gone', all)).released).toEqual([]);
  });

  test('leaves alone what somebody else has taken from it', async () => {
    const { a, b, id } = twoWorktrees();
    await claimIssue(a, id);
    // The file of a still says that agent:tester works on it.
    await claimIssue(b, id, { steal: { reason: 'it hangs' } });
    expect((await releaseHolder(a.as(human('lead')), 'agent:tester', all)).released).toEqual([]);
    expect(await leaseOf(a, id)).toMatchObject({ holder: 'agent:b', status: 'held' });
  });

  test('hands it over, with a comment', async () => {
    const session = startSession();
    const id = await create(session);
    await claimIssue(session, id);
    await releaseHolder(session.as(inferred('ada')), 'tester', {
      to: 'agent:b',
      comment: 'it crashed',
      apply: true,
    });
    expect(await stored(session, id)).toMatchObject({
      state: 'ready',
      assignee: 'agent:b',
      comments: [{ body: 'it crashed' }],
    });
  });
});

/** Leases in memory of which records can be made such that nobody understands them. */
function damagedLeases(clock: ReturnType<typeof standingClock>) {
  const cells = createMemoryCells();
  const damaged = new Map<string, number>();
  const broken: Cells = {
    read: async (ids) => {
      const found = await cells.read(ids);
      const known = new Set(found.map(({ id }) => id));
      const others = ids === undefined ? [...damaged.keys()].filter((id) => !known.has(id)) : [];
      return [...found, ...others.map((id) => ({ id, version: null, lease: null }))].map((cell) => {
        const epoch = damaged.get(cell.id);
        const error = new JitError('CORRUPT_FILE', `the lease of ${cell.id} cannot be read`);
        return epoch === undefined ? cell : { ...cell, lease: null, damage: { error, epoch } };
      });
    },
    swap: async (id, version, next, durable) => {
      const swapped = await cells.swap(id, version, next, durable);
      if (swapped) damaged.delete(id);
      return swapped;
    },
  };
  const leases = leaseBook(broken, machineWith(clock), memorySightings());
  return { leases, damage: (id: string, epoch: number) => damaged.set(id, epoch) };
}
