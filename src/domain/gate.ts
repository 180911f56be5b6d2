import { checkReason } from './check-reason.ts';
import { JitError } from './errors.ts';
import { equal } from './event.ts';
import { holderLives } from './holder.ts';
import { type Actor, speaksAsHuman } from './identity.ts';
import type { GateDefinition, GateRegistry, GateStatus, Issue, IssueHead } from './issue.ts';
import { gateDefinition } from './readiness.ts';
import { change, type Facts, name, refuse, type Step, wrongState } from './transition.ts';

export const GATE_KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Throws GATE_NOT_DEFINED, with the keys that are defined, for the first key that is not. */
export function checkDefined(gates: GateRegistry, keys: readonly string[]): void {
  const undefinedKeys = keys.filter((key) => gateDefinition(gates, key) === undefined);
  if (undefinedKeys.length === 0) return;
  throw new JitError('GATE_NOT_DEFINED', `no such gate: ${undefinedKeys.join(', ')}`, {
    details: { gates: undefinedKeys, defined: Object.keys(gates).sort() },
    hint: `defined are: ${Object.keys(gates).sort().join(', ') || 'none'}; jit gate define KEY adds one`,
  });
}

/** Requires gates of an issue; those it requires already are left alone. Throws GATE_NOT_DEFINED, INVALID_TRANSITION. */
export function addGates(issue: Issue, keys: readonly string[], facts: Facts): readonly Step[] {
  checkDefined(facts.gates, keys);
  const added = [...new Set(keys)].filter((key) => !issue.gates_required.includes(key));
  if (added.length === 0) return [];
  if (issue.state === 'done' || issue.state === 'archived') throw wrongState(issue, 'add a gate to');
  return added.map((gate, index) => ({
    event: 'gate.added',
    after: change(
      issue,
      { gates_required: [...issue.gates_required, ...added.slice(0, index + 1)].sort() },
      facts.now,
    ),
    note: { gate },
  }));
}

/** Requires gates no longer, and forgets their verdicts. Only a person may. Throws GATE_NOT_REQUIRED, HUMAN_REQUIRED. */
export function dropGates(issue: Issue, keys: readonly string[], facts: Facts): readonly Step[] {
  checkRequired(issue, keys);
  if (issue.state === 'done' || issue.state === 'archived') throw wrongState(issue, 'drop a gate of');
  requireHuman(facts.actor, `drop a gate of ${name(issue)}`);
  const steps: Step[] = [];
  let current = issue;
  for (const gate of new Set(keys)) {
    const statuses = Object.entries(current.gates_status).filter(([key]) => key !== gate);
    current = change(
      current,
      {
        gates_required: current.gates_required.filter((key) => key !== gate),
        gates_status: Object.fromEntries(statuses),
      },
      facts.now,
    );
    steps.push({ event: 'gate.removed', after: current, note: { gate } });
  }
  return steps;
}

/** What somebody found of a gate. */
export interface Verdict {
  readonly key: string;
  readonly status: 'passed' | 'failed';
  readonly reason: string | null;
  /** A person passes a gate that has a checker. */
  readonly override: boolean;
}

/**
 * Records a verdict. A failing gate sends finished work back: to its holder while the lease lives, else
 * to `ready`, unassigned; gates that had passed are pending again. Giving the same verdict again changes nothing, except that a gate may fail
 * again after new work. Throws GATE_NOT_DEFINED, GATE_NOT_REQUIRED, HUMAN_REQUIRED, INVALID_TRANSITION,
 * LIMIT_EXCEEDED.
 */
export function judge(issue: Issue, verdict: Verdict, facts: Facts): readonly Step[] {
  const { key, status } = verdict;
  checkDefined(facts.gates, [key]);
  checkRequired(issue, [key]);
  const known = Object.hasOwn(issue.gates_status, key) ? issue.gates_status[key] : undefined;
  const said = verdict.reason === null || verdict.reason === known?.reason;
  if (known?.status === status && said) return [];
  if (issue.state === 'archived' || issue.state === 'done') {
    throw wrongState(issue, status === 'failed' ? 'fail a gate of' : 'pass a gate of');
  }
  checkMayJudge(gateDefinition(facts.gates, key)!, verdict, facts.actor);
  if (verdict.reason !== null) checkReason(verdict.reason, 'verdict');
  const judged = { ...issue.gates_status, [key]: record(verdict, facts) };
  const goesBack = issue.state === 'gated' && status === 'failed';
  const changes = goesBack ? sendBack(issue, judged, holderLives(issue, facts)) : { gates_status: judged };
  return [
    {
      event: status === 'passed' ? 'gate.passed' : 'gate.failed',
      after: change(issue, changes, facts.now),
      note: { gate: key, ...(verdict.reason === null ? {} : { reason: verdict.reason }) },
    },
  ];
}

// The work will change, so what had passed for it must pass again.
function sendBack(issue: Issue, judged: Issue['gates_status'], lives: boolean): Partial<Issue> {
  const kept = Object.entries(judged).filter(([, { status }]) => status !== 'passed');
  const gates_status = Object.fromEntries(kept);
  return lives && issue.assignee !== null
    ? { gates_status, state: 'in_progress' }
    : { gates_status, state: 'ready', assignee: null };
}

function record({ status, reason, override }: Verdict, { actor, now, commit }: Facts): GateStatus {
  return {
    status,
    updated_by: actor.id,
    updated_at: now,
    ...(commit === null ? {} : { commit }),
    ...(reason === null ? {} : { reason }),
    ...(override ? { override: true } : {}),
  };
}

function checkRequired(issue: Issue, keys: readonly string[]): void {
  const others = keys.filter((key) => !issue.gates_required.includes(key));
  if (others.length === 0) return;
  throw new JitError('GATE_NOT_REQUIRED', `${name(issue)} does not require: ${others.join(', ')}`, {
    details: { id: issue.id, gates: others, required: issue.gates_required },
    hint: `it requires: ${issue.gates_required.join(', ') || 'no gate'}; jit gate add ${issue.id.slice(-8)} KEY adds one`,
  });
}

function checkMayJudge(gate: GateDefinition, verdict: Verdict, actor: Actor): void {
  if (verdict.status === 'failed') return;
  if (!gate.auto) requireHuman(actor, `pass the manual gate ${gate.key}`);
  if (gate.checker === undefined) return;
  requireHuman(actor, `pass the gate ${gate.key}, which has a checker, by hand`);
  if (verdict.override && verdict.reason !== null) return;
  throw new JitError('HUMAN_REQUIRED', `the gate ${gate.key} has a checker that decides it`, {
    details: { gate: gate.key },
    hint: 'a person may pass it by hand with --override --reason "why"',
  });
}

/** Throws HUMAN_REQUIRED unless the actor may speak as a person. */
export function requireHuman(actor: Actor, what: string): void {
  if (speaksAsHuman(actor)) return;
  throw new JitError('HUMAN_REQUIRED', `only a person may ${what}${whyNot(actor)}`, {
    details: { actor: actor.id },
    hint: 'ask a person to run it with --by human:NAME',
  });
}

function whyNot(actor: Actor): string {
  if (!actor.id.startsWith('human:')) return `, not ${actor.id}`;
  if (actor.processIsAgent) return ': this process runs as an agent';
  return `: ${actor.id} is only inferred, and nobody sits at a terminal`;
}

/**
 * The registry with a gate defined. The same definition again changes nothing (null). Throws
 * ALREADY_DEFINED when it differs and `update` is not set; changing needs a person.
 */
export function defineGate(
  gates: GateRegistry,
  gate: GateDefinition,
  actor: Actor,
  update: boolean,
): GateRegistry | null {
  const present = gateDefinition(gates, gate.key);
  if (present === undefined) return { ...gates, [gate.key]: gate };
  const after = { ...present, ...gate };
  const fields = Object.keys(after) as (keyof GateDefinition)[];
  const changed = fields.filter((field) => !equal(meaning(present, field), meaning(after, field)));
  if (changed.length === 0) return null;
  if (!update) {
    throw new JitError('ALREADY_DEFINED', `the gate ${gate.key} is defined otherwise`, {
      details: { gate: gate.key, differs: changed, present },
      hint: 'add --update to change its definition',
    });
  }
  requireHuman(actor, `change the definition of the gate ${gate.key}`);
  return { ...gates, [gate.key]: after };
}

// A stage that is not named is a postcheck.
const meaning = (gate: GateDefinition, field: keyof GateDefinition): unknown =>
  field === 'stage' ? (gate.stage ?? 'postcheck') : gate[field];

/** The registry without a gate. Throws GATE_NOT_DEFINED; IN_USE while open issues require it; HUMAN_REQUIRED. */
export function undefineGate(
  gates: GateRegistry,
  key: string,
  actor: Actor,
  requiredBy: readonly IssueHead[],
): GateRegistry {
  checkDefined(gates, [key]);
  if (requiredBy.length > 0) {
    throw refuse(
      'IN_USE',
      requiredBy[0]!,
      `the gate ${key} is required by ${requiredBy.length} open issue${requiredBy.length === 1 ? '' : 's'}`,
      requiredBy.map((issue) => ({
        type: 'dependency',
        id: issue.id,
        title: issue.title,
        state: issue.state,
        resolve: `jit gate drop ${issue.id.slice(-8)} ${key}`,
      })),
    );
  }
  requireHuman(actor, `remove the gate ${key}`);
  return Object.fromEntries(Object.entries(gates).filter(([other]) => other !== key));
}
