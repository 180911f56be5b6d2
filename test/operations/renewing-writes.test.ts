import { describe, expect, test } from 'vitest';
import { claimIssue } from '../../src/operations/claim.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { addIssueGates, dropIssueGates, judgeGates } from '../../src/operations/gate.ts';
import type { Session } from '../../src/operations/session.ts';
import { updateIssues } from '../../src/operations/update.ts';
import { human } from '../support/actors.ts';
import { GATES } from '../support/issues.ts';
import { startSession } from '../support/session.ts';
import { create } from '../support/work.ts';

const TTL = 30 * 60_000;

const WRITES: Readonly<Record<string, (session: Session, id: string) => Promise<unknown>>> = {
  comment: (session, id) => commentIssues(session, [id], 'half of it works'),
  update: (session, id) => updateIssues(session, [id], { title: 'another' }),
  'gate add': (session, id) => addIssueGates(session, id, ['lint']),
  'gate drop': (session, id) => dropIssueGates(session, id, ['review']),
  'gate pass': (session, id) =>
    judgeGates(session, id, ['tests'], { status: 'passed', reason: null, override: false }),
  'gate fail': (session, id) =>
    judgeGates(session, id, ['tests'], { status: 'failed', reason: 'no', override: false }),
};

async function working() {
  const session = startSession({ content: { gates: GATES }, actor: human('ada') });
  const id = await create(session, { gates: ['tests', 'review'] });
  await claimIssue(session, id);
  const left = async () => (await session.leases.inspect([id])).get(id)!;
  return { session, id, left };
}

describe.each(Object.entries(WRITES))('%s', (_, write) => {
  test('by the holder renews the claim', async () => {
    const { session, id, left } = await working();
    session.clock.forward(TTL - 1000);
    expect((await left()).remaining).toBe(1000);
    await write(session, id);
    expect(await left()).toMatchObject({ life: 'live', remaining: TTL });
  });

  test('by the holder renews also a claim that is overdue, which nobody took', async () => {
    const { session, id, left } = await working();
    session.clock.forward(TTL);
    expect((await left()).life).toBe('overdue');
    await write(session, id);
    expect(await left()).toMatchObject({ life: 'live', remaining: TTL, lease: { epoch: 1 } });
  });

  test('by somebody else does not', async () => {
    const { session, id, left } = await working();
    session.clock.forward(TTL - 1000);
    await write(session.as(human('bob')), id);
    expect((await left()).remaining).toBe(1000);
  });

  test('soon after a renewal leaves the lease as it is', async () => {
    const { session, id, left } = await working();
    session.clock.forward(TTL / 20);
    const { renewals } = (await left()).lease;
    await write(session, id);
    expect((await left()).lease.renewals).toBe(renewals);
  });
});
