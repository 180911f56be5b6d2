import type { Issue } from './generated/types.ts';

export type {
  Comment,
  Config,
  Event,
  GateDefinition,
  GateRegistry,
  GateStatus,
  Hold,
  Index,
  Issue,
  Link,
  LocalConfig,
  Tombstone,
} from './generated/types.ts';

export type State = Issue['state'];
export type Priority = Issue['priority'];
export type Resolution = Issue['resolution'];

export const STATES: readonly State[] = ['backlog', 'ready', 'in_progress', 'gated', 'done', 'archived'];

/** Of an issue, its long texts and what other systems keep in it. */
export const LONG_KEYS = [
  'description',
  'context',
  'progress',
  'comments',
  'sync',
] as const satisfies readonly (keyof Issue)[];

/** Of an issue, what queries, boards and decisions about others look at. */
export type IssueHead = Omit<Issue, (typeof LONG_KEYS)[number]>;

/** Of an issue, what lists show and claims are judged by. */
export type IssueBrief = Pick<
  IssueHead,
  'id' | 'title' | 'state' | 'priority' | 'assignee' | 'claim_epoch' | 'labels'
>;

/** Most urgent first: the order of dispatch. */
export const PRIORITIES: readonly Priority[] = ['critical', 'high', 'normal', 'low'];

export const LINK_TYPES = ['relates', 'duplicate-of', 'discovered-from', 'parent'] as const;

/** Sizes beyond which a write is refused with LIMIT_EXCEEDED; bytes are of UTF-8. */
export const LIMITS = {
  titleCharacters: 200,
  textBytes: 256 * 1024,
  issueFileBytes: 1024 * 1024,
  dependencies: 1000,
  holdReasonCharacters: 1000,
  verdictReasonCharacters: 4000,
  eventLineBytes: 64 * 1024,
} as const;

/** Not finished and not archived. */
export const isOpen = (issue: Pick<Issue, 'state'>): boolean =>
  issue.state !== 'done' && issue.state !== 'archived';

/** Whether a dependency on this issue is satisfied: it was completed, even if archived since. */
export const isSatisfied = (issue: Pick<Issue, 'completed_at'>): boolean => issue.completed_at !== null;

/** Whether the hold counts at `now` (UTC, RFC 3339, milliseconds as jit writes them). */
export const isHeld = (issue: Pick<Issue, 'hold'>, now: string): boolean =>
  issue.hold !== null && (issue.hold.until === undefined || withMilliseconds(issue.hold.until) > now);

// People may write a time without milliseconds; compared as text it would come after all of its second.
const withMilliseconds = (time: string): string => (time.includes('.') ? time : time.replace('Z', '.000Z'));

/** The last 8 characters of an id: what people read and type. */
export const ref = (id: string): string => id.slice(-8);

/** The fields of a new issue, beyond which everything has a default. */
export interface NewIssue {
  readonly id: string;
  readonly title: string;
  readonly created_by: string | null;
  readonly now: string;
}

/** An issue as `create` first makes it: ready, unassigned, no edges. */
export function newIssue({ id, title, created_by, now }: NewIssue): Issue {
  return {
    id,
    title,
    description: '',
    state: 'ready',
    hold: null,
    priority: 'normal',
    assignee: null,
    claim_epoch: null,
    labels: [],
    milestone: null,
    dependencies: [],
    links: [],
    gates_required: [],
    gates_status: {},
    context: {},
    comments: [],
    resolution: null,
    created_by,
    updated_at: now,
    completed_at: null,
    sync: {},
  };
}
