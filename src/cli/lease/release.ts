import { releaseLeases } from '../../operations/release-leases.ts';
import type { Declaration, Input, Output } from '../command.ts';
import type { Context } from '../context.ts';
import { BY, COMMENT, FENCE, fence, flag, IDS, list, text } from '../options.ts';
import { releasedOutput } from './released.ts';

export const declaration: Declaration = {
  path: ['lease', 'release'],
  aliases: [
    ['issue', 'claim', 'release'],
    ['claim', 'release'],
  ],
  summary: 'Give claims back: their issues return to ready.',
  description:
    'As jit issue release, but it takes also what this work tree has no file of. --force frees what others hold, and drops the record that keeps finished work of another work tree from being done again, or a record that cannot be read. Of a claim that was lost in a merge to another clone, the loser only ends its own record, also with --force: the issue stays with whoever has it. --force by anybody else gives that claim back.',
  positionals: [IDS],
  options: {
    comment: COMMENT,
    by: BY,
    force: {
      type: 'boolean',
      description:
        'Also what somebody else holds, has finished elsewhere, or what cannot be read. This is recorded.',
    },
    ...FENCE,
  },
  reads: 'The leases and the issues.',
  writes: 'The issues, the leases, and an event each.',
  errors: [
    'ISSUE_NOT_FOUND',
    'AMBIGUOUS_ID',
    'INVALID_TRANSITION',
    'NOT_HOLDER',
    'LIMIT_EXCEEDED',
    'STALE_EPOCH',
    'STALE_REVISION',
  ],
  examples: [
    ['jit lease release 4F7K2M9Q', 'give it back'],
    ['jit lease release 4F7K2M9Q --force --by human:lead', 'what an agent holds that is gone'],
  ],
  kinds: ['lease-release'],
};

export async function run(input: Input, context: Context): Promise<Output> {
  const session = context.session({ named: text(input, 'by'), ...fence(input) });
  return releasedOutput(
    await releaseLeases(session, list(input, 'ids'), {
      comment: text(input, 'comment') ?? null,
      force: flag(input, 'force'),
    }),
  );
}
