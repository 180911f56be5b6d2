import { describeLost, diagnoseComments, findLostComments, withComments } from '../check/comments.ts';
import type { Repair } from './repair.ts';

/** Puts comments back that the log has and the file has not. What the log has only as a hash stays named. */
export function restoreComments(repair: Repair): void {
  if (!repair.logIsWhole) return;
  for (const issue of repair.issues()) {
    const history = repair.history(issue.id);
    const lost = findLostComments(issue, history).filter(({ comment }) => comment !== null);
    const whole = withComments(issue, lost);
    if (whole === null) continue;
    repair.mend(diagnoseComments(issue, history).filter(({ fix }) => fix !== null));
    const note = { title: issue.title, reason: `its file lacked comments: ${describeLost(lost)}` };
    const times = [issue.updated_at, ...lost.map(({ ts }) => ts)];
    // The log has them: the event only says that the file has them again.
    repair.write(whole, { event: 'issue.restored', note, times }, {});
  }
}
