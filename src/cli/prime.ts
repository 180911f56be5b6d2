import { prime } from '../operations/prime.ts';
import { issueSummary } from '../render/documents.ts';
import { renderPrimer } from '../render/primer.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';
import { BY, flag, text } from './options.ts';

export const declaration: Declaration = {
  path: ['prime'],
  summary:
    'Tell a worker in at most 3,600 bytes how to work with this store, what it holds, and what is waiting.',
  options: {
    compact: {
      type: 'boolean',
      description: 'Only what I hold and what is waiting, without the explanations.',
    },
    by: { ...BY, alias: ['to'] },
  },
  reads: 'All issues.',
  writes: 'Nothing.',
  examples: [
    ['jit prime', 'at the start of a session of an agent'],
    ['jit prime --compact', "to find one's place again"],
  ],
  kinds: ['prime'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const primer = await prime(context.session({ named: text(input, 'by') }));
  const { actor, status, mine } = primer;
  const rendered = renderPrimer(primer, flag(input, 'compact'));
  return {
    document: {
      kind: 'prime',
      actor: { id: actor.id, source: actor.source, explicit: actor.explicit },
      counts: status.counts,
      mine: mine.map(issueSummary),
      ready: status.ready.map(issueSummary),
      text: rendered,
    },
    text: rendered,
  };
}
