import { equal } from '../event.ts';
import type { Event, GateDefinition, GateRegistry, Issue } from '../issue.ts';
import type { Problem } from '../problem.ts';
import { gateDefinition, pendingGates } from '../readiness.ts';
import { problemOf } from './problem-of.ts';

/** Two boards, the later of which may ask for less. */
export interface GateBoards {
  readonly before: GateRegistry;
  readonly after: GateRegistry;
  /** Issues that are on both, and differ. */
  readonly issues: readonly { readonly before: Issue; readonly after: Issue }[];
  /** What the log of the later has that the earlier has not. */
  readonly events: readonly Event[];
}

/**
 * Every gate that was weakened: a definition that is gone or asks for less, a required gate that an issue requires no longer,
 * finished work that has not passed one. It is a warning where an event of a person tells of it, else an error: only people may.
 */
export function diagnoseWeakened(boards: GateBoards): readonly Problem[] {
  const definitions = Object.keys(boards.before)
    .sort()
    .flatMap((key) => diagnoseDefinition(key, boards));
  return [
    ...definitions,
    ...boards.issues.flatMap((pair) => [...diagnoseDropped(pair, boards), ...diagnoseSkipped(pair, boards)]),
  ];
}

const severityOf = (told: boolean): Problem['severity'] => (told ? 'warning' : 'error');

const isPersons = ({ by }: Event): boolean => by.startsWith('human:');

function diagnoseDefinition(key: string, { before, after, events }: GateBoards): readonly Problem[] {
  const present = gateDefinition(after, key);
  const told = events.some(
    (event) =>
      event.gate === key &&
      event.id === null &&
      isPersons(event) &&
      equal(event.changes[key]?.[1] ?? null, present ?? null),
  );
  return weaknesses(before[key]!, present).map(
    ([field, message]): Problem => ({
      severity: severityOf(told),
      code: 'gate-weakened',
      message: `${message}${told ? '; a person did that' : ', and no event tells that a person did that'}`,
      file: '.jit/gates.json',
      path: field === null ? `/${key}` : `/${key}/${field}`,
      id: null,
      fix: null,
    }),
  );
}

/** By field, null for the whole: where the later definition asks for less than the earlier, or for something else. */
function weaknesses(
  before: GateDefinition,
  after: GateDefinition | undefined,
): readonly (readonly [string | null, string])[] {
  const name = `the gate ${before.key}`;
  if (after === undefined) return [[null, `${name} is not defined any more`]];
  const stage = (gate: GateDefinition): string => gate.stage ?? 'postcheck';
  const found: (readonly [string, string])[] = [];
  if (!before.auto && after.auto)
    found.push(['auto', `${name} may be passed by automation, and before only by a person`]);
  if (before.checker !== undefined && !equal(before.checker, after.checker)) {
    found.push([
      'checker',
      `${name} has ${after.checker === undefined ? 'no checker any more' : 'another checker'}`,
    ]);
  }
  if (stage(before) !== stage(after))
    found.push(['stage', `${name} is a ${stage(after)}, and was a ${stage(before)}`]);
  return found;
}

type Pair = GateBoards['issues'][number];

const diagnoseDropped = ({ before, after }: Pair, { events }: GateBoards): readonly Problem[] =>
  before.gates_required
    .filter((key) => !after.gates_required.includes(key))
    .map((key) => {
      const told = events.some(
        (event) =>
          event.id === after.id && event.event === 'gate.removed' && event.gate === key && isPersons(event),
      );
      const message = `requires the gate ${key} no longer${told ? '; a person did that' : ', and no event tells that a person did that'}`;
      return problemOf(after, {
        severity: severityOf(told),
        code: 'gate-dropped',
        path: '/gates_required',
        message,
      });
    });

/** Gates that are not defined any more, so that nobody else misses them. */
function diagnoseSkipped({ after }: Pair, { before: known, after: gates }: GateBoards): readonly Problem[] {
  if (after.completed_at === null) return [];
  const skipped = pendingGates(after).filter(
    (key) => gateDefinition(known, key) !== undefined && gateDefinition(gates, key) === undefined,
  );
  if (skipped.length === 0) return [];
  const message = `is ${after.state}, but has not passed ${skipped.join(', ')}, which was removed since`;
  return [problemOf(after, { severity: 'error', code: 'gate-skipped', path: '/gates_status', message })];
}
