import { ref } from '../domain/issue.ts';
import { tellLostClaim } from '../domain/lost-claim.ts';
import { explain } from '../operations/why.ts';
import { issueSummary } from '../render/documents.ts';
import { renderRow } from '../render/issue-rows.ts';
import { describeLease, leaseDocument } from '../render/lease.ts';
import { renderReasons } from '../render/reasons.ts';
import { pageFor } from '../render/style.ts';
import { safeLine } from '../render/terminal-text.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { AT, AT_ERRORS, ID, needed, text } from './options.ts';

export const declaration: Declaration = {
  path: ['why'],
  summary: 'Explain why an issue is where it is, what it waits for in the end, and what to do next.',
  positionals: [ID],
  options: { at: AT },
  reads: 'The issue and everything it needs.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', ...AT_ERRORS],
  examples: [
    ['jit why 4F7K2M9Q', 'the reasons, the root blockers with who holds them, the next command'],
    ['jit why 4F7K2M9Q --json', 'for machines'],
  ],
  kinds: ['why'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = await context.sessionAt(text(input, 'at'));
  const { row, reasons, lease, lost, rootBlockers, next } = await explain(session, needed(input, 'id'));
  if (lost !== undefined) session.tell(tellLostClaim(lost, null));
  const page = pageFor(context.terminal);
  const lines = [safeLine(`${ref(row.issue.id)} is ${row.state}: ${row.issue.title}`)];
  if (lease !== null && lease.life !== 'over') lines.push(describeLease(lease, session.clock.now()));
  if (reasons.length > 0) lines.push('', 'Directly:', renderReasons(reasons, page).trimEnd());
  if (rootBlockers.length > 0) lines.push('', 'In the end it waits for:', ...rootBlockers.map(renderRow));
  lines.push('', next === null ? 'Nothing is left to do.' : `Next: ${next}`);
  return {
    document: {
      kind: 'why',
      issue: issueSummary(row),
      reasons,
      lease: lease === null ? null : leaseDocument(lease),
      root_blockers: rootBlockers.map(issueSummary),
      next,
    },
    text: lines.join('\n'),
  };
}
