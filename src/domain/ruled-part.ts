import { type Issue, type IssueHead, PRIORITIES, STATES } from './issue.ts';
import { PLAIN, type PlainIssue } from './plain-issue.ts';

// What the rules between issues look at (`diagnose`); what they do not is left blank, since it would be kept of all issues.

const NOTHING: readonly never[] = [];
const NO_STATUS: IssueHead['gates_status'] = {};
/** They only ask whether there is one. */
const SOME_TIME = '';

const BLANK = {
  title: '',
  claim_epoch: null,
  labels: NOTHING,
  milestone: null,
  resolution: null,
  created_by: null,
  updated_at: '',
} as const;

/** Of an issue, what the rules between issues look at. */
export const ruledPart = ({ id, state, hold, priority, assignee, ...issue }: Issue): IssueHead => ({
  ...{ id, ...BLANK, state, hold, priority, assignee },
  dependencies: issue.dependencies.length === 0 ? NOTHING : issue.dependencies,
  links: issue.links.length === 0 ? NOTHING : issue.links,
  gates_required: issue.gates_required.length === 0 ? NOTHING : issue.gates_required,
  gates_status: issue.gates_status,
  completed_at: issue.completed_at === null ? null : SOME_TIME,
});

/** The same of a plain issue. Of its text nothing is kept. */
export function ruledPartOfPlain(id: string, plain: PlainIssue): IssueHead {
  const hold = plain[PLAIN.hold];
  const assignee = plain[PLAIN.assignee];
  return {
    ...{ id, title: '', claim_epoch: null, labels: NOTHING, milestone: null, resolution: null },
    ...{ created_by: null, updated_at: '' },
    state: STATES[STATES.indexOf(plain[PLAIN.state] as IssueHead['state'])]!,
    hold: hold === undefined ? null : JSON.parse(hold),
    priority: PRIORITIES[PRIORITIES.indexOf(plain[PLAIN.priority] as IssueHead['priority'])]!,
    assignee: assignee === undefined ? null : JSON.parse(assignee),
    dependencies: listIn(plain[PLAIN.dependencies]!),
    links: listIn(plain[PLAIN.links]!),
    gates_required: listIn(plain[PLAIN.gatesRequired]!),
    gates_status: plain[PLAIN.gatesStatus] === '{}' ? NO_STATUS : JSON.parse(plain[PLAIN.gatesStatus]!),
    completed_at: plain[PLAIN.completedAt] === undefined ? null : SOME_TIME,
  };
}

const listIn = (text: string) => (text === '[]' ? NOTHING : JSON.parse(text));
