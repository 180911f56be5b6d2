import { diagnoseGates } from '../check/gates.ts';
import { checkGates } from '../generated/checks/gates.js';
import type { Event, GateDefinition, Issue } from '../issue.ts';
import { compareTimes } from '../merge/order.ts';
import { latest, type Repair } from './repair.ts';

/**
 * Defines the gates that open issues require and nobody defines: as the log last knew them, else as a gate that a person
 * must pass, so that it is never weaker than it was.
 */
export function defineGates(repair: Repair): void {
  const required = new Map<string, Issue[]>();
  for (const issue of repair.issues()) {
    const problems = diagnoseGates(issue, repair.gates);
    repair.mend(problems);
    for (const { path } of problems) {
      const key = issue.gates_required[Number(path!.slice('/gates_required/'.length))]!;
      required.set(key, [...(required.get(key) ?? []), issue]);
    }
  }
  for (const key of [...required.keys()].sort()) {
    const known = findLastDefinition(repair.log, key);
    const definition = known?.definition ?? { key, title: key, description: '', auto: false };
    const reason =
      known === null
        ? 'open issues require it, and the log does not know it: a person must pass it'
        : 'open issues require it: defined again as it was';
    const times = [
      ...required.get(key)!.map(({ updated_at }) => updated_at),
      ...(known === null ? [] : [known.ts]),
    ];
    repair.define(key, definition, {
      event: 'gate.defined',
      note: { gate: key, reason },
      times: [latest(times)],
    });
  }
}

interface Known {
  readonly ts: string;
  readonly definition: GateDefinition;
}

/** The latest definition of a gate in the log; null where there is none that can be used. */
function findLastDefinition(events: readonly Event[], key: string): Known | null {
  let last: Known | null = null;
  for (const { id, ts, changes } of events) {
    if (id !== null || !Object.hasOwn(changes, key)) continue;
    const [before, after] = changes[key]!;
    const definition = after ?? before;
    if (!isDefinition(definition, key) || (last !== null && compareTimes(ts, last.ts) < 0)) continue;
    last = { ts, definition };
  }
  return last;
}

const isDefinition = (value: unknown, key: string): value is GateDefinition =>
  checkGates({ [key]: value }) && (value as GateDefinition).key === key;
