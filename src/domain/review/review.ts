import { equal } from '../event.ts';
import { type Config, type Event, type GateRegistry, type Issue, newIssue, type State } from '../issue.ts';
import { compareIssues } from './compare-issues.ts';
import { type Happening, Telling } from './happening.ts';

/** An issue on one side: `gone` where it was deleted, or never was. */
export type Side = Issue | 'gone';

/** What is known of an issue on both sides. */
export interface Pair {
  readonly id: string;
  readonly before: Side;
  readonly after: Side;
}

/** The one word under which a review lists an issue; the first that fits. */
export const HEADINGS = [
  'completed',
  'reopened',
  'archived',
  'deleted',
  'created',
  'claimed',
  'gated',
  'released',
  'changed',
] as const;

export type Heading = (typeof HEADINGS)[number];

/** What happened to one issue. */
export interface IssueReview {
  readonly id: string;
  readonly title: string;
  readonly heading: Heading;
  /** As stored; null where it was not there. */
  readonly before: State | null;
  readonly after: State | null;
  readonly happenings: readonly Happening[];
  /** Steps of the work between the two that left no trace in the result. */
  readonly passing: readonly Event[];
  /** As it is after, or was before where it is gone. */
  readonly issue: Issue;
}

/** What happened to the work, and to its rules. */
export interface Review {
  readonly issues: readonly IssueReview[];
  readonly gates: readonly RuleChange[];
  readonly config: readonly RuleChange[];
}

/** A gate definition or a setting that differs. */
export interface RuleChange {
  readonly key: string;
  /** null: not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The issues that differ, in the order of their headings and then of their ids. `events`: those between the two boards. */
export function reviewIssues(pairs: readonly Pair[], events: readonly Event[]): readonly IssueReview[] {
  const byIssue = new Map<string, Event[]>();
  for (const event of events) {
    if (event.id === null) continue;
    const list = byIssue.get(event.id);
    if (list === undefined) byIssue.set(event.id, [event]);
    else list.push(event);
  }
  return pairs
    .flatMap((pair) => reviewIssue(pair, byIssue.get(pair.id) ?? []) ?? [])
    .sort((a, b) => HEADINGS.indexOf(a.heading) - HEADINGS.indexOf(b.heading) || (a.id < b.id ? -1 : 1));
}

/** What happened to one issue; null where nothing that a review tells. */
function reviewIssue({ id, before, after }: Pair, events: readonly Event[]): IssueReview | null {
  const telling = new Telling(events);
  if (after === 'gone') {
    if (before === 'gone') return null;
    telling.tell('deleted', { before: before.state });
  } else if (before === 'gone') {
    telling.tell(events.some(({ event }) => event === 'issue.deleted') ? 'restored' : 'created', {
      after: after.state,
      ...(after.created_by === null ? {} : { by: after.created_by }),
    });
    compareIssues(asBorn(after), after, telling);
  } else compareIssues(before, after, telling);
  const { told, passing } = telling;
  if (told.length === 0 && passing.length === 0) return null;
  const issue = after === 'gone' ? (before as Issue) : after;
  return {
    id,
    title: issue.title,
    heading: headingOf(told),
    before: before === 'gone' ? null : before.state,
    after: after === 'gone' ? null : after.state,
    happenings: told,
    passing,
    issue,
  };
}

// Its title and text are new as a whole; all else that it has besides what every new issue has is told.
const asBorn = (issue: Issue): Issue => ({
  ...newIssue({ id: issue.id, title: issue.title, created_by: issue.created_by, now: issue.updated_at }),
  description: issue.description,
  state: issue.state === 'backlog' ? 'backlog' : 'ready',
});

function headingOf(told: readonly Happening[]): Heading {
  const types = new Set<string>(told.map(({ type }) => type));
  if (types.has('handed-over')) types.add('claimed');
  if (types.has('restored')) types.add('created');
  return HEADINGS.find((heading) => types.has(heading)) ?? 'changed';
}

/** The definitions of gates that differ, by key. */
export const reviewGates = (before: GateRegistry, after: GateRegistry): readonly RuleChange[] =>
  compareKeys(before, after);

/** The settings that differ, by key; those of `claims` as `claims.x`. */
export const reviewConfig = (before: Config, after: Config): readonly RuleChange[] =>
  compareKeys(flat(before), flat(after));

const flat = ({ claims, ...others }: Config): Readonly<Record<string, unknown>> => ({
  ...others,
  ...Object.fromEntries(Object.entries(claims ?? {}).map(([key, value]) => [`claims.${key}`, value])),
});

function compareKeys(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly RuleChange[] {
  const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
    Object.hasOwn(object, key) ? (object[key] ?? null) : null;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((key) => ({ key, before: own(before, key), after: own(after, key) }))
    .filter((change) => !equal(change.before, change.after));
}
