import { isTombstone } from '../canonical-json.ts';
import { diagnoseMissing } from '../check/log.ts';
import type { Issue } from '../issue.ts';
import { latest, type Repair } from './repair.ts';

/** Restores issues whose files are gone although nobody deleted them, as the log rebuilds them. */
export function restoreMissing(repair: Repair): void {
  if (!repair.logIsWhole) return;
  const images = new Map(repair.images().map((image) => [image.id, image]));
  const problems = diagnoseMissing({ ...repair, images, histories: repair.histories() });
  for (const problem of problems) {
    if (problem.fix === null) continue;
    const { image, events } = repair.history(problem.id!)!;
    if (isTombstone(image)) continue;
    repair.mend([problem]);
    const issue = image as Issue;
    const note = { title: issue.title, reason: 'its file was gone, and nobody had deleted it' };
    const times = [latest(events.map(({ ts }) => ts)), issue.updated_at];
    repair.write(issue, { event: 'issue.restored', note, times }, {});
  }
}
