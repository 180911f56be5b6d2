import { checkReason } from './check-reason.ts';
import { JitError } from './errors.ts';
import { checkDefined } from './gate.ts';
import { checkHolder } from './holder.ts';
import type { Hold, Issue, Resolution, Tombstone } from './issue.ts';
import { isOpen } from './issue.ts';
import { dependencyReasons, type Reason } from './readiness.ts';
import { change, type Facts, name, refuse, type Step, wrongState } from './transition.ts';

/** Keeps an issue from being started. Throws INVALID_TRANSITION once it was started, LIMIT_EXCEEDED, NOT_HOLDER where somebody works on it elsewhere. */
export function putOnHold(issue: Issue, hold: Hold, facts: Facts): readonly Step[] {
  if (issue.state !== 'backlog' && issue.state !== 'ready') throw wrongState(issue, 'hold');
  if (issue.hold !== null && issue.hold.reason === hold.reason && issue.hold.until === hold.until) return [];
  checkReason(hold.reason, 'hold');
  const forced = checkHolder(issue, facts);
  return [
    {
      event: 'issue.updated',
      after: change(issue, { hold }, facts.now),
      note: { reason: hold.reason, ...forced },
    },
  ];
}

/** Lifts the hold; nothing happens when there is none. */
export const liftHold = (issue: Issue, facts: Facts): readonly Step[] =>
  issue.hold === null ? [] : [{ event: 'issue.updated', after: change(issue, { hold: null }, facts.now) }];

/**
 * Makes a done or archived issue open again: unassigned, its gates to be passed anew. Its state is
 * derived afterwards. Nothing happens to an issue that is open and not started. Throws BLOCKED where it
 * would wait for ever, GATE_NOT_DEFINED where a gate it requires is gone, INVALID_TRANSITION.
 */
export function reopen(issue: Issue, facts: Facts): readonly Step[] {
  if (issue.state === 'backlog' || issue.state === 'ready') return [];
  if (isOpen(issue)) throw wrongState(issue, 'reopen');
  const abandoned = dependencyReasons(issue, facts.dependencyOf).filter(
    (reason) => reason.type === 'dependency' && reason.state === 'archived',
  );
  if (abandoned.length > 0) {
    throw refuse(
      'BLOCKED',
      issue,
      `${name(issue)} needs what was archived unfinished: it would wait for ever`,
      abandoned,
      'reopen those first, or remove the dependency with jit dep rm',
    );
  }
  checkDefined(facts.gates, issue.gates_required);
  const fields = {
    state: 'ready',
    assignee: null,
    gates_status: {},
    completed_at: null,
    resolution: null,
  } as const;
  return [{ event: 'issue.reopened', after: change(issue, fields, facts.now) }];
}

export interface Archiving {
  /** What to record of an unfinished issue, null: nothing new; a finished one stays `completed`. */
  readonly resolution: Resolution;
  /** The issue that this one repeats. */
  readonly duplicateOf: string | null;
  /** Open issues that depend on it and would be left waiting for ever. */
  readonly neededBy: readonly Issue[];
}

/** Puts an issue away. Throws IN_USE while an open issue needs an unfinished one; NOT_HOLDER, USAGE. */
export function archive(issue: Issue, facts: Facts, archiving: Archiving): readonly Step[] {
  const { resolution, duplicateOf, neededBy } = archiving;
  if (duplicateOf === issue.id) {
    throw new JitError('USAGE', `${name(issue)} cannot be a duplicate of itself`, {
      details: { id: issue.id },
      hint: 'name the issue that stays',
    });
  }
  const links =
    duplicateOf === null
      ? issue.links
      : addLink(issue.links, { type: 'duplicate-of' as const, target: duplicateOf });
  const wanted = issue.completed_at === null ? (resolution ?? issue.resolution) : issue.resolution;
  if (issue.state === 'archived' && issue.resolution === wanted && links === issue.links) return [];
  if (issue.completed_at === null && neededBy.length > 0) {
    throw refuse(
      'IN_USE',
      issue,
      `${name(issue)} is needed by open issues`,
      usedBy(issue, neededBy),
      'add --detach to remove those dependencies',
    );
  }
  const forced = checkHolder(issue, facts);
  return [
    {
      event: 'issue.archived',
      after: change(issue, { state: 'archived', resolution: wanted, links }, facts.now),
      note: { ...(wanted === null ? {} : { reason: wanted }), ...forced },
    },
  ];
}

/** The links with one more, sorted by type, then target; the same list when it was there. */
export function addLink(links: Issue['links'], link: Issue['links'][number]): Issue['links'] {
  if (links.some(({ type, target }) => type === link.type && target === link.target)) return links;
  const key = ({ type, target }: Issue['links'][number]): string => `${type} ${target}`;
  return [...links, link].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Replaces an issue by a tombstone. `namedBy`: the issues that depend on it or link to it.
 * Throws IN_USE while there are any; NOT_HOLDER.
 */
export function remove(issue: Issue, facts: Facts, namedBy: readonly Issue[]): readonly Step[] {
  if (namedBy.length > 0) {
    throw refuse(
      'IN_USE',
      issue,
      `${name(issue)} is named by other issues`,
      usedBy(issue, namedBy),
      'add --detach to remove those dependencies and links',
    );
  }
  const forced = checkHolder(issue, facts);
  const tombstone: Tombstone = {
    id: issue.id,
    title: issue.title,
    deleted_by: facts.actor.id,
    deleted_at: facts.now,
  };
  return [{ event: 'issue.deleted', after: tombstone, note: { title: issue.title, ...forced } }];
}

const usedBy = (issue: Issue, users: readonly Issue[]): readonly Reason[] =>
  users.map((user) => ({
    type: 'dependency',
    id: user.id,
    title: user.title,
    state: user.state,
    // A link alone can only be removed along with what it names.
    resolve: user.dependencies.includes(issue.id)
      ? `jit dep rm ${user.id.slice(-8)} ${issue.id.slice(-8)}`
      : `jit issue delete ${issue.id.slice(-8)} --detach`,
  }));

/** Removes from an issue every dependency on, and every link to, another one. */
export function detach(issue: Issue, from: string, facts: Facts): readonly Step[] {
  const steps: Step[] = [];
  let current = issue;
  if (issue.dependencies.includes(from)) {
    current = change(current, { dependencies: current.dependencies.filter((id) => id !== from) }, facts.now);
    steps.push({ event: 'dependency.removed', after: current, note: { dependency: from } });
  }
  if (issue.links.some(({ target }) => target === from)) {
    current = change(current, { links: current.links.filter(({ target }) => target !== from) }, facts.now);
    steps.push({ event: 'issue.updated', after: current });
  }
  return steps;
}
