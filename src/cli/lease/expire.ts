import { expireLeases } from '../../operations/expire.ts';
import { issueSummary } from '../../render/documents.ts';
import { renderRow } from '../../render/issue-rows.ts';
import { describeLease, leaseDocument } from '../../render/lease.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['lease', 'expire'],
  summary: 'End the claims that are overdue, and return their issues to ready; nothing else.',
  description:
    'claim-next does so by itself. It is for those who want to see the issues free before somebody asks. A claim that a merge gave to another clone ends as well; its issue stays with whoever has it.',
  options: { by: BY },
  reads: 'The leases, and the issues of those that are over.',
  writes: 'What is overdue, or lost in a merge: the leases, the issues, and an event each.',
  examples: [
    ['jit lease expire', 'and which issues returned'],
    ['jit lease expire --json', 'for a script'],
  ],
  kinds: ['lease-expiry'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by') });
  const { leases, rows } = await expireLeases(session);
  const now = session.clock.now();
  const ended = leases.map((lease) => ({ lease, life: 'over' as const, remaining: null }));
  return {
    document: {
      kind: 'lease-expiry',
      expired: ended.map(leaseDocument),
      returned: rows.map(issueSummary),
      count: ended.length,
    },
    text: [
      ...ended.map((standing) => `${standing.lease.id.slice(-8)} ${describeLease(standing, now)}`),
      ...rows.map(renderRow),
    ].join('\n'),
    ...(ended.length === 0 && rows.length === 0 ? { note: 'nothing is overdue' } : {}),
  };
}
