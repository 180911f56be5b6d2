import { claimReasons } from '../domain/claim.ts';
import { otherHolder } from '../domain/holder.ts';
import { type Issue, ref } from '../domain/issue.ts';
import type { Loss, Standing } from '../domain/lease.ts';
import type { Row } from '../domain/query.ts';
import { finishReasons, openDependencies, type Reason } from '../domain/readiness.ts';
import type { Facts } from '../domain/transition.ts';
import { Draft } from './draft.ts';
import { resolveIssue } from './resolve.ts';
import { rowOf, rowsOf } from './rows.ts';
import type { Session } from './session.ts';

export interface Why {
  readonly row: Row;
  /** What stands in the way of the next step, directly. */
  readonly reasons: readonly Reason[];
  /** Who has it, or had it last; null where none is on record, or it is finished. */
  readonly lease: Standing | null;
  /** The claim here that a merge gave to somebody else; absent: none. */
  readonly lost?: Loss;
  /** The issues, further down, that can be worked on now and that everything waits for; who holds them is their assignee. */
  readonly rootBlockers: readonly Row[];
  /** The command to run next; null when there is nothing left to do. */
  readonly next: string | null;
}

/** Why an issue is where it is, and what would bring it forward. */
export const explain = (session: Session, id: string): Promise<Why> =>
  session.store.read(async (view) => {
    const draft = await Draft.open(session, view);
    const issue = await resolveIssue(view, id);
    const row = await rowOf(draft, issue);
    const facts = await draft.facts(issue);
    const started = issue.state === 'in_progress' || issue.state === 'gated';
    const finished = issue.state === 'done' || issue.state === 'archived';
    const reasons = finished
      ? []
      : started
        ? [...heldByOther(issue, facts), ...finishReasons(issue, facts.dependencyOf, draft.gates)]
        : claimReasons(issue, facts);
    const lease = finished ? null : facts.lease;
    const rootBlockers = finished ? [] : await findRootBlockers(draft, issue.id);
    const next = nextCommand(row, reasons, rootBlockers);
    const { lost } = facts;
    return { row, reasons, lease, rootBlockers, next, ...(lost === undefined ? {} : { lost }) };
  });

// Work of another clone, of which there is no lease here: only its worker may finish it.
function heldByOther(issue: Issue, facts: Facts): readonly Reason[] {
  const reason = facts.lease === null && issue.state === 'in_progress' ? otherHolder(issue, facts) : null;
  return reason === null ? [] : [reason];
}

async function findRootBlockers(draft: Draft, start: string): Promise<readonly Row[]> {
  const seen = new Set([start]);
  const stack = [start];
  const roots: string[] = [];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const issue = await draft.readable(id);
    if (issue === undefined) continue;
    const open = openDependencies(issue, await draft.dependencies(issue));
    if (open.length === 0 && id !== start) roots.push(id);
    for (const next of open) {
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(next);
    }
  }
  return rowsOf(draft, roots.sort());
}

function nextCommand(row: Row, reasons: readonly Reason[], rootBlockers: readonly Row[]): string | null {
  const id = ref(row.issue.id);
  if (row.state === 'done' || row.state === 'archived') return null;
  const [blocker] = rootBlockers;
  if (blocker !== undefined) return nextFor(blocker);
  if (reasons.length > 0) return reasons[0]!.resolve;
  return row.state === 'in_progress' ? `jit issue complete ${id}` : `jit issue claim ${id}`;
}

function nextFor({ issue, state }: Row): string {
  const id = ref(issue.id);
  if (state === 'ready' && issue.assignee === null) return `jit issue claim ${id}`;
  return state === 'gated' ? `jit gate status ${id}` : `jit issue show ${id}`;
}
