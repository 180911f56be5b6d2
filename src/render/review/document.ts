import { ref } from '../../domain/issue.ts';
import { HEADINGS } from '../../domain/review/review.ts';
import type { ToldReview } from './tell.ts';

/** The document of a review. */
export const reviewDocument = (review: ToldReview) => ({
  kind: 'diff',
  before: { name: review.before.name, commit: review.before.commit },
  after: { name: review.after.name, commit: review.after.commit },
  counts: Object.fromEntries(
    HEADINGS.map((heading) => [heading, review.issues.filter((issue) => issue.heading === heading).length]),
  ),
  issues: review.issues.map(({ id, title, heading, before, after, happenings, passing }) => ({
    id,
    ref: ref(id),
    title,
    heading,
    before,
    after,
    happenings,
    passing,
  })),
  count: review.issues.length,
  gates: review.gates,
  config: review.config,
  unread: review.unread,
});
