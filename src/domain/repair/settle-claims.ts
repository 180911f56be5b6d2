import { type Claim, describe, diagnoseClaims, findDoubleClaim } from '../check/claims.ts';
import type { Issue } from '../issue.ts';
import type { Repair } from './repair.ts';

/** Tells those who claimed an issue on another branch, and do not have it, that they lost it. */
export function settleClaims(repair: Repair): void {
  if (!repair.logIsWhole) return;
  for (const issue of repair.issues()) {
    const history = repair.history(issue.id);
    const found = history === undefined ? null : findDoubleClaim(issue, history);
    if (found === null) continue;
    repair.mend(diagnoseClaims(issue, history!));
    const { standing, lost } = found;
    const times = [...lost, ...(standing === null ? [] : [standing])].map(({ event }) => event.ts);
    const reason = `it was claimed on several branches: ${whoHasIt(issue, standing)} has it`;
    for (const { assignee } of lost) {
      const entry = { event: 'lease.lost', note: { assignee, reason }, times: [issue.updated_at, ...times] };
      const current = repair.dependencyOf(issue.id)!;
      if (current.assignee !== null || standing === null) repair.tell(issue.id, entry);
      else {
        repair.change(current, entry, (updated_at) => ({
          assignee: standing.assignee,
          claim_epoch: standing.epoch ?? current.claim_epoch,
          updated_at,
        }));
      }
    }
  }
}

const whoHasIt = (issue: Issue, standing: Claim | null): string =>
  standing === null ? issue.assignee! : describe(standing);
