import { describe, expect, test } from 'vitest';
import { createMemoryLeases } from '../../src/claims/memory/memory-leases.ts';
import type { Workplace } from '../../src/domain/lease.ts';
import { assignIssues } from '../../src/operations/assign.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { completeIssues } from '../../src/operations/complete.ts';
import { expireLeases } from '../../src/operations/expire.ts';
import { releaseLeases } from '../../src/operations/release-leases.ts';
import { NO_FENCE } from '../../src/operations/session.ts';
import { agent, human, inferred } from '../support/actors.ts';
import { contentsOf } from '../support/invariants.ts';
import { issueWith } from '../support/issues.ts';
import { refusalIn } from '../support/refusal.ts';
import { machineWith, standingClock, startSession } from '../support/session.ts';
import { complete, eventsOf, stored } from '../support/work.ts';

const OTHER: Workplace = { worktree: 'worktrees/b', path: '/b', branch: 'b' };
const TTL = 30 * 60_000;

/** agent:b works in its own work tree on an issue, which the main work tree has as well; human:lead is there. */
async function start() {
  const clock = standingClock();
  const leases = createMemoryLeases(machineWith(clock));
  const issues = [issueWith(1)];
  const lead = startSession({ content: { issues }, clock, leases, actor: human('lead') });
  const b = startSession({ content: { issues }, clock, leases, here: OTHER, actor: agent('b') });
  const { id } = issues[0]!;
  await claimIssue(b, id);
  return { lead, b, clock, id };
}

const byForce = { comment: null, force: true };

test('what is overdue and ended from elsewhere: the file and its event follow in the work tree of the claim', async () => {
  const { lead, b, clock, id } = await start();
  clock.forward(TTL);
  expect(await eventsOf(b, () => expireLeases(lead))).toEqual([]);
  expect((await contentsOf(lead.store)).events).toEqual([]);
  expect((await stored(b, id)).state).toBe('in_progress');
  const [event] = await eventsOf(b, () => expireLeases(b));
  expect(event).toMatchObject({ event: 'lease.expired', id, assignee: 'agent:b' });
  expect(await stored(b, id)).toMatchObject({ state: 'ready', assignee: null });
});

describe('a claim that somebody ended from elsewhere', () => {
  test('no longer serves its holder by name, who is told who ended it and how to go on', async () => {
    const { lead, b, id } = await start();
    await releaseLeases(lead, [id], byForce);
    for (const session of [b, b.as(inferred('ada'))]) {
      for (const change of [() => complete(session, id), () => assignIssues(session, [id], 'agent:c', false)])
        expect(await refusalIn(change())).toMatchObject({
          code: 'NOT_HOLDER',
          message: expect.stringContaining('human:lead gave the claim under epoch 1 back'),
          hint: expect.stringContaining('jit issue claim'),
          details: { holder: null, reasons: [{ type: 'lease', status: 'released' }] },
        });
    }
    const fenced = { ...b, fence: { ...NO_FENCE, epoch: 1 } };
    expect(await refusalIn(complete(fenced, id))).toMatchObject({
      code: 'STALE_EPOCH',
      message: expect.stringContaining('nobody’s: human:lead gave the claim under epoch 1 back'),
    });
    // What is open to all is so still.
    await commentIssues(b, [id], 'I was not done');
    expect((await claimIssue(b, id)).lease.lease).toMatchObject({ epoch: 2, status: 'held' });
    await complete(b, id);
    expect(await b.leases.inspect([id])).toMatchObject(new Map([[id, { lease: { status: 'done' } }]]));
  });

  test('may be forced past, and given back in the file', async () => {
    const { lead, b, id } = await start();
    await releaseLeases(lead, [id], byForce);
    const [event, ...more] = await eventsOf(b, () => releaseLeases(b, [id], { comment: null, force: false }));
    expect([event?.event, more]).toEqual(['issue.released', []]);
    expect(await stored(b, id)).toMatchObject({ state: 'ready', assignee: null });

    const other = await start();
    await releaseLeases(other.lead, [other.id], byForce);
    const [done] = await eventsOf(other.b, () => completeIssues(other.b, [other.id], byForce));
    expect(done).toMatchObject({ event: 'issue.completed', forced: true });
  });

  test('does not come back when the next one is over', async () => {
    const { lead, b, id } = await start();
    await claimIssue(lead, id, { steal: { reason: 'it hangs' } });
    await releaseLeases(lead, [id], { comment: null, force: false });
    expect((await refusalIn(complete(b, id))).message).toContain(
      'human:lead gave the claim under epoch 2 back',
    );
    await claimIssue(lead, id);
    await complete(lead, id);
    expect((await refusalIn(complete(b, id))).message).toContain('finished by human:lead');
  });

  test('serves its holder on when it was only overdue, until somebody takes it', async () => {
    const { lead, b, clock, id } = await start();
    clock.forward(TTL);
    await lead.leases.expire(lead.here);
    expect((await lead.leases.inspect([id])).get(id)?.lease).toMatchObject({ ended: 'expired' });
    await complete(b, id);

    const other = await start();
    other.clock.forward(TTL);
    await claimIssue(other.lead, other.id, { ttl: 1000 });
    other.clock.forward(1000);
    await other.lead.leases.expire(other.lead.here);
    expect((await refusalIn(complete(other.b, other.id))).message).toContain(
      'the claim under epoch 2 was overdue',
    );
  });
});
