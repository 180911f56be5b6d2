import { breakCycles } from './break-cycles.ts';
import { defineGates } from './define-gates.ts';
import { mendCompletion } from './mend-completion.ts';
import { mendEdges } from './mend-edges.ts';
import { reconcileLog } from './reconcile-log.ts';
import { type Contents, Repair } from './repair.ts';
import { restoreMissing } from './restore-missing.ts';
import { settleClaims } from './settle-claims.ts';
import { settleStates } from './settle-states.ts';

/** The rules, in their order: what is restored first, what follows from the rest last. */
const RULES = [
  restoreMissing,
  settleClaims,
  reconcileLog,
  defineGates,
  mendEdges,
  breakCycles,
  mendCompletion,
  settleStates,
] as const;

/**
 * Mends by rule what can be mended, until nothing is left of it. One rule may give work to one before it: what goes back to
 * work waits for its dependencies again. It ends, because no rule undoes what another did.
 */
export function mendStore(contents: Contents): Repair {
  const repair = new Repair(contents);
  for (let events = -1; events !== repair.added.length; ) {
    events = repair.added.length;
    for (const rule of RULES) rule(repair);
  }
  return repair;
}
