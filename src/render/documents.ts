import { canonicalIssue, ISSUE_KEYS } from '../domain/canonical-json.ts';
import { type Issue, type IssueBrief, type Link, type Priority, ref, type State } from '../domain/issue.ts';
import type { Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { type LeaseDocument, leaseDocument } from './lease.ts';

/** An issue as lists show it: every field is always there. */
export interface IssueSummary {
  readonly id: string;
  readonly ref: string;
  readonly title: string | null;
  /** Derived; `missing` for a dependency that names nothing, whose title and priority are then null. */
  readonly state: State | 'missing';
  readonly priority: Priority | null;
  readonly assignee: string | null;
  readonly labels: readonly string[];
  readonly blocked_by_count: number;
}

/** An issue with all its fields, its derived state, and what is computed from its neighbours. */
export interface FullIssue extends Omit<Issue, 'progress'> {
  readonly progress: Issue['progress'] | null;
  readonly ref: string;
  readonly blocked_by_count: number;
}

/** A dependency as it was looked up; `row` is undefined where the id names nothing. */
export interface Neighbour {
  readonly id: string;
  readonly row: Row | undefined;
}

/** What is known of an issue besides itself. */
export interface Relations {
  /** Everything it needs, satisfied or not. */
  readonly dependencies: readonly Neighbour[];
  /** What needs it directly. */
  readonly dependents: readonly Row[];
  /** What links to it. */
  readonly linkedFrom: readonly { readonly type: Link['type']; readonly row: Row }[];
}

/** What `show` answers with. */
export interface IssueDetail extends FullIssue {
  /** The dependencies that are not satisfied. */
  readonly blocked_by: readonly IssueSummary[];
  /** The issues that need this one directly. */
  readonly blocks: readonly IssueSummary[];
  /** The issues that link to this one, each with the type of its link. */
  readonly linked_from: readonly (IssueSummary & { readonly type: Link['type'] })[];
  /** Null where none is on record. */
  readonly lease: LeaseDocument | null;
  /** The revision that was read: it changes whenever the issue changes. */
  readonly rev: string;
}

/** The document of several issues. */
export interface IssueListDocument {
  readonly kind: 'issue-list';
  readonly issues: readonly object[];
  /** How many are listed. */
  readonly count: number;
  /** How many matched before a limit. */
  readonly total: number;
  readonly truncated: boolean;
  readonly [field: string]: unknown;
}

/** An issue in a list. */
export const issueSummary = ({ issue, state, blockedBy }: Row<IssueBrief>): IssueSummary => ({
  id: issue.id,
  ref: ref(issue.id),
  title: issue.title,
  state,
  priority: issue.priority,
  assignee: issue.assignee,
  labels: issue.labels,
  blocked_by_count: blockedBy.length,
});

const missingSummary = (id: string): IssueSummary => ({
  id,
  ref: ref(id),
  title: null,
  state: 'missing',
  priority: null,
  assignee: null,
  labels: [],
  blocked_by_count: 0,
});

/** A neighbour in a list, also one that is not there. */
export const neighbourSummary = ({ id, row }: Neighbour): IssueSummary =>
  row === undefined ? missingSummary(id) : issueSummary(row);

/** An issue with all its fields in canonical order, also those it has not, keys of newer versions included. */
export const fullIssue = ({ issue, state, blockedBy }: Row<Issue>): FullIssue => ({
  ...canonicalIssue(issue),
  progress: issue.progress ?? null,
  state,
  ref: ref(issue.id),
  blocked_by_count: blockedBy.length,
});

/** The fields that `fullIssue` may have: what a listing can be asked for. */
export const FULL_ISSUE_FIELDS: readonly string[] = [...ISSUE_KEYS, 'ref', 'blocked_by_count'];

/** An issue with its neighbours. `lease`: null where none is on record. `rev`: the revision that was read. */
export function issueDetail(
  row: Row<Issue>,
  relations: Relations,
  lease: Standing | null,
  rev: string,
): IssueDetail {
  const open = new Set(row.blockedBy);
  return {
    ...fullIssue(row),
    blocked_by: relations.dependencies.filter(({ id }) => open.has(id)).map(neighbourSummary),
    blocks: relations.dependents.map(issueSummary),
    linked_from: relations.linkedFrom.map(({ type, row: other }) => ({ type, ...issueSummary(other) })),
    lease: lease === null ? null : leaseDocument(lease),
    rev,
  };
}

/** What a listing prints with `--json`, without its schema version. `total`: how many matched before a limit. */
export const issueList = (issues: IssueListDocument['issues'], total: number): IssueListDocument => ({
  kind: 'issue-list',
  issues,
  count: issues.length,
  total,
  truncated: issues.length < total,
});

/** Of an issue the fields that are named. A field that it has not is null, so that every row has the same shape. */
export function pickFields(row: Row<Issue>, names: readonly string[]): Readonly<Record<string, unknown>> {
  const fields = fullIssue(row) as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.map((name) => [name, Object.hasOwn(fields, name) ? fields[name] : null]));
}
