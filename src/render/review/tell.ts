import type { Event, Issue } from '../../domain/issue.ts';
import {
  HEADINGS,
  type Heading,
  type IssueReview,
  type Review,
  type RuleChange,
} from '../../domain/review/review.ts';
import { namesOf } from './names.ts';
import { type Part, sentenceOf } from './sentences.ts';

/** A review with what is needed to tell it. */
export interface ToldReview extends Review {
  readonly before: Named;
  readonly after: Named;
  readonly unread: readonly {
    readonly side: 'before' | 'after';
    readonly id: string | null;
    readonly message: string;
  }[];
  readonly neighbours: ReadonlyMap<string, Issue>;
}

interface Named {
  readonly name: string;
  readonly commit: string | null;
}

/** An issue of a review, and sentences on it. */
export interface Entry {
  readonly review: IssueReview;
  readonly sentences: readonly (readonly Part[])[];
}

/** A part of a review: the issues of one heading. */
export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

const TITLES: Readonly<Record<Heading, string>> = {
  completed: 'Completed',
  reopened: 'Re-opened',
  archived: 'Archived',
  deleted: 'Deleted',
  created: 'Created',
  claimed: 'Claimed',
  gated: 'Waiting for gates',
  released: 'Given back',
  changed: 'Changed',
};

/** The sections of a review that hold anything, in order. */
export function sectionsOf({ issues, neighbours }: ToldReview): readonly Section[] {
  const names = namesOf(issues, neighbours);
  return HEADINGS.flatMap((heading): readonly Section[] => {
    const entries = issues
      .filter((review) => review.heading === heading)
      .map((review) => ({
        review,
        sentences: [
          ...review.happenings.map((happening) => sentenceOf(happening, names)),
          ...(review.passing.length === 0 ? [] : [inBetween(review.passing)]),
        ],
      }));
    return entries.length === 0 ? [] : [{ title: TITLES[heading], entries }];
  });
}

const word = (text: string): Part => ({ as: 'word', text });

/** Steps in between that are named. */
const MOST_STEPS = 8;

function inBetween(events: readonly Event[]): readonly Part[] {
  const steps = events
    .slice(0, MOST_STEPS)
    .flatMap(({ event, gate, by }, i): readonly Part[] => [
      word(i === 0 ? 'in between: ' : ', '),
      { as: 'quote', text: event },
      ...(gate === undefined ? [] : [word(' '), { as: 'quote', text: gate } as const]),
      word(' by '),
      { as: 'quote', text: by },
    ]);
  return events.length > MOST_STEPS ? [...steps, word(` and ${events.length - MOST_STEPS} more`)] : steps;
}

/** How many issues of each heading, for example `2 completed, 1 created`. */
export function countHeadings({ issues }: Pick<Review, 'issues'>): string {
  const counts = HEADINGS.flatMap((heading) => {
    const count = issues.filter((issue) => issue.heading === heading).length;
    return count === 0 ? [] : [`${count} ${TITLES[heading].toLowerCase()}`];
  });
  return counts.length === 0 ? 'no issue differs' : counts.join(', ');
}

/** Changes of the rules, as sentences. */
export function rulesOf({ gates, config }: Review): readonly (readonly Part[])[] {
  return [
    ...gates.map((change) => ruleOf('gate ', change, 'defined', 'undefined')),
    ...config.map((change) => ruleOf('setting ', change, 'set', 'unset')),
  ];
}

function ruleOf(
  what: string,
  { key, before, after }: RuleChange,
  made: string,
  gone: string,
): readonly Part[] {
  const named = [word(what), { as: 'quote', text: key } as const];
  if (before === null) return [...named, word(` ${made}: `), { as: 'added', text: JSON.stringify(after) }];
  if (after === null) return [...named, word(` ${gone}: `), { as: 'removed', text: JSON.stringify(before) }];
  return [
    ...named,
    word(' changed: '),
    { as: 'removed', text: JSON.stringify(before) },
    word(' '),
    { as: 'added', text: JSON.stringify(after) },
  ];
}

/** How a side is called: its name, and its commit where the name is another. */
export const sideName = ({ name, commit }: Named): string =>
  commit === null || commit.startsWith(name) ? name : `${name} (${commit.slice(0, 10)})`;
