import type { Lost } from '../claims/leases.ts';
import { lose } from '../domain/claim.ts';
import { ref } from '../domain/issue.ts';
import type { Problem } from '../domain/problem.ts';
import type { Session } from './session.ts';
import { transact } from './transact.ts';

/**
 * Brings claims that were made without the remote to it, and gives up those that another clone was first with: the
 * issue is free again here, an event says so, and so does a warning. Nothing happens where no remote is in play.
 */
export async function settleLeases(session: Session): Promise<void> {
  const { lost } = await session.leases.settle();
  if (lost.length === 0) return;
  await transact(session, async (draft) => {
    for (const { lease, winner } of lost) {
      const issue = await draft.readable(lease.id);
      if (issue !== undefined) await draft.apply(issue, lose(issue, lease, winner, await draft.facts(issue)));
    }
    await draft.settle();
  });
  for (const loss of lost) session.tell(tellLoss(loss));
}

const tellLoss = ({ lease, winner }: Lost): Problem => ({
  severity: 'warning',
  code: 'lease-lost',
  message: `the claim of ${ref(lease.id)} by ${lease.holder} is lost to another clone: ${winner.holder} has it in ${winner.path}`,
  file: null,
  path: null,
  id: lease.id,
  fix: null,
});
