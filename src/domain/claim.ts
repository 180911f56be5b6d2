import { type Actor, actorIs } from './identity.ts';
import { type Issue, ref } from './issue.ts';
import { deriveState, isRework, type Reason, startReasons } from './readiness.ts';
import { change, checkHolder, type Facts, name, refuse, type Step, wrongState } from './transition.ts';

/** What a claim comes to: `held` when the actor already had it, and nothing changed. */
export interface Claim {
  readonly outcome: 'claimed' | 'held';
  readonly steps: readonly Step[];
}

/**
 * Claims a ready issue for the actor. Throws ALREADY_CLAIMED when somebody else works on it,
 * BLOCKED with every reason when it may not be started, INVALID_TRANSITION when it is past starting.
 */
export function claim(issue: Issue, facts: Facts): Claim {
  const { actor, now } = facts;
  const mine = issue.assignee !== null && actorIs(actor, issue.assignee);
  if (issue.state === 'in_progress' && mine) return { outcome: 'held', steps: [] };
  const reasons = claimReasons(issue, facts);
  const taken = reasons.some((reason) => reason.type === 'assignee');
  if (taken) {
    throw refuse(
      'ALREADY_CLAIMED',
      issue,
      `${name(issue)} ${issue.state === 'in_progress' ? 'is held by' : 'is assigned to'} ${issue.assignee}`,
      reasons,
      'take other work: jit issue claim-next',
    );
  }
  const state = deriveState(issue, facts.dependencyOf, now);
  if (state !== 'ready' && state !== 'backlog') throw wrongState(issue, 'claim');
  if (reasons.length > 0) throw refuse('BLOCKED', issue, `${name(issue)} is not ready`, reasons);
  const assignee = mine && actor.bare ? issue.assignee! : actor.id;
  return {
    outcome: 'claimed',
    steps: [
      {
        event: 'issue.claimed',
        after: change(issue, { state: 'in_progress', assignee }, now),
        note: { assignee },
      },
    ],
  };
}

/** Everything that keeps the actor from claiming the issue. */
export function claimReasons(issue: Issue, facts: Facts): readonly Reason[] {
  const { actor, dependencyOf, gates, now } = facts;
  const reasons: Reason[] = [];
  const open = issue.state !== 'done' && issue.state !== 'archived';
  if (open && issue.assignee !== null && !actorIs(actor, issue.assignee)) {
    reasons.push({
      type: 'assignee',
      assignee: issue.assignee,
      resolve: `jit issue show ${ref(issue.id)}`,
    });
  }
  if (issue.state !== 'backlog' && issue.state !== 'ready') return reasons;
  return [...reasons, ...startReasons(issue, dependencyOf, gates, now)];
}

/** What ranks one ready issue before another for a claimer. */
export interface Candidate {
  readonly issue: Issue;
  /** How many open issues wait on it, directly or through others. */
  readonly waiting: number;
}

/**
 * The order of dispatch, most important first: assigned to the claimer, then rework, then priority,
 * then how much waits on it, then age (by id).
 */
export function compareCandidates(actor: Actor): (a: Candidate, b: Candidate) => number {
  const mine = ({ issue }: Candidate): number =>
    issue.assignee !== null && actorIs(actor, issue.assignee) ? 0 : 1;
  const rework = ({ issue }: Candidate): number => (isRework(issue) ? 0 : 1);
  return (a, b) =>
    mine(a) - mine(b) ||
    rework(a) - rework(b) ||
    PRIORITY_RANK[a.issue.priority] - PRIORITY_RANK[b.issue.priority] ||
    b.waiting - a.waiting ||
    (a.issue.id < b.issue.id ? -1 : 1);
}

const PRIORITY_RANK: Readonly<Record<Issue['priority'], number>> = {
  critical: 0,
  high: 1,
  normal: 2,
  low: 3,
};

/**
 * Gives a claimed issue back. With `to`, it is handed over: ready, and assigned to that one.
 * Nothing happens when nobody has it and nobody is named.
 */
export function release(issue: Issue, facts: Facts, to: string | null): readonly Step[] {
  if (issue.state !== 'in_progress') {
    const waiting = issue.state === 'ready' || issue.state === 'backlog';
    if (!waiting) throw wrongState(issue, 'release');
    return assign(issue, facts, to);
  }
  const forced = checkHolder(issue, facts);
  return [
    {
      event: 'issue.released',
      after: change(issue, { state: 'ready', assignee: to }, facts.now),
      note: { ...(issue.assignee === null ? {} : { assignee: issue.assignee }), ...forced },
    },
  ];
}

/**
 * Sets the assignee without claiming; null takes it away. An issue that is being worked on is
 * released when it is unassigned, and changes hands when it is assigned to another.
 */
export function assign(issue: Issue, facts: Facts, assignee: string | null): readonly Step[] {
  if (issue.assignee === assignee) return [];
  if (issue.state === 'done' || issue.state === 'archived') throw wrongState(issue, 'assign');
  if (assignee === null && issue.state === 'in_progress') return release(issue, facts, null);
  const forced = checkHolder(issue, facts);
  return [
    {
      event: 'issue.updated',
      after: change(issue, { assignee }, facts.now),
      note: { ...(assignee === null ? {} : { assignee }), ...forced },
    },
  ];
}
