import { type Issue, ref } from '../../domain/issue.ts';
import type { IssueReview } from '../../domain/review/review.ts';
import type { Part } from './sentences.ts';

/** How the issues that a review names are called. */
export interface BoardNames {
  /** The short id of an issue, and its title where that is known. */
  partsOf(id: string): readonly Part[];
}

export function namesOf(issues: readonly IssueReview[], neighbours: ReadonlyMap<string, Issue>): BoardNames {
  const titles = new Map<string, string>();
  for (const [id, { title }] of neighbours) titles.set(id, title);
  for (const { id, title } of issues) titles.set(id, title);
  return {
    partsOf(id) {
      const title = titles.get(id);
      const short: Part = { as: 'quote', text: ref(id) };
      return title === undefined ? [short] : [short, { as: 'word', text: ' ' }, { as: 'quote', text: title }];
    },
  };
}
