import { breakCycles } from './break-cycles.ts';
import { defineGates } from './define-gates.ts';
import { mendCompletion } from './mend-completion.ts';
import { mendEdges } from './mend-edges.ts';
import { reconcileLog } from './reconcile-log.ts';
import { type Contents, Repair } from './repair.ts';
import { restoreComments } from './restore-comments.ts';
import { restoreMissing } from './restore-missing.ts';
import { settleClaims } from './settle-claims.ts';
import { settleStates } from './settle-states.ts';

/** The rules, in their order: what is restored first, what follows from the rest last. */
const RULES = [
  restoreMissing,
  restoreComments,
  settleClaims,
  reconcileLog,
  defineGates,
  mendEdges,
  breakCycles,
  mendCompletion,
  settleStates,
] as const;

/** What each rule does about the problems that it mends, by their codes; docs/merge.md has it as a table. */
export const REPAIRS: Readonly<Record<string, string>> = {
  'missing-issue':
    'An issue without a file, which nobody deleted: restored from the log, where the log has all of it. `issue.restored`.',
  'lost-comment':
    'The log tells of a comment that the file has not: put back as the log has it. Where the log has only its hash it stays named. `issue.restored`.',
  'double-claim':
    'Claims that do not know of each other, of which no event says that one is over: the one in the file stands; where the file names nobody, the higher epoch, then the later. `lease.lost` for the others.',
  'edited-outside':
    'The file differs from the log in anything else: the file stands. `issue.reconciled` has the difference.',
  'broken-history': 'Events of an issue are lost: `issue.reconciled` says how it is now.',
  'no-events': 'The log knows nothing of an issue: `issue.reconciled` has all of it.',
  'empty-log': 'The same for all issues.',
  'undefined-gate':
    'An open issue requires a gate that is not defined: it is defined as the log last knew it, else as a manual gate. `gate.defined`.',
  'dangling-dependency': 'The dependency goes. `dependency.removed`.',
  'archived-dependency':
    'An open issue waits for one that was archived unfinished: the dependency goes. `dependency.removed`.',
  'dangling-link': 'The link goes. `issue.updated`.',
  cycle:
    'As if the dependencies of the tangle were added once more, in the order of the log, and those that close a cycle refused. Those that the log does not know come last; of the same time, by the ids of both ends. `dependency.removed`.',
  'done-without-completion':
    'The time of its last `issue.completed`, else of its last change. `issue.updated`.',
  'completed-but-open': 'The state stands: `completed_at` goes. `issue.updated`.',
  'done-with-pending-gates':
    'It waits at its gates (`issue.gated`); where one has failed it goes back to work, and all must pass anew (`issue.reopened`).',
  'in-progress-without-assignee': 'It is given back. `issue.released`.',
  'stale-state':
    'The state that follows is stored (`issue.ready`, `issue.blocked`); what is gated and lacks nothing is done (`issue.completed`).',
};

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
