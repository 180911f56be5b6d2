import { pendingGates } from '../../domain/readiness.ts';
import { queryEvents } from '../../operations/events.ts';
import { judgeGates } from '../../operations/gate.ts';
import { byQuery, listWholeIssues } from '../../operations/list.ts';
import type { Session } from '../../operations/session.ts';
import { REVIEWED_TWICE } from './plan.ts';

/** Does what a person does in the demo: reviews finished work. The first review of one issue fails. */
export async function reviewWhatIsGated(reviewer: Session): Promise<void> {
  const { rows } = await listWholeIssues(reviewer, byQuery({ where: { op: 'state', in: ['gated'] } }));
  for (const { issue } of rows) {
    if (!pendingGates(issue).includes('review')) continue;
    const fails = issue.title === REVIEWED_TWICE && !(await failedBefore(reviewer, issue.id));
    await judgeGates(reviewer, issue.id, ['review'], {
      status: fails ? 'failed' : 'passed',
      reason: fails ? 'a wrong password is not tested' : null,
      override: false,
    });
  }
}

async function failedBefore(reviewer: Session, issue: string): Promise<boolean> {
  return (await queryEvents(reviewer, { names: ['gate.failed'], issue })).total > 0;
}
