import { gateDefinition, gateVerdict } from '../../domain/readiness.ts';
import { gatesOf } from '../../operations/gate.ts';
import { issueSummary } from '../../render/documents.ts';
import { renderGateStatus } from '../../render/gates.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { ID, needed } from '../options.ts';

export const declaration: Declaration = {
  path: ['gate', 'status'],
  summary: 'Show how the gates of an issue stand: who passed what, when, and at which commit.',
  positionals: [ID],
  reads: 'The issue and the gates.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [
    ['jit gate status 4F7K2M9Q', 'for people'],
    ['jit gate status 4F7K2M9Q --json', 'for machines'],
  ],
  kinds: ['gate-status'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session();
  const { row, gates } = await gatesOf(session, needed(input, 'id'));
  const { issue } = row;
  const statuses = issue.gates_required.map((key) => {
    const known = Object.hasOwn(issue.gates_status, key) ? issue.gates_status[key] : undefined;
    const definition = gateDefinition(gates, key);
    return {
      key,
      title: definition?.title ?? key,
      status: gateVerdict(issue, key),
      auto: definition?.auto ?? null,
      stage: definition === undefined ? null : (definition.stage ?? 'postcheck'),
      updated_by: known?.updated_by ?? null,
      updated_at: known?.updated_at ?? null,
      commit: known?.commit ?? null,
      run: known?.run ?? null,
      reason: known?.reason ?? null,
      override: known?.override ?? false,
    };
  });
  const text = renderGateStatus(issue, gates, session.clock.now(), pageFor(context.terminal));
  return {
    document: { kind: 'gate-status', issue: issueSummary(row), gates: statuses, count: statuses.length },
    text: text === '' ? 'no gate is required' : text,
  };
}
