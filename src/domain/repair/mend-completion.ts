import { diagnoseCompletion, gatesPassedOver, lacksCompletion } from '../check/completion.ts';
import { type Issue, isOpen } from '../issue.ts';
import { gateVerdict } from '../readiness.ts';
import type { Repair } from './repair.ts';

/** Mends issues whose state, completion and gates contradict one another. */
export function mendCompletion(repair: Repair): void {
  for (const issue of repair.issues()) {
    repair.mend(diagnoseCompletion(issue, repair.gates));
    for (const mend of [complete, reopen, sendBack, giveBack]) mend(repair, repair.dependencyOf(issue.id)!);
  }
}

function complete(repair: Repair, issue: Issue): void {
  if (!lacksCompletion(issue)) return;
  const last = repair.history(issue.id)?.events.findLast(({ event }) => event === 'issue.completed');
  const entry = { event: 'issue.updated', note: { reason: 'it is done, and did not say since when' } };
  repair.change(issue, { ...entry, times: [] }, (updated_at) => ({
    completed_at: last?.ts ?? issue.updated_at,
    resolution: issue.resolution ?? 'completed',
    updated_at,
  }));
}

function reopen(repair: Repair, issue: Issue): void {
  if (!isOpen(issue) || issue.completed_at === null) return;
  const entry = { event: 'issue.updated', note: { reason: `it is ${issue.state}, and had a completion` } };
  repair.change(issue, { ...entry, times: [issue.completed_at] }, (updated_at) => ({
    completed_at: null,
    resolution: null,
    updated_at,
  }));
}

/** As a merge has it: it waits at its gates; where one has failed it goes back to work, and all must pass anew. */
function sendBack(repair: Repair, issue: Issue): void {
  const pending = gatesPassedOver(issue, repair.gates);
  if (pending.length === 0) return;
  const failed = pending.some((key) => gateVerdict(issue, key) === 'failed');
  const reason = `it was ${issue.state}, and had not passed ${pending.join(', ')}`;
  const verdicts = Object.entries(issue.gates_status).filter(
    ([, { status }]) => !failed || status !== 'passed',
  );
  const back = issue.assignee === null ? 'ready' : 'in_progress';
  const entry = { event: failed ? 'issue.reopened' : 'issue.gated', note: { reason } };
  repair.change(issue, { ...entry, times: [issue.completed_at!] }, (updated_at) => ({
    state: failed ? back : 'gated',
    gates_status: Object.fromEntries(verdicts),
    completed_at: null,
    resolution: null,
    updated_at,
  }));
}

function giveBack(repair: Repair, issue: Issue): void {
  if (issue.state !== 'in_progress' || issue.assignee !== null) return;
  const entry = { event: 'issue.released', note: { reason: 'it was in progress, and nobody held it' } };
  repair.change(issue, { ...entry, times: [] }, (updated_at) => ({ state: 'ready', updated_at }));
}
