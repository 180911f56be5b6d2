import { END_LOST, tellLostClaim } from '../../domain/lost-claim.ts';
import { showLease } from '../../operations/leased.ts';
import { leasedDocument, renderLeased } from '../../render/lease-rows.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { ID, needed } from '../options.ts';

export const declaration: Declaration = {
  path: ['lease', 'show'],
  aliases: [
    ['issue', 'claim', 'check'],
    ['claim', 'check'],
  ],
  summary: 'Show who works on an issue, where, under which epoch, and for how long.',
  description:
    'Without a claim on record it exits with 0 as well, and the lease is null. While somebody has the issue, its life is "live".',
  positionals: [ID],
  reads: 'The lease and the issue.',
  writes: 'Nothing.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [
    ['jit lease show 4F7K2M9Q', 'for people'],
    ['jit issue claim check 4F7K2M9Q --json', 'for a script'],
  ],
  kinds: ['lease'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session();
  const leased = await showLease(session, needed(input, 'id'));
  if (leased.lost !== undefined) session.tell(tellLostClaim(leased.lost, END_LOST));
  return {
    document: { kind: 'lease', ...leasedDocument(leased) },
    text: renderLeased(leased, session.clock.now()),
  };
}
