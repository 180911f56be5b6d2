import { checkReason } from '../domain/check-reason.ts';
import { addDependencies } from '../domain/dependency.ts';
import { applyEdit, type Edit } from '../domain/edit.ts';
import { checkDefined } from '../domain/gate.ts';
import { type Hold, type Issue, type Link, newIssue } from '../domain/issue.ts';
import type { Row } from '../domain/query.ts';
import { deriveState } from '../domain/readiness.ts';
import type { Draft } from './draft.ts';
import { resolveIssue, resolveIssues } from './resolve.ts';
import { rowOf } from './rows.ts';
import type { Session } from './session.ts';
import { transact } from './transact.ts';

export interface CreateInput extends Edit {
  readonly title: string;
  /** Issues that the new one needs. */
  readonly needs: readonly string[];
  /** Issues that need the new one. */
  readonly blocks: readonly string[];
  readonly parent: string | null;
  readonly discoveredFrom: string | null;
  readonly gates: readonly string[];
  readonly hold: Hold | null;
  /** `{type}:{identifier}`. */
  readonly assignee: string | null;
}

/** Creates an issue with all its edges in one transaction, so that nobody can claim it before they are there. */
export function createIssue(session: Session, input: CreateInput): Promise<Row<Issue>> {
  return transact(session, async (draft) => {
    const { view } = draft;
    const { actor, newId } = session;
    const blank = newIssue({ id: newId(), title: input.title, created_by: actor.id, now: draft.now });
    const needs = await resolveIssues(view, input.needs);
    const blocks = await resolveIssues(view, input.blocks);
    checkDefined(draft.gates, input.gates);
    if (input.hold !== null) checkReason(input.hold.reason, 'hold');
    const issue: Issue = {
      ...applyEdit(blank, {
        ...input,
        addLinks: [...(input.addLinks ?? []), ...(await links(draft, input))],
      }),
      hold: input.hold,
      assignee: input.assignee,
      gates_required: [...new Set(input.gates)].sort(),
    };
    // A new issue is on no path yet: only what it blocks could close a cycle.
    const from = needs.map(({ id }) => id);
    const edges =
      needs.length === 0
        ? []
        : addDependencies(issue, needs, await draft.graph({ from }), await draft.facts(issue));
    const needing = (edges.at(-1)?.after ?? issue) as Issue;
    const created = { ...needing, state: deriveState(needing, await draft.dependencies(needing), draft.now) };
    await draft.apply(created, [{ event: 'issue.created', after: created, note: { title: created.title } }]);
    for (const { id } of blocks) await addTo(draft, id, created);
    await draft.settle();
    return rowOf(draft, (await draft.get(created.id))!);
  });
}

async function addTo(draft: Draft, id: string, created: Issue): Promise<void> {
  const blocked = (await draft.get(id))!;
  const graph = await draft.graph({ from: created.dependencies });
  const steps = addDependencies(blocked, [created], graph, await draft.facts(blocked));
  await draft.apply(blocked, steps);
}

async function links(draft: Draft, { parent, discoveredFrom }: CreateInput): Promise<readonly Link[]> {
  const found: Link[] = [];
  if (parent !== null) found.push({ type: 'parent', target: (await resolveIssue(draft.view, parent)).id });
  if (discoveredFrom !== null) {
    found.push({ type: 'discovered-from', target: (await resolveIssue(draft.view, discoveredFrom)).id });
  }
  return found;
}
