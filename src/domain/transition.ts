import { JitError } from './errors.ts';
import type { EventName } from './event.ts';
import { type Actor, actorIs } from './identity.ts';
import { type GateRegistry, type Issue, ref, type State, type Tombstone } from './issue.ts';
import type { DependencyOf, Reason } from './readiness.ts';

/** What is said about a change besides before and after. */
export interface Note {
  readonly title?: string;
  readonly assignee?: string;
  readonly gate?: string;
  readonly dependency?: string;
  readonly reason?: string;
  readonly forced?: true;
}

/** One change of one issue, and the event that records it. */
export interface Step {
  readonly event: EventName;
  /** The issue afterwards; a tombstone when it was deleted. */
  readonly after: Issue | Tombstone;
  readonly note?: Note;
}

/** What every decision may look at. */
export interface Facts {
  readonly actor: Actor;
  /** UTC, RFC 3339 with milliseconds. */
  readonly now: string;
  readonly gates: GateRegistry;
  readonly dependencyOf: DependencyOf;
  /** HEAD; null without git or commits. */
  readonly commit: string | null;
  /** `--force`: go past the holder; recorded. */
  readonly force?: boolean;
}

/** The issue with these fields changed, and the time of it. */
export const change = (issue: Issue, fields: Partial<Issue>, now: string): Issue => ({
  ...issue,
  ...fields,
  updated_at: now,
});

/** "the issue abc12345 "Title"", for messages. */
export const name = (issue: { readonly id: string; readonly title: string }): string =>
  `${ref(issue.id)} ${JSON.stringify(issue.title)}`;

/** A refusal that lists all its reasons. */
export const refuse = (
  code: 'BLOCKED' | 'GATES_PENDING' | 'INVALID_TRANSITION' | 'ALREADY_CLAIMED' | 'NOT_HOLDER' | 'IN_USE',
  issue: Issue,
  message: string,
  reasons: readonly Reason[],
  hint?: string,
): JitError =>
  new JitError(code, message, {
    details: { id: issue.id, title: issue.title, state: issue.state, reasons },
    ...(hint === undefined ? {} : { hint }),
  });

/** A refusal because the state does not allow the verb. */
export const wrongState = (issue: Issue, verb: string, hint?: string): JitError =>
  refuse(
    'INVALID_TRANSITION',
    issue,
    `cannot ${verb} ${name(issue)}: it is ${issue.state}`,
    [{ type: 'state', state: issue.state, resolve: resolveState(issue) }],
    hint ?? resolveState(issue),
  );

function resolveState(issue: Issue): string {
  const id = ref(issue.id);
  const commands: Record<State, string> = {
    backlog: `jit why ${id}`,
    ready: `jit issue claim ${id}`,
    in_progress: `jit issue release ${id}`,
    gated: `jit gate status ${id}`,
    done: `jit issue reopen ${id}`,
    archived: `jit issue reopen ${id}`,
  };
  return commands[issue.state];
}

/** Who works on the issue, where the actor is explicitly somebody else; null where the actor may act. */
export function otherHolder({ state, assignee }: Issue, actor: Actor): string | null {
  const started = state === 'in_progress' || state === 'gated';
  return started && assignee !== null && actor.explicit && !actorIs(actor, assignee) ? assignee : null;
}

/**
 * Refuses a change of state or assignee by somebody who is explicitly not the holder. An inferred
 * identity acts for the holder. Returns whether it was forced, which is then recorded.
 */
export function checkHolder(issue: Issue, { actor, force }: Facts): { forced?: true } {
  const assignee = otherHolder(issue, actor);
  if (assignee === null) return {};
  if (force === true) return { forced: true };
  throw new JitError('NOT_HOLDER', `${name(issue)} is held by ${assignee}, not by ${actor.id}`, {
    details: {
      id: issue.id,
      holder: assignee,
      actor: actor.id,
      reasons: [{ type: 'assignee', assignee, resolve: `jit issue show ${ref(issue.id)}` }],
    },
    hint: 'only its holder may; --force takes it over all the same, and is recorded',
  });
}
