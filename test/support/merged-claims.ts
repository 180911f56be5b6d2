import type { Event, Issue } from '../../src/domain/issue.ts';
import type { Store } from '../../src/store/store.ts';
import { idOf } from './issues.ts';

/** The time of what it brings. */
export const AT = '2026-01-02T04:00:00.000Z';

/** What a merge brings: the file as it says, and claims of others in the log. */
export async function bringClaims(
  store: Store,
  id: string,
  fields: Partial<Issue>,
  claims: readonly [string, number][],
) {
  const events = claims.map(
    ([assignee, epoch], place): Event => ({
      ts: AT,
      event: 'issue.claimed',
      id,
      eid: idOf(900 + place),
      prev: null,
      by: assignee,
      assignee,
      changes: { assignee: [null, assignee], claim_epoch: [null, epoch], state: ['ready', 'in_progress'] },
    }),
  );
  await store.transact(async (view) => {
    const issue = { ...(await view.get(id))!, ...fields, updated_at: AT };
    return { issues: [issue], events, result: null };
  });
}
