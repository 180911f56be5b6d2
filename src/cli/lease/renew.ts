import { JitError } from '../../domain/errors.ts';
import { renewLease } from '../../operations/renew-lease.ts';
import { leasedDocument, renderLeased } from '../../render/lease-rows.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { readTtl } from '../issue/terms.ts';
import { BY, FENCE, fence, ID, needed, number, TERMS, text } from '../options.ts';

export const declaration: Declaration = {
  path: ['lease', 'renew'],
  aliases: [['lease', 'heartbeat'], ['heartbeat'], ['issue', 'claim', 'extend'], ['claim', 'extend']],
  summary: 'Renew a claim that one holds, so that it is not overdue.',
  description:
    'Every write by the holder renews as well; this is for work that goes on for longer than the ttl without one. A claim that is overdue can be renewed as long as nobody took it.',
  positionals: [ID],
  options: {
    ttl: { ...TERMS.ttl!, description: 'From now on it lasts so long after each renewal; 0: without end.' },
    'add-time': {
      type: 'duration',
      placeholder: 'DURATION',
      description: 'It lasts so much longer than it would; what comes of it is also its ttl from now on.',
    },
    by: BY,
    ...FENCE,
  },
  reads: 'The lease and the issue.',
  writes: 'The lease. No issue, and no event.',
  errors: ['ISSUE_NOT_FOUND', 'AMBIGUOUS_ID', 'NOT_HOLDER', 'STALE_EPOCH', 'STALE_REVISION'],
  examples: [
    ['jit lease renew 4F7K2M9Q --epoch 3', 'refused when somebody else has it now'],
    ['jit issue claim extend 4F7K2M9Q --add-time=15m', 'a quarter of an hour more'],
  ],
  kinds: ['lease'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const ttl = readTtl(input);
  const addTime = number(input, 'add-time');
  if ('ttl' in ttl && addTime !== undefined) {
    throw new JitError('USAGE', '--ttl and --add-time exclude each other', {
      hint: 'jit lease renew --help',
    });
  }
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  const leased = await renewLease(session, needed(input, 'id'), {
    ...ttl,
    ...(addTime === undefined ? {} : { addTime }),
  });
  return {
    document: { kind: 'lease', ...leasedDocument(leased) },
    text: renderLeased(leased, session.clock.now()),
  };
}
