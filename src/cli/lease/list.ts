import { parseIdentity } from '../../domain/identity.ts';
import { type LeaseKind, listLeases } from '../../operations/list-leases.ts';
import { leaseRowDocument, renderLeases } from '../../render/lease-rows.ts';
import { pageFor } from '../../render/style.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readLimit } from '../listing.ts';
import { flag, LISTING, list, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['lease', 'list'],
  aliases: [['lease', 'ls']],
  summary: 'List who works on what, in every work tree of the repository, and for how long.',
  description:
    'What is overdue comes first: it goes to the next who asks. A provisional claim was made while the remote could not be reached. An issue that this work tree does not have, because another branch made it, has no title. A claim that a merge gave to another clone is nobody’s any more: a warning says to whom it was lost.',
  options: {
    all: { type: 'boolean', description: 'Also what is finished, or was given back.' },
    holder: {
      type: 'string',
      placeholder: 'WHO',
      description: 'Only of this one: {type}:{identifier}, or a name.',
    },
    status: {
      type: 'string',
      many: true,
      alias: ['state'],
      values: ['claiming', 'held', 'finishing', 'suspended', 'done', 'released', 'overdue'],
      synonyms: { stale: 'overdue', gated: 'suspended' },
      description: 'Only these.',
    },
    limit: LISTING.limit!,
  },
  reads: 'The leases, and the titles of their issues.',
  writes: 'Nothing.',
  errors: ['UNKNOWN_VALUE'],
  examples: [
    ['jit lease list', 'who works on what'],
    ['jit lease list --status overdue --json', 'for a script that cleans up'],
  ],
  kinds: ['lease-list'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session();
  const holder = text(input, 'holder');
  if (holder !== undefined) parseIdentity(holder);
  const { leases, total } = await listLeases(session, {
    holder: holder ?? null,
    kinds: list(input, 'status') as readonly LeaseKind[],
    all: flag(input, 'all'),
    ...readLimit(input),
  });
  const cut = `${leases.length} of ${total} are shown; raise --limit for more`;
  return {
    document: {
      kind: 'lease-list',
      leases: leases.map(({ lease, row }) => leaseRowDocument(lease, row)),
      count: leases.length,
      total,
      truncated: leases.length < total,
    },
    text: renderLeases(leases, session.clock.now(), pageFor(context.terminal)),
    ...(leases.length < total ? { note: cut } : total === 0 ? { note: 'no lease matches' } : {}),
  };
}
