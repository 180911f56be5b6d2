import { JitError } from '../domain/errors.ts';
import {
  addGates,
  defineGate,
  dropGates,
  GATE_KEY,
  judge,
  undefineGate,
  type Verdict,
} from '../domain/gate.ts';
import type { GateDefinition, GateRegistry, Issue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { gateDefinition } from '../domain/readiness.ts';
import { type Changed, changeIssues } from './change.ts';
import { Draft } from './draft.ts';
import { resolveIssue } from './resolve.ts';
import { rowOf } from './rows.ts';
import type { Session } from './session.ts';

export const addIssueGates = (session: Session, id: string, keys: readonly string[]): Promise<Changed> =>
  changeIssues(session, [id], (issue, facts) => addGates(issue, keys, facts));

export const dropIssueGates = (session: Session, id: string, keys: readonly string[]): Promise<Changed> =>
  changeIssues(session, [id], (issue, facts) => dropGates(issue, keys, facts));

/** Records the same verdict of several gates of an issue. */
export const judgeGates = (
  session: Session,
  id: string,
  keys: readonly string[],
  verdict: Omit<Verdict, 'key'>,
): Promise<Changed> =>
  changeIssues(session, [id], (issue, facts) => {
    let current = issue;
    return [...new Set(keys)].flatMap((key) => {
      const steps = judge(current, { ...verdict, key }, facts);
      current = (steps.at(-1)?.after as Issue | undefined) ?? current;
      return steps;
    });
  });

/** An issue, and the definitions of gates that its own can be looked up in. */
export const gatesOf = (session: Session, id: string): Promise<{ row: Row<Issue>; gates: GateRegistry }> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    return { row: await rowOf(draft, await resolveIssue(view, id)), gates: draft.gates };
  });

export const listGates = (session: Session): Promise<GateRegistry> =>
  session.store.read((view) => view.gates());

/**
 * Defines a gate for the whole store; with `update`, what is not given stays as it is. Returns whether anything changed.
 * Throws USAGE, ALREADY_DEFINED, HUMAN_REQUIRED.
 */
export function defineStoreGate(
  session: Session,
  key: string,
  given: Partial<GateDefinition>,
  update: boolean,
): Promise<{ gate: GateDefinition; changed: boolean }> {
  if (!GATE_KEY.test(key)) {
    throw new JitError('USAGE', `not a gate key: ${JSON.stringify(key)}`, {
      details: { key },
      hint: 'a key has 1 to 64 lower-case letters, digits, - and _, and starts with a letter or digit',
    });
  }
  return session.store.transact<{ gate: GateDefinition; changed: boolean }>(async (view) => {
    const draft = await Draft.open(session, view);
    const present = update ? gateDefinition(draft.gates, key) : undefined;
    const gate = { title: key, description: '', auto: false, ...present, ...given, key };
    const gates = defineGate(draft.gates, gate, session.actor, update);
    if (gates === null) return draft.plan({ gate: draft.gates[gate.key]!, changed: false });
    const pair: [unknown, unknown] = [gateDefinition(draft.gates, key) ?? null, gates[key]];
    draft.log('gate.defined', { gate: gate.key, changes: { [gate.key]: pair } });
    return draft.plan({ gate: gates[gate.key]!, changed: true }, { gates });
  });
}

/** Removes a definition. Throws IN_USE while an open issue requires the gate. */
export function undefineStoreGate(session: Session, key: string): Promise<void> {
  return session.store.transact(async (view) => {
    const draft = await Draft.open(session, view);
    const { rows } = await view.select({ where: { op: 'is', what: 'open' } });
    const requiredBy = rows.map(({ issue }) => issue).filter((issue) => issue.gates_required.includes(key));
    const gates = undefineGate(draft.gates, key, session.actor, requiredBy);
    draft.log('gate.undefined', { gate: key, changes: { [key]: [draft.gates[key], null] } });
    return draft.plan(undefined, { gates });
  });
}
