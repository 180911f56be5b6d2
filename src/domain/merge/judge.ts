import type { Issue } from '../issue.ts';
import type { Decision, Judge } from './decision.ts';
import { compareContent, compareTimes } from './order.ts';

interface Judged {
  readonly judge: Judge;
  /** What was decided so far, in order. */
  readonly decided: readonly Decision[];
}

/** Prefers the issue that was updated later, and of two that were updated at the same time the greater content. */
export function judgeBy(ours: Pick<Issue, 'updated_at'>, theirs: Pick<Issue, 'updated_at'>): Judged {
  const order = compareTimes(ours.updated_at, theirs.updated_at);
  const decided: Decision[] = [];
  const judge: Judge = {
    prefer: (a, b) => ((order || compareContent(a, b)) > 0 ? 'ours' : 'theirs'),
    decide: (decision) => {
      decided.push(decision);
    },
  };
  return { judge, decided };
}

/** Prefers the greater content, for files that do not say when they were changed. */
export const judgeByContent = (): Judged => judgeBy({ updated_at: '' }, { updated_at: '' });
