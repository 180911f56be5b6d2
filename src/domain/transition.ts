import { JitError } from './errors.ts';
import type { EventName } from './event.ts';
import type { HolderFacts } from './holder.ts';
import { type GateRegistry, type Issue, type IssueHead, ref, type State, type Tombstone } from './issue.ts';
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
export interface Facts extends HolderFacts {
  /** UTC, RFC 3339 with milliseconds. */
  readonly now: string;
  readonly gates: GateRegistry;
  readonly dependencyOf: DependencyOf;
  /** HEAD; null without git or commits. */
  readonly commit: string | null;
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
  issue: IssueHead,
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
