import { expect, test } from 'vitest';
import type { Leases } from '../../src/claims/leases.ts';
import { claimIssue } from '../../src/operations/claim.ts';
import { claimNext } from '../../src/operations/claim-next.ts';
import { commentIssues } from '../../src/operations/comment.ts';
import { completeIssues } from '../../src/operations/complete.ts';
import { updateIssues } from '../../src/operations/update.ts';
import type { Store } from '../../src/store/store.ts';
import { GATES, issueWith } from '../support/issues.ts';
import { startSession, type TestSession } from '../support/session.ts';

const how = { comment: null, force: false };
const { id } = issueWith(1);

const acts: Readonly<Record<string, (session: TestSession) => Promise<unknown>>> = {
  claim: (session) => claimIssue(session, id),
  'claim-next': (session) => claimNext(session, { filter: null, resume: false }),
  comment: (session) => commentIssues(session, [id], 'x'),
  complete: (session) => completeIssues(session, [id], how),
  start: (session) => updateIssues(session, [id], { state: 'in_progress' }),
};

/** What an act asks of the store and of the remote, in order; what happens in a turn is within brackets. */
async function trace(act: (session: TestSession) => Promise<unknown>, scope: 'repository' | 'remote') {
  const session = startSession({
    content: { gates: GATES, issues: [issueWith(1)], config: { claims: { scope } } },
  });
  const told: string[] = [];
  const over = (store: Store): Store => ({
    ...store,
    transact: (decide) => {
      told.push('transact');
      return store.transact(decide);
    },
    inTurn: async (work) => {
      told.push('[');
      try {
        return await store.inTurn((within) => work(over(within)));
      } finally {
        told.push(']');
      }
    },
  });
  const leases: Leases = {
    ...session.leases,
    settle: () => {
      told.push('settle');
      return session.leases.settle();
    },
  };
  await act({ ...session, store: over(session.store), leases });
  return told.join(' ');
}

test.each(Object.entries(acts))(
  '%s asks no remote where none decides, and is done in one turn',
  async (_, act) => {
    expect(await trace(act, 'repository')).toMatch(/^\[ (?:\[ )?transact (?:\] )?\]$/);
  },
);

test.each(Object.entries(acts))(
  '%s learns what other clones did before it decides, and lets nobody wait for the remote',
  async (_, act) => {
    const told = await trace(act, 'remote');
    expect(told).toMatch(/^\[ \] settle /);
    expect(told).toMatch(/ transact$/);
    expect(told).not.toMatch(/\[[^\]]*(?:settle|transact)/);
  },
);
