import { assign, claim, release } from '../domain/claim.ts';
import { complete, completeStrictly } from '../domain/complete.ts';
import { applyEdit, type Edit } from '../domain/edit.ts';
import { equal } from '../domain/event.ts';
import { addGates } from '../domain/gate.ts';
import type { Issue, State } from '../domain/issue.ts';
import { archive, reopen } from '../domain/lifecycle.ts';
import { dependencyReasons, deriveState, holdReasons } from '../domain/readiness.ts';
import { change, type Facts, name, refuse, type Step, wrongState } from '../domain/transition.ts';
import { type Changed, changeIssues } from './change.ts';
import type { Draft } from './draft.ts';
import { type Want, wantsClaim, wantsFinish, withLeases } from './holding.ts';
import type { Session } from './session.ts';

export interface UpdateInput extends Edit {
  /** Runs the verb of that state. */
  readonly state?: State;
  /** `{type}:{identifier}`; null takes it away. */
  readonly assignee?: string | null;
  readonly addGates?: readonly string[];
  readonly force?: boolean;
}

/** Changes fields of issues, and their state by the verb that leads to it. */
export const updateIssues = (
  session: Session,
  ids: readonly string[],
  input: UpdateInput,
): Promise<Changed> => {
  const force = input.force === true;
  const wants = wantsOf(input);
  const change = (session: Session): Promise<Changed> =>
    changeIssues(session, ids, (issue, facts, draft) => update(issue, input, facts, draft), {
      force,
      caughtUp: wants !== null,
    });
  return wants === null ? change(session) : withLeases(session, ids, wants, change, force);
};

/** What the verb of a state needs of the lease; null: nothing. */
function wantsOf(input: UpdateInput): ((issue: Issue, facts: Facts) => Want) | null {
  if (input.state === 'done' || input.state === 'gated') return wantsFinish;
  if (input.state !== 'in_progress') return null;
  return (issue, facts) => {
    const acting = actingFor(input, facts);
    const assigned = input.assignee === undefined ? issue : { ...issue, assignee: input.assignee };
    return wantsClaim(assigned, acting, acting.actor);
  };
}

async function update(
  issue: Issue,
  input: UpdateInput,
  facts: Facts,
  draft: Draft,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const current = (): Issue => (steps.at(-1)?.after as Issue | undefined) ?? issue;
  const edited = applyEdit(issue, input);
  if (!equal(edited, issue)) steps.push({ event: 'issue.updated', after: change(edited, {}, facts.now) });
  if (input.addGates !== undefined) steps.push(...addGates(current(), input.addGates, facts));
  if (input.assignee !== undefined) steps.push(...assign(current(), actingFor(input, facts), input.assignee));
  if (input.state !== undefined) {
    steps.push(...(await changeState(current(), input.state, actingFor(input, facts), draft)));
  }
  return steps;
}

// `--state in_progress --assignee X` says who claims, as `claim --to X` does.
const actingFor = ({ state, assignee }: UpdateInput, facts: Facts): Facts =>
  state === 'in_progress' && typeof assignee === 'string'
    ? { ...facts, actor: { ...facts.actor, id: assignee, bare: false } }
    : facts;

/**
 * The verb that leads to a state: `in_progress` claims, `ready` releases or reopens, `gated` and `done` complete,
 * `archived` archives. `done` is strict. `backlog` cannot be asked for: it is derived.
 */
async function changeState(issue: Issue, state: State, facts: Facts, draft: Draft): Promise<readonly Step[]> {
  switch (state) {
    case 'backlog':
      return toBacklog(issue, facts);
    case 'ready':
      return toReady(issue, facts);
    case 'in_progress':
      return claim(issue, facts).steps;
    case 'gated':
      return toGated(issue, facts);
    case 'done':
      return completeStrictly(issue, facts).steps;
    case 'archived': {
      const neededBy = (await draft.dependents(issue.id)).filter(
        (d) => d.state !== 'done' && d.state !== 'archived',
      );
      return archive(issue, facts, { resolution: null, duplicateOf: null, neededBy });
    }
  }
}

function toBacklog(issue: Issue, facts: Facts): readonly Step[] {
  if (deriveState(issue, facts.dependencyOf, facts.now) === 'backlog') return [];
  throw wrongState(
    issue,
    'move to backlog',
    `backlog is derived; to keep it from being started: jit issue hold ${issue.id.slice(-8)} "why"`,
  );
}

function toReady(issue: Issue, facts: Facts): readonly Step[] {
  if (issue.state === 'in_progress') return release(issue, facts, null);
  if (issue.state === 'done' || issue.state === 'archived') return reopen(issue, facts);
  if (issue.state === 'gated')
    throw wrongState(issue, 'move to ready', 'a failing gate sends it back: jit gate fail');
  const reasons = [...dependencyReasons(issue, facts.dependencyOf), ...holdReasons(issue, facts.now)];
  if (reasons.length === 0) return [];
  throw refuse(
    'BLOCKED',
    issue,
    `${name(issue)} is not ready`,
    reasons,
    'ready is derived from dependencies and hold',
  );
}

function toGated(issue: Issue, facts: Facts): readonly Step[] {
  if (issue.state === 'gated') return [];
  const completion = complete(issue, facts);
  if (completion.outcome === 'gated') return completion.steps;
  throw wrongState(issue, 'move to gated', 'nothing is missing: jit issue complete makes it done');
}
